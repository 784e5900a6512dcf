/** Detects the dialect of a CSV file from its first lines: the delimiter, and whether spaces follow it. */

export interface Dialect {
  readonly delimiter: string;
  /** Whether to strip spaces after a delimiter. */
  readonly ltrim: boolean;
  /** Number of characters to skip at the start: Excel's line `sep=;`. */
  readonly skip: number;
}

/** The delimiters, with their names in notices. */
export const delimiterNames: Readonly<Record<string, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
};

/** Number of lines examined. */
const SAMPLE = 50;

/** The dialect of a file that begins with `text`: the delimiter that most lines have as often as the header. */
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

/** The first lines of text, not broken inside quotes. An incomplete last line is left out if there are others. */
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

/** The number of delimiters in a line, outside quotes. */
function countIn(line: string, delimiter: string): number {
  let [count, quoted] = [0, false];
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === delimiter && !quoted) count++;
  }
  return count;
}
