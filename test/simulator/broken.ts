/** A rule was broken: in words. */
export class Broken extends Error {
  override readonly name = "Broken";
}

export function must(isSo: boolean, what: () => string): void {
  if (!isSo) throw new Broken(what());
}
