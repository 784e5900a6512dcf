/** Formats tables and numbers for people. */

import { visibleLine } from "./visible.js";

interface Column {
  readonly title: string;
  /** Whether cells are aligned to the right, as numbers are. */
  readonly right?: boolean;
}

/** Join lines; line breaks inside one are escaped. */
export const lines = (texts: readonly string[]): string => texts.map(visibleLine).join("\n");

/** Format rows of cells below column titles, each column as wide as its widest cell; the last one is not padded. */
export function table(columns: readonly Column[], contents: readonly (readonly string[])[]): string {
  const rows = contents.map((cells) => cells.map(visibleLine));
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (columns[i].right ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join("  ")
      .trimEnd();
  return [columns.map(({ title }) => title), ...rows].map((cells) => `${line(cells)}\n`).join("");
}

/**
 * A number with three significant digits: 0.31234 → `0.312`, 1234.5 → `1,230`. Without `toLocaleString`, whose first call
 * loads the data of all locales.
 */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return value.toLocaleString("en-US");
  const exponent = Number(value.toExponential(2).split("e")[1]);
  const rounded = Number(value.toPrecision(3)).toFixed(Math.min(100, Math.max(0, 2 - exponent)));
  const [whole, decimals = ""] = rounded.split(".");
  const kept = decimals.replace(/0+$/, "");
  return `${withCommas(whole)}${kept && "."}${kept}`;
}

/** 0.31234 ± 0.02 → `0.312 ± 0.02`. */
export const figureInterval = (mean: number, half: number): string => `${figure(mean)} ± ${figure(half)}`;

/** 0.9812 → `98.1 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** 0.0312 ± 0.002 → `3.1 ± 0.2`, in hundredths. */
export const points = (mean: number, half: number): string =>
  `${(100 * mean).toFixed(1)} ± ${(100 * half).toFixed(1)}`;

/** 0.9812 ± 0.002 → `98.1 ± 0.2 %`. */
export const interval = (mean: number, half: number): string => `${points(mean, half)} %`;

/** 231232 → `231,232`. */
export const grouped = (value: number): string =>
  Number.isInteger(value) ? withCommas(`${value}`) : value.toLocaleString("en-US");

/** Digits with commas between thousands. */
const withCommas = (digits: string): string => digits.replace(/\B(?=(?:\d{3})+$)/g, ",");

/** `1 class`, `3 classes`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

/** 150 → `2 min 30 s`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A word quoted for a shell, if needed. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
