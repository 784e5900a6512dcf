/** How columns are read from their cells: formats, dates, missing marks, codes, and what is refused. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cell, columnError, inferColumn, numberOf } from "./index.js";

const placed = (cells: readonly (Cell | null)[]) =>
  cells.map((cell, i) => ({ cell, where: `x.csv:${i + 2}` }));
const infer = (cells: readonly (Cell | null)[], declared = {}) => inferColumn(placed(cells), declared);
const fill = (...some: (Cell | null)[]) => [...some, ...Array.from({ length: 12 }, (_, i) => `${i}.5`)];

/** The numbers of cells by the reading that is inferred from them; an error in its place. */
function numbers(cells: readonly (Cell | null)[], declared = {}) {
  const inferred = infer(cells, declared);
  const error = columnError("x", inferred);
  if (error) return error.message;
  if (inferred.reading.type === "category") return "category";
  return cells.map((cell) => (cell === null ? null : (numberOf(cell, inferred.reading) ?? null)));
}

describe("a column of numbers", () => {
  it.each<[string, Cell[], number[]]>([
    ["plain", ["1", "-2.5", "+3", ".5", "1e3", "−4"], [1, -2.5, 3, 0.5, 1000, -4]],
    ["decimal commas", ["5,1", "4,25", "3"], [5.1, 4.25, 3]],
    ["commas before three digits beside others", ["5,125", "4,2", "0,5"], [5.125, 4.2, 0.5]],
    ["a leading zero, a decimal comma", ["0,125", "0,250"], [0.125, 0.25]],
    ["thousands", ["1,234,567", "12,000", "950"], [1234567, 12000, 950]],
    ["thousands and decimals", ["1,234.50", "999.99"], [1234.5, 999.99]],
    [
      "thousands beside whole numbers",
      ["1,234", "2,345", "950", "3,456", "4,567", "5,678"],
      [1234, 2345, 950, 3456, 4567, 5678],
    ],
    ["German", ["1.234,50", "999,99"], [1234.5, 999.99]],
    ["French", ["1 234,50", "12 000", "3,5"], [1234.5, 12000, 3.5]],
    ["Swiss", ["1'234.50", "12'000"], [1234.5, 12000]],
    ["three decimals with points", ["1.234", "2.345"], [1.234, 2.345]],
    ["dollars", ["$5", "$1,250.75", "-$3"], [5, 1250.75, -3]],
    ["euros behind", ["5,10 €", "1.250,00 €"], [5.1, 1250]],
    ["percent", ["12%", "3.5 %"], [12, 3.5]],
    ["one unit", ["12 kg", "7.5 kg"], [12, 7.5]],
    ["numbers and texts of them", [1, "2", 3.5], [1, 2, 3.5]],
  ])("%s", (_, cells, expected) => {
    expect(numbers(cells)).toEqual(expected);
  });

  it.each([
    "NA",
    "N/A",
    "n/a",
    "NaN",
    "nan",
    "null",
    "None",
    "?",
    "-",
    "--",
    ".",
    "",
    "#N/A",
    "missing",
    "unknown",
    " ",
  ])("with %j is one with a missing cell", (mark) => {
    const inferred = infer(fill(mark));
    expect(inferred).toMatchObject({ reading: { type: "number" }, present: 12, total: 13, odd: [] });
  });

  it.each([
    "inf",
    "-Infinity",
    "1e308",
    "5,1",
    "12 kg",
    "twelve",
    "1.2.3",
    "0x1F",
    true,
  ])("with the odd cell %j names it and its line", (odd) => {
    const error = columnError("x", infer(fill("1", odd)));
    expect(error?.message).toMatch(
      /^x\.csv:3, field "x": the cell "x" is .* the column holds numbers; expected finite/,
    );
  });

  it("lists odd cells up to twenty and counts the others", () => {
    const odd = Array.from({ length: 25 }, (_, i) => `odd${i}`);
    const error = columnError("x", infer([...odd, ...Array.from({ length: 100 }, (_, i) => i)]));
    expect(error?.message).toMatch(/x\.csv:21 "odd19" and 5 more/);
  });

  it("takes declared marks for missing cells", () => {
    expect(infer(fill("-999"), { missing: ["-999"] })).toMatchObject({
      present: 12,
      reading: { missing: ["-999"] },
    });
    expect(columnError("x", infer(fill("12 kg"), { missing: ["12 kg"] }))).toBeUndefined();
  });

  it("refuses what may be two numbers, unless it is declared", () => {
    const cells = ["1,234", "5,678", "9,012"];
    expect(numbers(cells)).toMatch(/"1,234" may be 1\.234 or 1234, and no cell .*"decimal": "\." \(or ","\)/);
    expect(numbers(cells, { decimal: "," })).toEqual([1.234, 5.678, 9.012]);
    expect(numbers(cells, { decimal: "." })).toEqual([1234, 5678, 9012]);
    expect(numbers(cells, { thousands: "," })).toEqual([1234, 5678, 9012]);
  });

  it("reads back any number, in any format, that the column settles", () => {
    const formats = [
      { write: (x: number) => `${x}`.replace(".", ",") },
      { write: (x: number) => x.toLocaleString("en-US", { minimumFractionDigits: 2 }) },
      { write: (x: number) => x.toLocaleString("de-DE", { minimumFractionDigits: 2 }) },
      { write: (x: number) => `$${x}` },
      { write: (x: number) => `${x} %` },
    ];
    const cents = fc.integer({ min: 0, max: 99_999_999 }).map((n) => n / 100);
    fc.assert(
      fc.property(
        fc.constantFrom(...formats),
        fc.array(cents, { minLength: 1, maxLength: 30 }),
        ({ write }, some) => {
          const all = [...some, 1234567.25, 0.75];
          expect(numbers(all.map(write))).toEqual(all);
        },
      ),
    );
  });
});

