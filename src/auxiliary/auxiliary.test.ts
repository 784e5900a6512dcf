/** The auxiliary objectives against their definitions, in plain float64 loops. */

import { describe, expect, it } from "vitest";
import { eager } from "../../test/support/eager.js";
import { drawEpisode, normals, without } from "../../test/support/tiny.js";
import { type Arrays, float32, type NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import { np, type Tensor, type Tensors } from "../engine/index.js";
import type { EpisodeArrays, LabelledBatch } from "../episode/index.js";
import { type AuxiliaryObjective, auxiliaryMethodOf } from "./index.js";

const [n, width] = [4, 3];
const r = random(6, "relation");
const names = ["a", "b", "c"];
const parts = Object.fromEntries(names.map((name) => [name, normals(r, [n, width])]));
const has: Record<string, number[]> = { a: [1, 1, 0, 1], b: [1, 0, 1, 1], c: [1, 1, 1, 0] };
const present = Object.fromEntries(names.map((name) => [name, float32(has[name], [n])]));
const make = (name: string, options: object = {}): AuxiliaryObjective =>
  auxiliaryMethodOf(name)!.create(auxiliaryMethodOf(name)!.options.parse(options) as never);
const row = ({ data }: NDArray, i: number) => [...data.slice(i * width, (i + 1) * width)];
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** ‖x W + c − y‖² / width. */
function error(
  x: readonly number[],
  { weight, bias }: { weight: NDArray; bias: NDArray },
  y: readonly number[],
) {
  return mean(
    y.map(
      (target, k) => (x.reduce((s, v, i) => s + v * weight.data[i * width + k], bias.data[k]) - target) ** 2,
    ),
  );
}

describe("predicted embeddings", () => {
  it("are, across modalities, those of every ordered pair that an example has", () => {
    const cross = make("cross");
    const params = cross.init!(names, width, random(1), width) as never;
    const [[loss]] = eager(
      ((p: Tensors, f: never, who: never) =>
        cross.loss!(p, { parts: f, present: who, fuse: np.zerosLike as never })) as never,
      [params, parts, present] as Arrays[],
      "float64",
    );
    const errors = [0, 1, 2, 3].flatMap((i) =>
      names.flatMap((a) =>
        names
          .filter((b) => b !== a && has[a][i] && has[b][i])
          .map((b) => error(row(parts[a], i), params[a][b], row(parts[b], i))),
      ),
    );
    expect(loss).toBeCloseTo(mean(errors), 9);
  });

  it("are, masked, those of the hidden modality, from the others", () => {
    const masked = make("masked");
    const params = masked.init!(names, width, random(1), width) as never;
    const hides: Record<string, number[]> = { a: [1, 0, 0, 0], b: [0, 0, 1, 1], c: [0, 1, 0, 0] };
    const hidden = Object.fromEntries(names.map((name) => [name, float32(hides[name], [n])]));
    const [[loss]] = eager(
      ((p: Tensors, f: Record<string, Tensor>, who: never, gone: never) => {
        const fuse = (some: Record<string, Tensor>) =>
          names.map((name) => f[name].mul(some[name].reshape([-1, 1]))).reduce((x, y) => x.add(y));
        return masked.loss!(p, { parts: f, present: who, hidden: gone, fuse: fuse as never });
      }) as never,
      [params, parts, present, hidden] as Arrays[],
      "float64",
    );
    const errors = [0, 1, 2, 3].map((i) => {
      const gone = names.find((name) => hides[name][i])!;
      const seen = names.filter((name) => name !== gone && has[name][i]).map((name) => row(parts[name], i));
      const rest = seen.reduce((x, y) => x.map((v, k) => v + y[k]));
      return error(rest, params[gone], row(parts[gone], i));
    });
    expect(loss).toBeCloseTo(mean(errors), 9);
  });
});

const shapes = { a: [2], b: [2], c: [2] };
const episode = (() => {
  const whole = drawEpisode(1, { shapes, way: 10, shot: 20, query: 20 });
  const lacking = (batch: LabelledBatch) => without(without(batch, "a", [0, 1]), "b", [1, 2]);
  return { ...whole, support: lacking(whole.support), query: lacking(whole.query) };
})();
const batches = ({ support, query }: EpisodeArrays) => [support, query];
const countOf = ({ present: own }: LabelledBatch, i: number) =>
  names.filter((name) => own[name].data[i]).length;

it("hides one modality of every example that has several, each as often", () => {
  const times: Record<string, number> = { a: 0, b: 0, c: 0 };
  for (const batch of batches(make("masked").draw!(episode, random(3), {})))
    for (const i of batch.mask.data.keys()) {
      const gone = names.filter((name) => batch.hidden![name].data[i]);
      expect(gone).toHaveLength(Number(countOf(batch, i) > 1));
      for (const name of gone) {
        expect(batch.present[name].data[i]).toBe(1);
        times[name]++;
      }
    }
  for (const name of names) expect(Math.abs(times[name] / 400 - 1 / 3)).toBeLessThan(0.08);
});

it.each([0, 0.4, 1])("drops modalities at a rate of %f, and never an example's last", (rate) => {
  const dropped = batches(make("dropout", { rate }).draw!(episode, random(3), {}));
  let [kept, all] = [0, 0];
  for (const [b, batch] of dropped.entries())
    for (const i of batch.mask.data.keys()) {
      const before = countOf(batches(episode)[b], i);
      expect(countOf(batch, i)).toBeGreaterThan(0);
      for (const name of names)
        expect(batch.present[name].data[i]).toBeLessThanOrEqual(batches(episode)[b].present[name].data[i]);
      if (before < 3) continue;
      kept += countOf(batch, i);
      all += 3;
    }
  // Where all three would go, one stays.
  expect(Math.abs(kept / all - (1 - rate + rate ** 3 / 3))).toBeLessThan(0.05);
});

describe("balanced gradients", () => {
  const right = float32([1, 0, 0, 1, 1, 0], [3, 2]);
  const answersOf = (p: readonly number[]) =>
    float32(
      p.flatMap((x) => [x, 1 - x]),
      [3, 2],
    );
  const scalesOf = (given: Record<string, readonly number[]>, counts: readonly number[] = [1, 1, 1]) => {
    const keys = Object.keys(given);
    const values = eager(
      ((answers: Record<string, Tensor>, labels: Tensor, who: Tensor) => {
        const alone = Object.fromEntries(
          keys.map((key) => [key, { predictions: answers[key], mask: who, lossTo: () => who }]),
        );
        const scales = make("balance", { alpha: 0.5 }).gradientScales!({
          multimodal: labels,
          unimodal: alone,
          labels,
        });
        return keys.map((key) => scales[key]);
      }) as never,
      [Object.fromEntries(keys.map((key) => [key, answersOf(given[key])])), right, float32(counts, [3])],
      "float64",
    );
    return Object.fromEntries(keys.map((key, i) => [key, values[i][0]]));
  };

  it("are unchanged for modalities that predict equally well", () => {
    expect(scalesOf({ a: [0.7, 0.2, 0.6], b: [0.7, 0.2, 0.6] })).toEqual({ a: 1, b: 1 });
  });

  it("are scaled down for the better modality, by the ratio to the others' mean", () => {
    // The right class has p, 1 − p, p.
    const scales = scalesOf({ a: [0.75, 0.25, 0.75], b: [0.5, 0.5, 0.5], c: [0.25, 0.75, 0.25] });
    expect(scales.a).toBeCloseTo(1 - Math.tanh((0.5 * 0.75) / 0.375), 9);
    expect([scales.b, scales.c]).toEqual([1, 1]);
    expect(scalesOf({ a: [0.75, 0.25, 0.75], b: [0.5, 0.5, 0.5] }, [0, 0, 0])).toEqual({ a: 1, b: 1 });
  });
});

describe("whole modalities, dropped", () => {
  const rate = 0.5;
  const shownBy = ({ present: own }: LabelledBatch) => names.filter((name) => own[name].data.some(Boolean));
  const times = { support: 0, query: 0 };
  const RUNS = 300;

  it("are absent from a side by chance, and one is always shared", () => {
    const whole = drawEpisode(2, { shapes, way: 2, shot: 2, query: 1 });
    const draw = make("unimodal", { rate }).draw!;
    for (let i = 0; i < RUNS; i++) {
      const drawn = draw(whole, random(i, "absent"), {});
      const [support, query] = batches(drawn).map(shownBy);
      expect(support.some((name) => query.includes(name))).toBe(true);
      times.support += support.length;
      times.query += query.length;
      for (const batch of batches(drawn))
        for (const name of names) expect(new Set(batch.present[name].data).size).toBe(1);
    }
    // Of three, one stays and each of two is absent at the rate.
    for (const shown of Object.values(times))
      expect(Math.abs(shown / RUNS - (3 - 2 * rate))).toBeLessThan(0.15);
  });

  it("do not depend on the order of modalities, and stay where an example has no other", () => {
    const draw = make("unimodal", { rate: 1 }).draw!;
    const lacking = without(without(episode.support, "b", [0]), "c", [0]);
    const one = { ...episode, support: lacking };
    const turned = (batch: LabelledBatch): LabelledBatch => ({
      ...batch,
      present: Object.fromEntries(Object.entries(batch.present).reverse()),
    });
    for (let i = 0; i < 20; i++) {
      const drawn = draw(one, random(i, "absent"), {});
      const other = draw(
        { ...one, support: turned(lacking), query: turned(one.query) },
        random(i, "absent"),
        {},
      );
      for (const [b, batch] of batches(drawn).entries()) {
        for (const name of names) expect(batches(other)[b].present[name]).toEqual(batch.present[name]);
        for (const k of batch.mask.data.keys())
          expect(countOf(batch, k) > 0).toBe(countOf(batches(one)[b], k) > 0);
      }
    }
  });

  it("are none at a rate of 0", () => {
    expect(make("unimodal").draw!(episode, random(1), {})).toBe(episode);
  });
});
