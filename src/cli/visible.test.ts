import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escaped } from "../picture/svg.js";
import { Progress } from "./progress.js";
import { lines, table } from "./text.js";
import { visible, visibleJson, visibleLine } from "./visible.js";

/** Strings with many of the characters that are not to be printed. */
const odd = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\x1b", "\x07", "\n", "\r", "\t", "\x7f", "\x9b", "\u202e", "\u2066", "\u2028", "\ud800"),
    fc.string({ unit: "binary", maxLength: 1 }),
  ),
});
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const raw = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]/;

describe("text that is printed", () => {
  it("is escaped as in a string of code", () => {
    expect(visibleLine("a\x1b[31mb\n\u202e\x9b\ud800")).toBe("a\\x1b[31mb\\n\\u202e\\x9b\\ud800");
    expect(visible("two\nlines\tof Straße 花 👩‍👩‍👧")).toBe("two\nlines\\tof Straße 花 👩‍👩‍👧");
  });

  it("holds no control character, and as JSON says the same", () => {
    fc.assert(
      fc.property(odd, (text) => {
        expect(visible(text)).not.toMatch(raw);
        expect(visible(text).split("\n")).toHaveLength(text.split("\n").length);
        expect(visibleLine(text)).not.toMatch(/\n/);
        expect(visibleJson({ [text]: text })).not.toMatch(raw);
        expect(JSON.parse(visibleJson({ [text]: [text] }))).toEqual({ [text]: [text] });
        expect(escaped(text)).not.toMatch(/[\p{Cc}\p{Cs}<>]/u);
      }),
    );
  });

  it("is aligned in tables by what is printed, one line a row", () => {
    fc.assert(
      fc.property(odd, odd, (one, other) => {
        const printed = table(
          [{ title: "id" }, { title: "by" }],
          [one, other].map((cell) => [cell, "|"]),
        );
        const rows = printed.trimEnd().split("\n");
        expect(rows).toHaveLength(3);
        expect(rows[1].lastIndexOf("|")).toBe(rows[2].lastIndexOf("|"));
        expect(visible(printed)).toBe(printed);
        expect(lines([one, other]).split("\n")).toHaveLength(2);
      }),
    );
  });

  it("is escaped in notes and in progress, on terminals too", () => {
    for (const isTTY of [true, false]) {
      let written = "";
      const write = (text: string) => {
        written += text;
        return true;
      };
      let time = 0;
      const progress = new Progress({ write, isTTY, columns: 80 } as never, () => {
        time += 1e6;
        return time;
      });
      progress.note("a\x1b[2Jb\nc");
      progress.update(() => "d\x1b]0;owned\x07");
      expect(written.replaceAll("\r\x1b[K", "").replaceAll("\n", "")).not.toMatch(raw);
      expect(written).toContain("a\\x1b[2Jb\\nc\n");
    }
  });
});
