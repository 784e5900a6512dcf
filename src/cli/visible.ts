/**
 * Escapes text from data before it is printed: control characters (C0, DEL, C1) would reach the terminal as commands, and
 * bidirectional controls would reorder the text. They are printed as escapes: `\x1b`, `\u202e`.
 */

/** C0, DEL and C1; line and paragraph separators; marks, embeddings, overrides and isolates of direction; lone surrogates. */
const hidden = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Cs}]/gu;

const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const hex = (char: string, digits: number) => char.charCodeAt(0).toString(16).padStart(digits, "0");

const escapeOf = (char: string): string =>
  named[char] ?? (char < "\u0100" ? `\\x${hex(char, 2)}` : `\\u${hex(char, 4)}`);

/** Escape text for one line; line breaks are escaped, too. */
export const visibleLine = (text: string): string => text.replaceAll(hidden, escapeOf);

/** Escape text of several lines; line breaks stay. */
export const visible = (text: string): string =>
  text.replaceAll(hidden, (char) => (char === "\n" ? char : escapeOf(char)));

/** Encode a value as one line of JSON, with the same characters escaped in strings. */
export const visibleJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(hidden, (char) => `\\u${hex(char, 4)}`);
