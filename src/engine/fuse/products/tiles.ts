/** How many rows are divided among tiles: of 4 and, so that few rows are left over, of 5; the last one may have fewer. */

/** Rows of most tiles, and of those that take a row that would be left over. */
const ROWS = 4;
export const MAX_TILE_ROWS = ROWS + 1;

/** Runs of tiles of equal size that together have `rows` rows. */
export function tilesOf(rows: number): { rows: number; count: number }[] {
  const left = rows % ROWS;
  const large = left <= Math.floor(rows / ROWS) && left <= 2 ? left : 0;
  const rest = large > 0 ? 0 : left;
  return [
    { rows: ROWS, count: Math.floor(rows / ROWS) - large },
    { rows: MAX_TILE_ROWS, count: large },
    { rows: rest, count: rest > 0 ? 1 : 0 },
  ].filter(({ count }) => count > 0);
}
