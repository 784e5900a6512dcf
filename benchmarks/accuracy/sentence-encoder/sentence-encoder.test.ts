/** The converted sentence encoder, on generated files in the package's format, against its equations in float64. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Matrix } from "ml-matrix";
import { afterAll, expect, it } from "vitest";
import { random } from "../../../src/base/random.js";
import { folders } from "../../../test/support/folders.js";
import { close, embed, ownCache, plan } from "../../../test/support/frozen.js";
import { sentenceEncoder, writeSentenceEncoder } from "./index.js";

const make = folders();
ownCache();
const out = mkdtempSync(join(tmpdir(), "metamodal-sentences-"));
afterAll(() => rmSync(out, { recursive: true }));

const pieces = "� <s> </s> extra_1 extra_2 extra_3 ▁ ▁red ▁re d ▁and e r : fi".split(" ");
/** The package's vocabulary has no score for some punctuation. */
const scoreOf = (piece: string, i: number) => (piece === ":" ? null : i < 6 ? 0 : -1 / piece.length);
const vocabulary = pieces.map((piece, i) => [piece, scoreOf(piece, i)]);
const layers = ["Layer_0", "Layer_1"].map((name) => `module/${name}/TransformerLayer`);
const concat = "ConcatPartitions/concat";

/** Two layers of widths 8 and 12; the package's have 256 and 512. */
const shapes: Record<string, number[]> = {
  "module/Embeddings_en": [pieces.length, 8],
  "module/TimingSignal/ExpandDims_1": [1, 4],
  [`${layers[0]}/dense/kernel/${concat}`]: [8, 12],
  [`${layers[0]}/dense/bias/${concat}`]: [12],
  "module/tanh_layer_0/weights": [12, 12],
  "module/tanh_layer_0/bias": [12],
  ...Object.fromEntries(
    [8, 12].flatMap((width, i) => [
      ...["scale", "bias"].flatMap((parameter) => [
        [`${layers[i]}/layer_prepostprocess/layer_norm/layer_norm_${parameter}/${concat}`, [width]],
        [`${layers[i]}/FFN/layer_prepostprocess/layer_norm/layer_norm_${parameter}/${concat}`, [12]],
      ]),
      [`${layers[i]}/MultiheadAttention/qkv_transform_single/kernel/part_0`, [1, 1, width, 3 * width]],
      [`${layers[i]}/MultiheadAttention/qkv_transform_single/bias/${concat}`, [3 * width]],
      [`${layers[i]}/MultiheadAttention/output_transform_single/kernel/part_0`, [1, 1, width, 12]],
      [`${layers[i]}/MultiheadAttention/output_transform_single/bias/${concat}`, [12]],
      [`${layers[i]}/FFN/conv1/Tensordot/Reshape_1`, [12, 20]],
      [`${layers[i]}/FFN/conv1/bias/${concat}`, [20]],
      [`${layers[i]}/FFN/conv2/Tensordot/Reshape_1`, [20, 12]],
      [`${layers[i]}/FFN/conv2/bias/${concat}`, [12]],
    ]),
  ),
};
const values = Object.fromEntries(
  Object.entries(shapes).map(([name, shape]) => {
    const generator = random(1, name);
    return [name, Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => generator.normal())];
  }),
);

/** Weights in two binary files, preceded by an int32 that is not a weight. */
function packageFiles() {
  const bytes = Buffer.concat([
    Buffer.alloc(4),
    ...Object.values(values).map(({ buffer }) => Buffer.from(buffer)),
  ]);
  const weights = Object.entries(shapes).map(([name, shape]) => ({ name, shape, dtype: "float32" }));
  const group = {
    paths: ["a", "b"],
    weights: [{ name: "module/count", shape: [], dtype: "int32" }, ...weights],
  };
  return {
    "model.json": JSON.stringify({ weightsManifest: [group] }),
    "vocab.json": JSON.stringify(vocabulary),
    a: bytes.subarray(0, 101),
    b: bytes.subarray(101),
  };
}

