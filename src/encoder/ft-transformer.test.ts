/** The FT-Transformer against its equations in float64, with numbers, categories and missing cells. */

import { Matrix } from "ml-matrix";
import { expect, it } from "vitest";
import { relativeError } from "../../test/support/eager.js";
import { shaken } from "../../test/support/tiny.js";
import { type Arrays, float32, type NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import { Engine, type Tensors } from "../engine/index.js";
import { modalities, type TabularSpec } from "../modality/index.js";
import { ftTransformer } from "./ft-transformer.js";

const engine = new Engine({ threads: 1 });
const [layers, heads, features, width] = [3, 3, 4, 5];
const size = heads * features;
const rows = [
  { size: 1, colour: "red", age: 4 },
  { size: 2.5, colour: "blue", age: -3 },
  { size: -1, colour: "red" },
  { age: 7 },
];
const samples = rows.map((value, i) => ({ value, where: `row ${i}` }));

/** Parameters by name, as matrices; a vector is a row. */
const matrixOf = ({ data, shape }: NDArray) => {
  const columns = shape.at(-1)!;
  return Matrix.from1DArray(data.length / columns, columns, [...data]);
};

const normalised = (x: Matrix) => {
  const away = x.clone().subColumnVector(x.mean("row"));
  const variance = Matrix.pow(away, 2).mean("row");
  return away.divColumnVector(variance.map((v) => Math.sqrt(v + 1e-5)));
};
const positive = (x: Matrix) => new Matrix(x.to2DArray().map((row) => row.map((v) => Math.max(0, v))));
const dense = (x: Matrix, { weight, bias }: Record<string, NDArray>) =>
  x.mmul(matrixOf(weight)).addRowVector(matrixOf(bias));

/** The vector of one row of cells [3, columns]. */
function reference(params: Arrays, cells: Float32Array): number[] {
  const { weight, bias, absent, categories, reader, layers, out } = params as Record<string, NDArray> & {
    layers: Record<string, NDArray>[];
  };
  const columns = cells.length / 3;
  const part = (of: NDArray, row: number) => matrixOf(of).getRow(row);
  const tokens = Array.from({ length: columns }, (_, c) => {
    if (cells[columns + c] === 0) return part(absent, c);
    const [w, b, e] = [part(weight, c), part(bias, c), part(categories, cells[2 * columns + c])];
    return w.map((wi, i) => cells[c] * wi + b[i] + e[i]);
  });
  let t = new Matrix([[...reader.data], ...tokens]);
  for (const [i, p] of layers.entries()) {
    const own = i === 0 ? t : normalised(t);
    const [q, k, v] = [p.query, p.key, p.value].map((map) => own.mmul(matrixOf(map)));
    const joined = Matrix.zeros(t.rows, size);
    for (let start = 0; start < size; start += features) {
      const head = (of: Matrix) => of.subMatrix(0, t.rows - 1, start, start + features - 1);
      const e = head(q).mmul(head(k).transpose()).div(Math.sqrt(features)).exp();
      joined.setSubMatrix(e.divColumnVector(e.sum("row")).mmul(head(v)), 0, start);
    }
    const heard = Matrix.add(t, joined.mmul(matrixOf(p.out)));
    const { first, second } = p as unknown as Record<string, Record<string, NDArray>>;
    t = Matrix.add(heard, dense(positive(dense(normalised(heard), first)), second));
  }
  const read = new Matrix([t.getRow(0)]);
  return dense(positive(normalised(read)), out as unknown as Record<string, NDArray>).to1DArray();
}

it("is attention among the cells, in several layers of several heads", async () => {
  const spec = (await modalities.tabular.plan(samples, {}, "test")) as TabularSpec;
  const arrays = await Promise.all(
    samples.map(({ value, where }) => modalities.tabular.encode(value, spec, where)),
  );
  const { create, options } = ftTransformer;
  const encoder = create(options.parse({ layers, heads, features }) as never);
  const params = shaken(encoder.init(spec, width, random(1)), 2);
  const x = float32(
    arrays.flatMap((array) => [...array]),
    [rows.length, ...spec.shape],
  );
  const counts = float32(Array(rows.length).fill(1), [rows.length]);
  const fn = (p: Tensors, of: never, who: never) =>
    encoder.encode(p, of, {}, { use: "given", mask: who }).features;
  const got = (await engine
    .compile(fn as never, [params, x, counts] as never)
    .run([params, x, counts])) as NDArray;
  expect(got.shape).toEqual([rows.length, width]);
  const expected = arrays.flatMap((cells) => reference(params, cells));
  expect(relativeError([...got.data], expected)).toBeLessThan(1e-5);
});
