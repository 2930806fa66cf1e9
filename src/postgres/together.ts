/** Jobs of one group at most: what one transaction holds before others wait too long for its locks. */
const GROUP_MAX = 64;
/** Groups under way at once: while one waits for the disk, the next is worked on. */
const AT_ONCE_MAX = 2;
/** Who must have come before a second group begins beside the first: smaller ones cost more for each than the disk's wait is worth. */
const SECOND_FROM = 24;

interface Waiting<Job, Answer> {
  readonly job: Job;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does jobs in groups: one that comes while nothing is under way is done at once and alone; those that come meanwhile are
 * done together by the next turn. Nobody waits for company.
 *
 * @param perform answers in the order of the jobs; when it throws, nothing of the group was done, and each is done `alone`.
 */
export function together<Job, Answer>(
  perform: (jobs: readonly Job[]) => Promise<readonly Answer[]>,
  alone: (job: Job) => Promise<Answer>,
): (job: Job) => Promise<Answer> {
  const waiting: Waiting<Job, Answer>[] = [];
  let underWay = 0;

  async function turn(): Promise<void> {
    for (let group = waiting.splice(0, GROUP_MAX); group.length > 0; group = waiting.splice(0, GROUP_MAX)) {
      try {
        const answers = await perform(group.map(({ job }) => job));
        group.forEach(({ resolve }, at) => resolve(answers[at] as Answer));
      } catch {
        // One of them is at fault, and only it shall hear of it.
        await Promise.all(group.map(({ job, resolve, reject }) => alone(job).then(resolve, reject)));
      }
    }
    underWay -= 1;
  }

  return (job) =>
    new Promise((resolve, reject) => {
      waiting.push({ job, resolve, reject });
      if (underWay >= AT_ONCE_MAX || (underWay > 0 && waiting.length < SECOND_FROM)) return;
      underWay += 1;
      void turn();
    });
}
