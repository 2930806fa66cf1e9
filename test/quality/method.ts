/** The last part of the report: the same whatever was found. */
export const METHOD = `## What the words mean

- **Value**: requests done by their due date, pauses for the applicant added to it; in W1 by Kueue's priority, in W5 a gang counts 8. Counted
  is what is due after the warm-up and before the end of arrivals; what is never done is late.
- **Bound**: a linear programme with full hindsight (\`test/quality/bound.ts\`), solved by HiGHS. It may cut requests, may treat the half-hours of a day as
  one amount and work that runs for hours as an amount of work, and may leave what is late, or due in the warm-up, undone for ever. It is an
  upper bound, and not always one that can be reached.
- **Baselines** give what can begin now and promise nobody a date: FIFO and EDF skip who does not fit; strict FIFO blocks a unit's
  queue on its head; one pop per queue takes one head of each queue a cycle (100 ms, or a minute where days are given); DRF fills up who has the
  least dominant share; EASY keeps a time for the first that does not fit, and knows how long everybody runs; best of random is chosen
  afterwards. “The engine's order on the day” is no baseline: it shows what the order alone would do.
- **Wait**: from arrival until the work begins. **Waste**: of what was there, the part that stayed unused while somebody waited who could have used
  it. In W1 and W3 at 24 moments.
- **Late**: of what is counted. A policy that does the same value can be late more often where requests differ in value.
- **Closed days give the next**: with no day ahead the engine gives nothing at a weekend, so that Monday is there for who comes on Sunday and
  can wait less. Here it gives the next open day at once, as it did before.
- **Not in the figures**: capacity that flaps ten times a second and a first in line who never fits (\`test/quality/w6-flapping.test.ts\`), policies growing to
  10,000 (\`docs/bench.md\`), consent and recusal withdrawn in flight (\`test/simulator\`), lending and budget cuts (W7). Service times of the city
  trace are drawn: its rows do not have them.`;
