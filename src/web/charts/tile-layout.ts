/** Where each division's tile stands: column and row, roughly as on the map. No borders, so no licence and no dispute. */
export type TileLayout = Readonly<Record<string, readonly [column: number, row: number]>>;

/** 黔西南布依族苗族自治州: 普安 and 晴隆 north, 望谟 east, 兴义 south-west at the three-province corner. */
const QIANXINAN: TileLayout = {
  "522323": [0, 0],
  "522324": [1, 0],
  "522325": [2, 1],
  "522302": [1, 1],
  "522326": [3, 2],
  "522301": [0, 2],
  "522328": [1, 2],
  "522327": [2, 2],
};

const layouts: Readonly<Record<string, TileLayout>> = { "522300": QIANXINAN };

/** The drawn layout of a prefecture, or rows of four in code order. Divisions the drawing lacks follow below it. */
export function tileLayout(prefecture: string, divisions: readonly string[]): TileLayout {
  const drawn = layouts[prefecture] ?? {};
  const known = divisions.filter((code) => drawn[code] !== undefined);
  const unknown = divisions.filter((code) => drawn[code] === undefined).sort();
  const below = known.length === 0 ? 0 : Math.max(...known.map((code) => (drawn[code] ?? [0, 0])[1])) + 1;
  const placed: Record<string, readonly [number, number]> = {};
  for (const code of known) placed[code] = drawn[code] ?? [0, 0];
  unknown.forEach((code, index) => {
    placed[code] = [index % 4, below + Math.floor(index / 4)];
  });
  return placed;
}
