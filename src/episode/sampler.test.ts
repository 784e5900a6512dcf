import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import type { Row } from "../data/types.js";
import type { EpisodeOptions } from "./episode.js";
import { episodeSampler } from "./sampler.js";

/** Rows of classes by size, with groups assigned in turn from `groups` a class. */
const rowsOf = (sizes: number[], groups = 3): Row[] =>
  sizes.flatMap((size, c) =>
    Array.from({ length: size }, (_, i) => ({
      id: `${c}-${i}`,
      where: `example ${c}-${i}`,
      label: `c${c}`,
      group: `g${i % groups}`,
      values: {},
    })),
  );
const classesOf = (rows: Row[]) => [...new Set(rows.map(({ label }) => label!))];
const sampler = (rows: Row[], options: EpisodeOptions) =>
  episodeSampler(rows, classesOf(rows), options, "recipe.yaml");

const cases = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 3, maxLength: 12 }),
  way: fc.integer({ min: 2, max: 5 }),
  shot: fc.integer({ min: 1, max: 4 }),
  query: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(),
});

describe("episodeSampler", () => {
  it("draws way classes, shot support rows and min(query, rest) query rows of each, disjoint", () =>
    fc.assert(
      fc.property(cases, ({ sizes, way, shot, query, seed }) => {
        const rows = rowsOf(sizes);
        const able = classesOf(rows).filter((_, c) => sizes[c] > shot);
        fc.pre(able.length >= way);
        const { eligible, ineligible, draw } = sampler(rows, { way, shot, query });
        expect(eligible).toEqual(able);
        expect([...eligible, ...ineligible].sort()).toEqual(classesOf(rows).sort());
        const episode = draw(random(seed, "episode"));
        expect(new Set(episode.classes).size).toBe(way);
        const used = [...episode.support, ...episode.query];
        expect(new Set(used.map(({ row }) => row)).size).toBe(used.length);
        for (const { row, label } of used) expect(rows[row].label).toBe(episode.classes[label]);
        for (const [label, name] of episode.classes.entries()) {
          const size = rows.filter((row) => row.label === name).length;
          expect(episode.support.filter((item) => item.label === label).length).toBe(shot);
          expect(episode.query.filter((item) => item.label === label).length).toBe(
            Math.min(query, size - shot),
          );
        }
        expect(draw(random(seed, "episode"))).toEqual(episode);
      }),
    ));

  it("covers the range of a variable way, and needs classes for its maximum", () => {
    const rows = rowsOf(Array(6).fill(4));
    const { draw } = sampler(rows, { way: [2, 5], shot: 1, query: 1 });
    const ways = Array.from({ length: 100 }, (_, i) => draw(random(0, i)).classes.length);
    expect([...new Set(ways)].sort()).toEqual([2, 3, 4, 5]);
    expect(() => sampler(rows, { way: [2, 7], shot: 1, query: 1 })).toThrow(
      /6 classes are eligible.*at least 7/,
    );
  });

  it("draws every class, row and order about equally often", () => {
    const rows = rowsOf(Array(5).fill(4));
    const { draw } = sampler(rows, { way: 2, shot: 1, query: 3 });
    const [support, first, queryFirst] = [Array(20).fill(0), Array(5).fill(0), [0, 0]];
    for (let i = 0; i < 2000; i++) {
      const episode = draw(random(1, i));
      for (const { row } of episode.support) support[row]++;
      first[Number(episode.classes[0][1])]++;
      queryFirst[episode.query[0].label]++;
    }
    for (const count of support) expect(Math.abs(count / 200 - 1)).toBeLessThan(0.3);
    for (const count of first) expect(Math.abs(count / 400 - 1)).toBeLessThan(0.2);
    for (const count of queryFirst) expect(Math.abs(count / 1000 - 1)).toBeLessThan(0.15);
  });

  it("uses the rows of the given classes only", () => {
    const { draw } = episodeSampler(rowsOf([5, 5, 5]), ["c0", "c2"], { way: 2, shot: 1, query: 9 }, "x");
    expect(draw(random(0)).classes.sort()).toEqual(["c0", "c2"]);
  });

  it("advises only what can help", () => {
    const says = (sizes: number[], shot: number) => {
      const draw = () => sampler(rowsOf(sizes), { way: 2, shot, query: 1 });
      return expect(draw);
    };
    says([4], 1).toThrow(
      "1 class is eligible (has at least 2 examples) of 1; expected at least 2, the way. Add classes to the split.",
    );
    says([4, 1], 1).toThrow(
      "1 class is eligible (has at least 2 examples) of 2; expected at least 2, the way. Add examples.",
    );
    says([4, 3], 3).toThrow("Lower the option `shot`, or add examples.");
  });

  it.each<[Partial<EpisodeOptions>, RegExp]>([
    [{ way: 1 }, /^recipe\.yaml, way: the value is 1/],
    [{ way: [5, 3] }, /^recipe\.yaml, way: the value is \[5,3\]/],
    [{ way: 2.5 }, /way/],
    [{ shot: 0 }, /^recipe\.yaml, shot: the value is 0/],
    [{ query: 0 }, /^recipe\.yaml, query: the value is 0/],
    [{ across: "label" }, /^recipe\.yaml, across: .*expected the field "group"/],
    [
      { way: 4 },
      /^recipe\.yaml: 3 classes are eligible .*of 3; expected at least 4, the way\. Lower the option `way` to 3, or add classes/,
    ],
    [{ shot: 4 }, /0 classes are eligible \(have at least 5 examples\)/],
  ])("refuses %j", (options, message) => {
    expect(() => sampler(rowsOf([4, 4, 4]), { way: 2, shot: 1, query: 1, ...options })).toThrow(message);
  });
});

