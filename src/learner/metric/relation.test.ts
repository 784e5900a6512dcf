/** The relation network's comparator, written out: the two rectified layers on [c_k, f(x)] joined. */

import { expect, it } from "vitest";
import { relativeError } from "../../../test/support/eager.js";
import { dot, headOutputs, headProblem, rowsOf } from "../../../test/support/heads.js";
import { shaken } from "../../../test/support/tiny.js";
import type { NDArray } from "../../base/array.js";
import { random } from "../../base/random.js";
import { relation } from "./relation.js";

it("compares a query with the mean of each class's examples", async () => {
  const learner = relation.create({} as never, "classification");
  const problem = headProblem(5, [0, 0, 1, -1, 0], 2, 3);
  const params = shaken(learner.init(3, random(1), {} as never), 2) as unknown as {
    [name in "ofClass" | "ofQuery" | "bias" | "last"]: NDArray;
  } & { second: Record<"weight" | "bias", NDArray> };
  const columns = (of: NDArray) => of.data.length / of.shape[0];
  const product = (x: number[], weight: NDArray) =>
    Array.from({ length: columns(weight) }, (_, j) =>
      dot(
        x,
        rowsOf(weight).map((row) => row[j]),
      ),
    );
  const layer = (x: number[], bias: NDArray) => x.map((v, j) => Math.max(0, v + bias.data[j]));
  const { ofClass, ofQuery, bias, second, last } = params;
  const joined = { ...ofClass, shape: [6, 6], data: Float32Array.of(...ofClass.data, ...ofQuery.data) };
  const support = rowsOf(problem.features);
  const means = [[0, 1, 4], [2]].map((own) =>
    [0, 1, 2].map((j) => own.reduce((sum, i) => sum + support[i][j], 0) / own.length),
  );
  const expected = rowsOf(problem.query).flatMap((query) =>
    means.flatMap((mean) => {
      const first = layer(product([...mean, ...query], joined), bias);
      return product(layer(product(first, second.weight), second.bias), last);
    }),
  );
  const { derived, compiled } = await headOutputs(learner.head!, params as never, problem);
  expect(relativeError(derived, expected)).toBeLessThan(1e-6);
  expect(relativeError(compiled, expected)).toBeLessThan(1e-4);
});
