/** Golden inputs and outputs of a taught task's graph. */

import { allocate, float32, type NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import { projected } from "../modality/builtin/projection.js";
import { ClassHead } from "../teach/class-head.js";
import { modalityOf } from "../teach/types.js";
import type { ValueHead } from "../teach/value-head.js";
import type { Named } from "./exported.js";
import { LOWEST } from "./predict.js";
import type { Source, TaughtInput } from "./taught-functions.js";

/** Random raw vectors; the first query lacks the last one if there are several. */
export function goldenVectors(sources: readonly Source[], count: number): Record<string, NDArray> {
  const arrays: Record<string, NDArray> = {};
  for (const [s, { name, input }] of sources.entries()) {
    const { mean, deviation } = input.constants ?? {};
    const drawn = random(0, "golden", name);
    const values = allocate({ dtype: "float32", shape: [count, input.length] });
    const present = float32(Array(count).fill(1), [count]);
    for (let i = 0; i < values.data.length; i++) {
      const k = i % input.length;
      values.data[i] = mean && deviation ? mean[k] + deviation[k] * drawn.normal() : drawn.normal();
    }
    if (sources.length > 1 && s === sources.length - 1) present.data[0] = 0;
    Object.assign(arrays, { [input.input]: values, [input.present]: present });
  }
  return arrays;
}

/** What the task's head predicts from golden vectors. */
export async function expectedOf(
  head: ClassHead | ValueHead,
  sources: readonly Source[],
  golden: Named<NDArray>,
) {
  const [count] = golden[sources[0].input.present].shape;
  const way = head instanceof ClassHead ? head.classes.length : 1;
  const outputs: Record<string, NDArray> = {};
  const put = (name: string, i: number, values: ArrayLike<number>, shape: readonly number[] = []) => {
    outputs[name] ??= allocate({ dtype: name === "unknown" ? "bool" : "float32", shape: [count, ...shape] });
    outputs[name].data.set(values, i * values.length);
  };
  for (let i = 0; i < count; i++) {
    const own = sources.filter(({ input }) => golden[input.present].data[i] === 1);
    const vectors = Object.fromEntries(own.map(({ name, input }) => [name, vectorAt(golden, input, i)]));
    const example = { id: "", digests: {}, values: {}, vectors };
    const { weights, ...outcome } = await head.predict(example);
    if (head instanceof ClassHead && "probabilities" in outcome) {
      put("probabilities", i, outcome.probabilities, [way]);
      const evidence = head.product.evidence(await head.vectors.vectors(example));
      put("certainty", i, [Math.max(LOWEST, head.typicality(evidence))]);
      put("unknown", i, [Number(outcome.unknown)]);
    } else if ("value" in outcome) put("values", i, [outcome.value]);
    for (const { name, input } of sources) put(input.weights, i, [weights[modalityOf(name)] ?? 0]);
  }
  return outputs;
}

function vectorAt(
  golden: Named<NDArray>,
  { input, length, constants }: TaughtInput,
  i: number,
): Float32Array {
  const raw = Float32Array.from((golden[input].data as Float32Array).subarray(i * length, (i + 1) * length));
  return projected(raw, constants);
}
