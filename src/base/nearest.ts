/** Suggests the name that was probably meant. */

/** The closest of `names` by edits, or undefined if none is close. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(word.length / 3));
  const ranked = names
    .map((name) => ({ name, distance: name.startsWith(word) ? 1 : edits(word, name) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.distance <= most ? ranked[0].name : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words. */
function edits(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)]);
  for (let j = 1; j <= b.length; j++) rows[0][j] = j;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  return rows[a.length][b.length];
}

/** `Did you mean X? ` if there is a close name, else an empty string. */
export function suggestion(word: string, names: readonly string[]): string {
  const name = nearest(word, names);
  return name ? `Did you mean ${name}? ` : "";
}