describe("across groups", () => {
  const across = "group";

  it("keeps groups of support and query apart over the whole episode", () =>
    fc.assert(
      fc.property(cases, fc.integer({ min: 2, max: 8 }), ({ sizes, way, shot, query, seed }, groups) => {
        const rows = rowsOf(
          sizes.map((size) => size + 8),
          groups,
        );
        let draw: ReturnType<typeof sampler>["draw"];
        try {
          ({ draw } = sampler(rows, { way, shot, query, across }));
        } catch {
          return fc.pre(false);
        }
        const { support, query: asked, classes } = draw(random(seed, "across"));
        const taught = new Set(support.map(({ row }) => rows[row].group));
        for (const { row } of asked) expect(taught.has(rows[row].group)).toBe(false);
        for (const label of classes.keys()) {
          expect(support.filter((item) => item.label === label).length).toBe(shot);
          const many = asked.filter((item) => item.label === label).length;
          expect(many).toBeGreaterThan(0);
          expect(many).toBeLessThanOrEqual(query);
        }
        expect(new Set([...support, ...asked].map(({ row }) => row)).size).toBe(
          support.length + asked.length,
        );
      }),
    ));

  it("leaves all but shot drawers for queries where every class has every drawer", () => {
    const { draw } = sampler(rowsOf(Array(10).fill(20), 20), { way: 10, shot: 1, query: 18, across });
    for (let i = 0; i < 20; i++) expect(draw(random(0, i)).query.length).toBe(180);
  });

  it("is eligible exactly when a division exists", () => {
    const rows = rowsOf([3, 3, 1], 1).concat(
      rowsOf([3, 4], 2).map((row) => ({ ...row, label: `d${row.label}` })),
    );
    const options = { way: 2, shot: 2, query: 1, across };
    expect(episodeSampler(rows, classesOf(rows), options, "x")).toMatchObject({
      eligible: ["dc0", "dc1"],
      ineligible: ["c0", "c1", "c2"],
    });
    expect(() => sampler(rowsOf([3, 3], 1), options)).toThrow(/0 classes are eligible.*in another/);
  });

  it("draws other classes when groups clash, and says so when none fit", () => {
    const row = (label: string, group: string): Row => ({
      id: "",
      where: "example",
      label,
      group,
      values: {},
    });
    const of = (label: string, groups: string) => [...groups].map((group) => row(label, group));
    const options = { way: 3, shot: 1, query: 1, across };
    // Three classes over pairs of three groups: some class always has both its groups on one side.
    const odd = [...of("a", "xy"), ...of("b", "yz"), ...of("c", "zx")];
    expect(() => sampler(odd, options).draw(random(0))).toThrow(/no 3 classes could share one division/);
    const { draw } = sampler([...odd, ...of("d", "uv")], options);
    for (let i = 0; i < 20; i++) expect(draw(random(0, i)).classes).toContain("d");
  });

  it("needs a group in every row", () => {
    const rows = rowsOf([3, 3]);
    delete rows[4].group;
    expect(() => sampler(rows, { way: 2, shot: 1, query: 1, across })).toThrow(/^example 1-1, field "group"/);
  });
});
