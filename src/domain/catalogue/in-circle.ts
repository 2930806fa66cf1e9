/** Those of the nodes that wait for each other in a circle, or behind one; none when they can be worked. */
export function inCircle(nodes: readonly { readonly id: string; readonly after: readonly string[] }[]): string[] {
  const known = new Set(nodes.map(({ id }) => id));
  const done = new Set<string>();
  for (let before = -1; before < done.size; ) {
    before = done.size;
    for (const { id, after } of nodes) if (after.every((other) => done.has(other) || !known.has(other))) done.add(id);
  }
  return nodes.filter(({ id }) => !done.has(id)).map(({ id }) => id);
}
