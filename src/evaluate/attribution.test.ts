import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { attributionOf, checkAttributable, shapleyValues } from "./attribution.js";

/** A random worth for every subset of `players`. */
const game = (players: number, ...seed: number[]) => {
  const r = random(1, "game", players, ...seed);
  return Array.from({ length: 2 ** players }, () => r.uniform());
};

const orders = (players: readonly number[]): number[][] =>
  players.length === 0
    ? [[]]
    : players.flatMap((first) =>
        orders(players.filter((other) => other !== first)).map((rest) => [first, ...rest]),
      );

/** The definition: what a player adds to those before it, averaged over all orders of the players. */
function byOrders(worth: readonly number[], players: number): number[] {
  const all = orders(Array.from({ length: players }, (_, i) => i));
  const sums = Array<number>(players).fill(0);
  for (const order of all) {
    let before = 0;
    for (const player of order) {
      const after = before | (1 << player);
      sums[player] += worth[after] - worth[before];
      before = after;
    }
  }
  return sums.map((sum) => sum / all.length);
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const subsets = (worth: readonly number[]) => worth.map((_, subset) => subset);

describe("shapleyValues", () => {
  it.each([1, 2, 3, 4, 5, 6])("of %d players are the average over all their orders", (players) => {
    const worth = game(players);
    const expected = byOrders(worth, players);
    for (const [i, value] of shapleyValues(worth, players).entries())
      expect(value).toBeCloseTo(expected[i], 12);
  });

  it.each([1, 3, 6])("of %d players add up to the worth of all above that of none", (players) => {
    const worth = game(players);
    expect(sum(shapleyValues(worth, players))).toBeCloseTo(worth.at(-1)! - worth[0], 12);
  });

  it("are equal where two players can be exchanged", () => {
    const drawn = game(4);
    const exchanged = (subset: number) => (subset & ~0b0101) | ((subset & 1) << 2) | ((subset >> 2) & 1);
    const worth = subsets(drawn).map((subset) => drawn[Math.min(subset, exchanged(subset))]);
    const values = shapleyValues(worth, 4);
    expect(values[0]).toBeCloseTo(values[2], 12);
    expect(Math.abs(values[0] - values[1])).toBeGreaterThan(1e-3);
  });

  it("are 0 for a player who changes nothing", () => {
    const drawn = game(4);
    const values = shapleyValues(
      subsets(drawn).map((subset) => drawn[subset & ~0b0010]),
      4,
    );
    expect(values[1]).toBe(0);
    expect(Math.abs(values[0])).toBeGreaterThan(1e-3);
  });

  it("of a sum of games are the sums of their values", () => {
    const [one, other] = [game(3, 1), game(3, 2)];
    const both = shapleyValues(
      one.map((worth, i) => worth + other[i]),
      3,
    );
    const apart = shapleyValues(one, 3).map((value, i) => value + shapleyValues(other, 3)[i]);
    for (const [i, value] of both.entries()) expect(value).toBeCloseTo(apart[i], 12);
  });
});

describe("attributionOf", () => {
  it("is the mean over episodes, with the interval of what is paired in each", async () => {
    // Episodes differ by far more than 0.3, which is what image adds in each of them.
    const levels = [0.1, 0.5, 0.3, 0.2];
    const added = { image: 0.3, text: 0.1 };
    const worthOf = async (given: readonly string[]) =>
      levels.map((level) => level + sum(given.map((name) => added[name as keyof typeof added])));
    const [image, text] = await attributionOf(["image", "text"], worthOf);
    expect(image.modality).toBe("image");
    expect(image.value).toBeCloseTo(0.3, 12);
    expect(image.halfWidth).toBeLessThan(1e-12);
    expect(text.value).toBeCloseTo(0.1, 12);
  });

  it("refuses more modalities than it can take all subsets of, and says how many those are", () => {
    const names = Array.from({ length: 12 }, (_, i) => `m${i}`);
    const six = names.slice(0, 6);
    const all = (some: readonly string[]) => ({ support: some, query: some });
    expect(() => checkAttributable(six, all(six))).not.toThrow();
    expect(() => checkAttributable(names, all(names))).toThrow(
      /12 modalities have 4,096 subsets.*at most 6 .* 64/,
    );
  });
});
