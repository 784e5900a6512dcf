/**
 * Parses dates and times: ISO 8601, numeric days and months in a given order, and month names. They become days since
 * 1970-01-01 UTC, or seconds if any has a time of day.
 */

export const dateOrders = ["YMD", "DMY", "MDY"] as const;
export type DateOrder = (typeof dateOrders)[number];

interface DateFormat {
  readonly order: DateOrder;
  readonly unit: "days" | "seconds";
}

const time =
  /(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp][Mm])?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?$/;
const ymd = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${time.source}`);
const yearMonth = /^(\d{4})-(\d{2})$/;
const numbers = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})${time.source}`);
const dayMonth = new RegExp(
  `^(?:[a-z]{3},?\\s+)?(\\d{1,2})[\\s-]([a-z]{3,9})\\.?,?[\\s-](\\d{4}|\\d{2})${time.source}`,
  "i",
);
const monthDay = new RegExp(`^([a-z]{3,9})\\.?\\s(\\d{1,2}),?\\s(\\d{4})${time.source}`, "i");
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const monthOf = (name: string): number => months.indexOf(name.slice(0, 3).toLowerCase()) + 1;

/** A year of two or four digits; of two as in POSIX: 69 to 99 are 1969 to 1999. */
const yearOf = (digits: string): number =>
  digits.length === 4 ? Number(digits) : Number(digits) + (Number(digits) < 69 ? 2000 : 1900);

/** Seconds since 1970; undefined for an invalid day or time. */
function secondsOf(
  year: number,
  month: number,
  day: number,
  clock: readonly (string | undefined)[],
): number | undefined {
  const [hour = "0", minute = "0", second = "0", fraction = "0", half, zone = "Z"] = clock;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const hours = half ? (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0) : Number(hour);
  if (hours > 24 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const offset = /^[+-]/.test(zone)
    ? Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(-2)) * 60)
    : 0;
  const inDay = hours * 3600 + Number(minute) * 60 + Number(second) + Number(`0.${fraction}`);
  return date.getTime() / 1000 + inDay - offset;
}

/** Seconds since 1970 of a date with day, month and year in an order; undefined if it is not one. */
function parseIn(text: string, order: DateOrder): number | undefined {
  const trimmed = text.trim();
  const iso = ymd.exec(trimmed);
  if (iso) return secondsOf(Number(iso[1]), Number(iso[3]), Number(iso[4]), iso.slice(5));
  const inMonth = yearMonth.exec(trimmed);
  if (inMonth) return secondsOf(Number(inMonth[1]), Number(inMonth[2]), 1, []);
  const named = dayMonth.exec(trimmed);
  if (named) return secondsOf(yearOf(named[3]), monthOf(named[2]), Number(named[1]), named.slice(4));
  const american = monthDay.exec(trimmed);
  if (american)
    return secondsOf(Number(american[3]), monthOf(american[1]), Number(american[2]), american.slice(4));
  const [, a, , b, c, ...clock] = numbers.exec(trimmed) ?? [];
  if (a === undefined) return undefined;
  if (order === "DMY") return secondsOf(yearOf(c), Number(b), Number(a), clock);
  if (order === "MDY") return secondsOf(yearOf(c), Number(a), Number(b), clock);
  return c.length === 2 && a.length === 2 ? secondsOf(yearOf(a), Number(b), Number(c), clock) : undefined;
}

const SECONDS_PER_DAY = 86_400;

/** The number of a date in the unit of its column; undefined if it is not a date. */
export function parseDate(text: string, { order, unit }: DateFormat): number | undefined {
  const seconds = parseIn(text, order);
  return seconds !== undefined && unit === "days" ? seconds / SECONDS_PER_DAY : seconds;
}

interface FoundDates {
  readonly format: DateFormat;
  /** Number of texts that are dates in the format. */
  readonly count: number;
  /** Another order that fits as well and yields other dates: `03/04/25` in every cell. */
  readonly or?: DateOrder;
}

/** The order in which most of `texts` are dates. A year of two digits comes first only if no other order fits. */
export function findDates(texts: readonly string[], stated?: DateOrder): FoundDates {
  const tried = stated ? [stated] : (["DMY", "MDY", "YMD"] as const);
  const scored = tried.map((order) => {
    const values = texts.map((text) => parseIn(text, order));
    return { order, values, count: values.filter((value) => value !== undefined).length };
  });
  const best = scored.reduce((most, each) => (each.count > most.count ? each : most));
  const rival = scored.find(
    (each) =>
      each.order !== "YMD" &&
      each.order !== best.order &&
      each.count === best.count &&
      each.values.some((value, i) => value !== best.values[i]),
  );
  const isWholeDays = best.values.every((value) => value === undefined || value % SECONDS_PER_DAY === 0);
  const isNumbered = texts.some((text) => numbers.test(text.trim()));
  return {
    format: { order: stated ?? (isNumbered ? best.order : "YMD"), unit: isWholeDays ? "days" : "seconds" },
    count: best.count,
    ...(rival && { or: rival.order }),
  };
}
