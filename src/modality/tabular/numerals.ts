/**
 * Parses numbers: the plain form (`-5.1e3`) and, by the format of the column, a decimal comma, a thousands separator, and a
 * unit before or after each number (a currency, a percent sign, a measure).
 */

/** The number format of a column; absent options are those of the plain form. */
export interface NumberFormat {
  readonly decimal?: ",";
  readonly thousands?: "," | "." | " " | "'";
  /** The unit before or after every number: `$`, `%`, `kg`. */
  readonly unit?: string;
}

const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const spaces = /[\s\u00a0\u2009\u202f]/g;

const symbols = "[$€£¥₹₽₩₺₪%‰°]|(?:USD|EUR|GBP|CHF|JPY|INR|CAD|AUD|Rs\\.?|R\\$|kr|zł)(?![a-z])";
const measures =
  "kg|g|mg|lbs?|oz|km|cm|mm|m|mi|ft|in|ms|s|sec|min|h|hrs?|hours?|days?|years?|yrs?|°[CF]|km/h|kmh|mph|kmpl|km/kg|bhp|hp|cc|CC|[mc]?[lL]|k?W|V|A|k?Hz|MHz|GHz|[kKMGT]?B|px|pcs|mAh";
const isCurrency = /^([$€£¥₹₽₩₺₪]|USD|EUR|GBP|CHF|JPY|INR|CAD|AUD|Rs\.?|R\$|kr|zł)$/;
const before = new RegExp(`^([+-]?)(${symbols})\\s*`);
const after = new RegExp(`\\s*(${symbols}|${measures})$`);

/** The text of a number without its unit, and the unit. */
function withoutUnit(text: string): { digits: string; unit?: string } {
  const [prefix, sign, currency] = before.exec(text) ?? [];
  if (prefix !== undefined) return { digits: sign + text.slice(prefix.length), unit: currency };
  const [suffix, unit] = after.exec(text) ?? [];
  if (suffix === undefined || suffix.length === text.length) return { digits: text };
  return { digits: text.slice(0, -suffix.length), unit };
}

/** Digits in groups of three, by thousands separator. */
const grouped = {
  ",": /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/,
  ".": /^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/,
  " ": /^[+-]?\d{1,3}(?:[\s\u00a0\u2009\u202f]\d{3})+([.,]\d+)?$/,
  "'": /^[+-]?\d{1,3}(?:['’]\d{3})+([.,]\d+)?$/,
};
const comma = /^[+-]?\d*,\d+(e[+-]?\d+)?$/i;

/** The number of a text in a format; undefined if it is not one. It may exceed float32. */
export function parseNumber(
  text: string,
  { decimal, thousands, unit }: NumberFormat = {},
): number | undefined {
  let digits = text.trim().replace("−", "-");
  if (unit !== undefined) {
    const found = withoutUnit(digits);
    if (found.unit === unit) digits = found.digits;
    else if (digits !== "0") return undefined;
  }
  if (thousands && grouped[thousands].test(digits))
    digits =
      thousands === " " ? digits.replace(spaces, "") : digits.replaceAll(thousands, "").replaceAll("’", "");
  else if (decimal && digits.includes(".")) return undefined;
  if (decimal) digits = digits.replace(",", ".");
  return plain.test(digits) ? Number(digits) : undefined;
}

/** Whether a text is a number that is infinite or beyond float32: `inf`, `1e308`. */
export const isBeyondFloat32 = (text: string): boolean =>
  /^[+-]?inf(inity)?$/i.test(text.trim()) ||
  (plain.test(text.trim()) && !Number.isFinite(Math.fround(Number(text))));

/** The result of {@link findFormat}. */
interface FoundFormat {
  readonly format: NumberFormat;
  /** Number of texts that are numbers in the format. */
  readonly count: number;
  /** Another format that fits as well and yields other numbers: `1,234` in every cell is 1.234 or 1234. */
  readonly or?: NumberFormat;
}

/** The format in which most of `texts` are numbers, given what is stated of it. */
export function findFormat(texts: readonly string[], stated: NumberFormat = {}): FoundFormat {
  const units = new Map<string | undefined, number>();
  for (const text of texts) {
    const { unit, digits } = withoutUnit(text.trim());
    const known = /\d/.test(digits) ? unit : undefined;
    units.set(known, (units.get(known) ?? 0) + 1);
  }
  const [[commonest] = []] = [...units].sort((a, b) => b[1] - a[1]);
  const unit = stated.unit ?? commonest;
  const written = texts.map((text) => (unit === undefined ? text : withoutUnit(text.trim()).digits).trim());
  const candidates: NumberFormat[] =
    stated.decimal || stated.thousands
      ? [{ decimal: stated.decimal, thousands: stated.thousands }]
      : [
          {},
          { decimal: "," },
          { thousands: "," },
          { decimal: ",", thousands: "." },
          { thousands: " " },
          { decimal: ",", thousands: " " },
          { thousands: "'" },
          { decimal: ",", thousands: "'" },
        ];
  const withUnit = (format: NumberFormat): NumberFormat => ({
    ...(format.decimal && { decimal: format.decimal }),
    ...(format.thousands && { thousands: format.thousands }),
    ...(unit !== undefined && { unit }),
  });
  const scored = candidates.map((candidate) => {
    const format = withUnit(candidate);
    return { format, count: texts.filter((text) => parseNumber(text, format) !== undefined).length };
  });
  const best = scored.reduce((most, each) => (each.count > most.count ? each : most));
  const { format } = best;
  if (stated.decimal || stated.thousands || format.decimal !== "," || format.thousands) return best;
  const separated = withUnit({ thousands: "," });
  // Amounts of money do not have three decimals.
  const commas = commasOf(written);
  const role = commas === "either" && unit !== undefined && isCurrency.test(unit) ? "thousands" : commas;
  if (role === "thousands") return { ...best, format: separated };
  return role === "decimal" ? best : { ...best, or: separated };
}

/**
 * The role of commas that are either all decimal commas or all thousands separators: decimal, unless each is followed by
 * exactly three digits; thousands, if there are several and the whole numbers beside them are below 1,000; else either.
 */
function commasOf(texts: readonly string[]): "decimal" | "thousands" | "either" {
  const commas = texts.filter((text) => comma.test(text));
  if (commas.some((text) => !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(text))) return "decimal";
  const whole = texts.filter((text) => /^[+-]?\d+$/.test(text));
  const areSmall = whole.length > 0 && whole.every((text) => Math.abs(Number(text)) < 1000);
  return commas.length >= 5 && areSmall ? "thousands" : "either";
}
