/** What pictures (SVG) share: text, numbers, colours, scales. */

/** Colours of kinds of things, in order. */
export const COLOURS = ["#4269d0", "#efb118", "#3ca951", "#ff725c", "#a463f2", "#9c6b4e"];

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** Text as it stands in XML, which has no control characters. */
export const escaped = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, " ").replaceAll(/[&<>"]/g, (char) => escapes[char]);

/** A name of at most `most` characters: its end, where it is longer. */
export const shorten = (name: string, most: number): string =>
  name.length > most ? `…${name.slice(1 - most)}` : name;

/** A number as a label. */
export const label = (value: number): string =>
  value.toLocaleString("en-US", { maximumSignificantDigits: 3 });

/** A linear scale of `values` onto from…to; one value goes into the middle. */
export function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return (value) =>
    Number((high > low ? from + ((value - low) / (high - low)) * (to - from) : (from + to) / 2).toFixed(1));
}