/** Evaluate the encoder's equations token by token. */
function reference(tokens: readonly number[]): number[] {
  const weight = (name: string) => {
    const [columns, rows = 1] = shapes[name].toReversed();
    return Matrix.from1DArray(rows, columns, [...values[name]]);
  };
  const dense = (x: Matrix, kernel: string, bias: string) =>
    x.mmul(weight(kernel)).addRowVector(weight(bias));
  const norm = (x: Matrix, scope: string) => {
    const parameter = (name: string) =>
      weight(`${scope}/layer_prepostprocess/layer_norm/layer_norm_${name}/${concat}`);
    const centred = x.clone().subColumnVector(x.mean("row"));
    const variances = Matrix.pow(centred, 2).mean("row");
    return centred
      .divColumnVector(variances.map((v) => Math.sqrt(v + 1e-6)))
      .mulRowVector(parameter("scale"))
      .addRowVector(parameter("bias"));
  };
  const selfAttention = (x: Matrix, scope: string) => {
    const [qkv, output] = ["qkv", "output"].map(
      (name) => `${scope}/MultiheadAttention/${name}_transform_single`,
    );
    const projected = dense(x, `${qkv}/kernel/part_0`, `${qkv}/bias/${concat}`);
    const [last, width] = [x.rows - 1, projected.columns / 3];
    const size = width / 4;
    const joined = Matrix.zeros(x.rows, width);
    for (let head = 0; head < 4; head++) {
      const part = (index: number) => {
        const start = index * width + head * size;
        return projected.subMatrix(0, last, start, start + size - 1);
      };
      const e = part(0).mmul(part(1).transpose()).div(Math.sqrt(size)).exp();
      joined.setSubMatrix(e.divColumnVector(e.sum("row")).mmul(part(2)), 0, head * size);
    }
    return dense(joined, `${output}/kernel/part_0`, `${output}/bias/${concat}`);
  };
  let x = Matrix.zeros(tokens.length, 8);
  const frequencies = weight("module/TimingSignal/ExpandDims_1");
  x = x.apply((t, i) => {
    const angle = t * frequencies.get(0, i % 4);
    x.set(
      t,
      i,
      2 * values["module/Embeddings_en"][8 * tokens[t] + i] + (i < 4 ? Math.sin(angle) : Math.cos(angle)),
    );
  });
  for (const name of layers) {
    const residual =
      name === layers[0] ? dense(x, `${name}/dense/kernel/${concat}`, `${name}/dense/bias/${concat}`) : x;
    const attended = Matrix.add(residual, selfAttention(norm(x, name), name));
    const hidden = dense(
      norm(attended, `${name}/FFN`),
      `${name}/FFN/conv1/Tensordot/Reshape_1`,
      `${name}/FFN/conv1/bias/${concat}`,
    );
    const activated = hidden.apply((i, j) => hidden.set(i, j, Math.max(0, hidden.get(i, j))));
    x = dense(activated, `${name}/FFN/conv2/Tensordot/Reshape_1`, `${name}/FFN/conv2/bias/${concat}`).add(
      attended,
    );
  }
  const sentence = dense(
    new Matrix([x.mean("column")]),
    "module/tanh_layer_0/weights",
    "module/tanh_layer_0/bias",
  ).tanh();
  return sentence.div(sentence.norm("frobenius")).to1DArray();
}

it("evaluates its equations, and tokenizes text with the package's pieces", async () => {
  const to = join(out, "encoder");
  await writeSentenceEncoder(make(packageFiles()), to);
  const spec = await plan("text", join(to, "model.onnx"), {}, "red");
  const texts: [string, number[]][] = [
    // "▁red" is one piece, more probable than "▁re" and "d".
    ["red and ere", [7, 10, 6, 11, 12, 11]],
    [" red", [6, 7]],
    [": red", [6, 13, 7]],
    ["ﬁ", [6, 14]],
    // No piece contains "x", and "<s>" matches no text.
    ["redx", [7, 0]],
    ["<s>", [6, 0]],
    ["red ".repeat(200), Array(128).fill(7)],
  ];
  for (const [text, tokens] of texts) close(await embed(spec, text), reference(tokens));
});

it.skipIf(!sentenceEncoder.isInstalled())("computes the same embedding as the package's code", async () => {
  const to = join(out, "real");
  await sentenceEncoder.write(to);
  const text = "Teach a model from a handful of examples.";
  const vector = await embed(await plan("text", join(to, "model.onnx"), {}, text), text);
  expect(vector).toHaveLength(512);
  // Computed by `embed` of @energetic-ai/embeddings 0.2.0.
  const expected = [-0.055931, -0.065591, -0.024473, 0.065973, 0.05356, 0.067232];
  for (const [i, value] of expected.entries()) expect(vector[i]).toBeCloseTo(value, 5);
});