describe("a column of dates", () => {
  const day = (text: string) => Date.parse(text) / 86_400_000;
  it.each<[string, string[], number[]]>([
    ["ISO", ["2024-01-31", "2024-02-01"], [day("2024-01-31"), day("2024-02-01")]],
    ["slashes", ["2024/01/31", "2024/2/1"], [day("2024-01-31"), day("2024-02-01")]],
    ["day first", ["31.01.2024", "01.02.2024"], [day("2024-01-31"), day("2024-02-01")]],
    ["month first", ["1/31/2024", "2/1/2024"], [day("2024-01-31"), day("2024-02-01")]],
    ["years of two digits", ["31/01/24", "01/02/99"], [day("2024-01-31"), day("1999-02-01")]],
    ["month names", ["31 Jan 2024", "1-Feb-2024"], [day("2024-01-31"), day("2024-02-01")]],
    ["month names first", ["January 31, 2024", "Feb 1, 2024"], [day("2024-01-31"), day("2024-02-01")]],
    ["midnights", ["2024-01-31T00:00:00.000Z"], [day("2024-01-31")]],
  ])("of %s is days since 1970", (_, cells, expected) => {
    expect(numbers(cells)).toEqual(expected);
    expect(infer(cells).reading).toMatchObject({ type: "date", unit: "days" });
  });

  it("with times is seconds", () => {
    const cells = [
      "2024-01-31 12:00",
      "2024-01-31T12:00:30Z",
      "2024-01-31 12:00:00+02:00",
      "2024-01-31 1:05 PM",
    ];
    const noon = Date.parse("2024-01-31T12:00Z") / 1000;
    expect(numbers(cells)).toEqual([noon, noon + 30, noon - 7200, noon + 3900]);
    expect(infer(cells).reading).toMatchObject({ unit: "seconds" });
  });

  it("of days and months that may be either is refused, unless the order is declared", () => {
    const cells = ["03/04/25", "05/06/25"];
    expect(numbers(cells)).toMatch(
      /"03\/04\/25" may be day, month, year or month, day, year.*"order": "DMY"/,
    );
    expect(numbers(cells, { order: "MDY" })).toEqual([day("2025-03-04"), day("2025-05-06")]);
    expect(numbers(cells, { order: "DMY" })).toEqual([day("2025-04-03"), day("2025-06-05")]);
  });

  it("names a cell that is none", () => {
    const cells = ["2024-01-31", "2024-02-31", "2024-03-01", "2024-03-02", "2024-03-03"];
    expect(numbers(cells)).toMatch(/^x\.csv:3, .*"2024-02-31", and the column holds dates/);
    expect(infer(["2024-01-31", "NA", "2024-03-01"])).toMatchObject({ present: 2, marks: ["NA"] });
  });

  it("reads back any day in any order that a day above 12 settles", () => {
    const days = fc.array(fc.integer({ min: -20_000, max: 40_000 }), { minLength: 1, maxLength: 20 });
    const two = (n: number) => `${n}`.padStart(2, "0");
    fc.assert(
      fc.property(days, fc.constantFrom("DMY", "MDY", "YMD"), (some, order) => {
        const all = [...some, day("2024-01-31")];
        const cells = all.map((n) => {
          const date = new Date(n * 86_400_000);
          const [y, m, d] = [date.getUTCFullYear(), two(date.getUTCMonth() + 1), two(date.getUTCDate())];
          return order === "DMY" ? `${d}.${m}.${y}` : order === "MDY" ? `${m}/${d}/${y}` : `${y}-${m}-${d}`;
        });
        expect(numbers(cells)).toEqual(all);
      }),
    );
  });
});

describe("a column of categories", () => {
  it("holds codes with leading zeros", () => {
    expect(infer(["00123", "04567", "10115"])).toMatchObject({ reading: { type: "category" }, codes: true });
    expect(numbers(["0", "1", "10"])).toEqual([0, 1, 10]);
  });

  it("holds words, true and false", () => {
    expect(infer(["red", "blue", "?", "red"])).toMatchObject({
      ...{ reading: { type: "category", missing: ["?"] }, present: 3, distinct: 2, marks: ["?"] },
    });
    expect(numbers([true, false])).toBe("category");
    expect(numbers(["None", "a", "unknown"])).toBe("category");
  });

  it("keeps NA among codes of two capitals", () => {
    expect(infer(["EU", "NA", "AS"])).toMatchObject({ present: 3, marks: [] });
    expect(infer(["low", "NA", "high"])).toMatchObject({ present: 2, marks: ["NA"] });
  });

  it("says how many cells are numbers", () => {
    expect(infer(["1", "2", "3", "a", "b", "c"])).toMatchObject({
      reading: { type: "category" },
      numeric: 3,
    });
  });
});
