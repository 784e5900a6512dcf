/** Tells how a CSV file is written from its first lines: what separates its cells, and whether spaces follow that. */

export interface Dialect {
  readonly delimiter: string;
  /** Whether spaces after a delimiter belong to it. */
  readonly ltrim: boolean;
  /** Characters to skip at the start: Excel's line `sep=;`. */
  readonly skip: number;
}

/** What may separate cells, by the words of a notice. */
export const delimiterNames: Readonly<Record<string, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
};

/** Lines that are looked at. */
const SAMPLE = 50;

/** The dialect of a file that starts with `text`: the delimiter that its header has and most of its lines have as often. */
export function dialectOf(text: string): Dialect {
  const [sepLine = "", stated] = /^sep=(.)\r?\n?/.exec(text) ?? [];
  const lines = linesOf(text.slice(sepLine.length), SAMPLE);
  const header = lines[0] ?? "";
  const agreeing = (delimiter: string) => {
    const cells = countIn(header, delimiter);
    return cells === 0 ? 0 : lines.filter((line) => countIn(line, delimiter) === cells).length;
  };
  const names = Object.keys(delimiterNames);
  const best = names.reduce((most, each) => (agreeing(each) > agreeing(most) ? each : most));
  const delimiter =
    stated ?? (agreeing(best) > 0 ? best : (names.find((name) => countIn(header, name) > 0) ?? ","));
  const inHeader = header.split(delimiter).slice(1);
  const ltrim =
    delimiter.trim() !== "" &&
    inHeader.length > 0 &&
    lines.slice(0, 5).every((line) => isSpaced(line, delimiter));
  return { delimiter, ltrim, skip: sepLine.length };
}

const isSpaced = (line: string, delimiter: string) =>
  line
    .split(delimiter)
    .slice(1)
    .some((cell) => cell.startsWith(" "));

/** The first lines of text outside quotes; the last may be cut short and is left out if there are others. */
function linesOf(text: string, most: number): string[] {
  const lines: string[] = [];
  let [from, quoted] = [0, false];
  for (let i = 0; i < text.length && lines.length < most; i++) {
    if (text[i] === '"') quoted = !quoted;
    if (quoted || (text[i] !== "\n" && text[i] !== "\r")) continue;
    if (text.slice(from, i).trim() !== "") lines.push(text.slice(from, i));
    from = i + 1;
  }
  return lines.length > 0 ? lines : [text];
}

/** How often a delimiter stands in a line outside quotes. */
function countIn(line: string, delimiter: string): number {
  let [count, quoted] = [0, false];
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === delimiter && !quoted) count++;
  }
  return count;
}
