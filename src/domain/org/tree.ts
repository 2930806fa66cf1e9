/** A node and the node it hangs under. */
export interface Hanging<K extends string> {
  readonly id: K;
  readonly parent: K | null;
}

/**
 * The cycles of a forest of parents: every one of them once, from its smallest name round to it again.
 * A parent that is not among the nodes ends the walk.
 */
export function cyclesIn<K extends string>(nodes: Iterable<Hanging<K>>): K[][] {
  const parents = new Map([...nodes].map(({ id, parent }) => [id, parent]));
  const settled = new Set<K>();
  const cycles: K[][] = [];
  for (const start of parents.keys()) {
    const path: K[] = [];
    let node: K | null | undefined = start;
    while (node && parents.has(node) && !settled.has(node) && !path.includes(node)) {
      path.push(node);
      node = parents.get(node);
    }
    const begin = node ? path.indexOf(node) : -1;
    if (begin >= 0) cycles.push(fromSmallest(path.slice(begin)));
    for (const seen of path) settled.add(seen);
  }
  return cycles;
}

function fromSmallest<K extends string>(cycle: K[]): K[] {
  const smallest = cycle.reduce((least, id, i) => (id < (cycle[least] as K) ? i : least), 0);
  return [...cycle.slice(smallest), ...cycle.slice(0, smallest)];
}

/** Those above `id`, nearest first; a cycle or an unknown parent ends the list. */
export function ancestorsOf<K extends string>(parents: ReadonlyMap<K, K | null>, id: K): K[] {
  const above: K[] = [];
  for (let next = parents.get(id); next && next !== id && !above.includes(next); next = parents.get(next)) above.push(next);
  return above;
}

/** The nodes so ordered that parents come before their children. Those in cycles come last, as given. */
export function parentsFirst<K extends string, T extends Hanging<K>>(nodes: readonly T[]): T[] {
  const given = new Map(nodes.map((node) => [node.id, node]));
  const placed = new Set<K>();
  const ordered: T[] = [];
  for (const node of nodes) {
    const waiting: T[] = [];
    for (let next: T | undefined = node; next && !placed.has(next.id) && !waiting.includes(next); next = next.parent === null ? undefined : given.get(next.parent)) {
      waiting.push(next);
    }
    for (const ready of waiting.reverse()) {
      placed.add(ready.id);
      ordered.push(ready);
    }
  }
  return ordered;
}
