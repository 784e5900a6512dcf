/**
 * Preprocessing as functions of tensors, as far as ONNX has operators for it: pixels of the planned size, samples of the
 * planned rate, and numbers. They compute what the `encode` of the modality's kind computes.
 */

import { type ArraySpec, float32, type NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import { lax, np, type Tensor } from "../engine/index.js";
import { melFilters } from "../modality/audio/mel.js";
import {
  type AudioSpec,
  type ImageSpec,
  isBuiltin,
  isFrozen,
  type ModalitySpec,
  modalityOf,
  type VectorSpec,
} from "../modality/index.js";
import type { Named } from "./exported.js";

/** The preprocessing of one kind. */
export interface Preprocess {
  /** The inputs for `count` examples, by name. */
  inputsFor(count: number): Record<string, ArraySpec>;
  /** The arrays of examples, `[N, …shape]`. */
  apply(inputs: Named<Tensor>): Tensor;
  /** Values of the kind for golden inputs, `i` is the number of the example. */
  sample(i: number): { readonly value: unknown; readonly inputs: readonly ArrayLike<number>[] };
}

const constant = (values: readonly number[], ...shape: number[]): Tensor =>
  np.array([...values]).reshape(shape.length > 0 ? shape : [values.length]);

/** Pixels `[N, height, width, 3]` from 0 to 255: red, green, blue. */
function image({ shape: [channels, height, width], mean, std }: ImageSpec, word: string): Preprocess {
  const name = `pixels_${word}`;
  const size = 3 * height * width;
  return {
    inputsFor: (count) => ({ [name]: { dtype: "float32", shape: [count, height, width, 3] } }),
    apply({ [name]: pixels }) {
      const planes = channels === 3 ? pixels : np.matmul(pixels, constant([0.299, 0.587, 0.114], 3, 1));
      const scaled = planes.div(255).sub(constant(mean)).div(constant(std));
      return scaled.transpose([0, 3, 1, 2]);
    },
    sample(i) {
      const drawn = random(0, "golden", "pixels", i);
      const data = Uint8Array.from({ length: size }, () => drawn.integer(256));
      return { value: { width, height, channels: 3, data }, inputs: [data] };
    },
  };
}

/**
 * Mono samples `[N, samples]` at the planned rate, zeros after the end of the clip, and the number of samples of each clip.
 */
function audio({ shape, rate, samples, window, hop, mean, std }: AudioSpec, word: string): Preprocess {
  const [channels, mels, frames] = shape;
  const [name, length] = [`samples_${word}`, `length_${word}`];
  return {
    inputsFor: (count) => ({
      [name]: { dtype: "float32", shape: [count, samples] },
      [length]: { dtype: "float32", shape: [count] },
    }),
    apply({ [name]: clips, [length]: lengths }) {
      const missing = Math.max(0, (frames - 1) * hop + window - samples);
      const whole = np.pad(clips, [
        [0, 0],
        [0, missing],
      ]);
      const { kernel, bins } = fourierKernel(window);
      const transformed = lax.convGeneralDilated(
        whole.reshape([-1, 1, samples + missing]),
        kernel,
        [hop],
        "VALID",
      );
      const squares = transformed.mul(transformed);
      const power = squares.slice([], [0, bins]).add(squares.slice([], [bins, 2 * bins]));
      const filters = constant(
        melFilters(mels, 2 * (bins - 1), rate).flatMap((filter) => Array.from(filter)),
        ...[mels, bins],
      );
      const frameBands = np.matmul(
        power.slice([], [], [0, frames]).transpose([0, 2, 1]),
        filters.transpose([1, 0]),
      );
      const levels = np.log(frameBands.add(1e-6)).sub(constant(mean)).div(constant(std));
      const own = np
        .maximum(np.ceil(lengths.sub(window).div(hop)), 0)
        .add(1)
        .reshape([-1, 1, 1]);
      const isIn = np.arange(frames).astype(np.float32).reshape([1, frames, 1]).less(own).astype(np.float32);
      const asChannel = (x: Tensor) => x.transpose([0, 2, 1]).reshape([-1, 1, mels, frames]);
      const masked = asChannel(levels.mul(isIn));
      if (channels === 1) return masked;
      return np.concatenate([masked, asChannel(isIn.mul(np.onesLike(levels)))], 1);
    },
    sample(i) {
      const drawn = random(0, "golden", "samples", i);
      const count = Math.max(1, Math.ceil((samples * (3 - (i % 3))) / 3));
      const clip = Float32Array.from({ length: count }, () => 0.3 * drawn.normal());
      const padded = new Float32Array(samples);
      padded.set(clip);
      return { value: { sampleRate: rate, samples: clip }, inputs: [padded, [count]] };
    },
  };
}

/** The real and imaginary parts of the Fourier transform of windowed frames, as kernels `[2 bins, 1, window]`. */
function fourierKernel(window: number): { kernel: Tensor; bins: number } {
  const size = 2 ** Math.ceil(Math.log2(window));
  const bins = size / 2 + 1;
  const hann = Float64Array.from({ length: window }, (_, n) => Math.sin((Math.PI * (n + 0.5)) / window) ** 2);
  const sum = hann.reduce((total, w) => total + w, 0);
  const part = (wave: (angle: number) => number) =>
    Array.from({ length: bins }, (_, k) =>
      Array.from(hann, (w, n) => (w / sum) * wave((2 * Math.PI * ((k * n) % size)) / size)),
    );
  const values = [...part(Math.cos), ...part(Math.sin)].flat();
  return { kernel: constant(values, 2 * bins, 1, window), bins };
}

/** Numbers `[N, length]` as they are measured. */
function vector({ shape: [length], mean, std, root }: VectorSpec, word: string): Preprocess {
  const name = `numbers_${word}`;
  return {
    inputsFor: (count) => ({ [name]: { dtype: "float32", shape: [count, length] } }),
    apply({ [name]: numbers }) {
      const values = root ? np.sign(numbers).mul(np.sqrt(np.abs(numbers))) : numbers;
      return values.sub(constant(mean)).div(constant(std));
    },
    sample(i) {
      const drawn = random(0, "golden", "numbers", i);
      const value = Float32Array.from(mean, (m, k) => (root ? Math.abs(m) : m) + std[k] * drawn.normal());
      return { value, inputs: [value] };
    },
  };
}

/** The preprocessing of a spec's values; undefined if ONNX has no operators for it. */
export function preprocessOf(spec: ModalitySpec, word: string): Preprocess | undefined {
  if (isBuiltin(spec) || isFrozen(spec)) return undefined;
  if (spec.kind === "image") return image(spec as ImageSpec, word);
  if (spec.kind === "audio") return audio(spec as AudioSpec, word);
  return spec.kind === "vector" ? vector(spec as VectorSpec, word) : undefined;
}

/** Golden inputs of `count` examples, and the arrays `[count, …shape]` that the library encodes them as, under `word`. */
export async function preprocessGolden(
  spec: ModalitySpec,
  preprocess: Preprocess,
  word: string,
  count: number,
): Promise<Record<string, NDArray>> {
  const samples = Array.from({ length: count }, (_, i) => preprocess.sample(i));
  const inputs = Object.entries(preprocess.inputsFor(count)).map(([name, { shape }], k) => {
    const rows = samples.flatMap((each) => Array.from(each.inputs[k]));
    return [name, float32(rows, shape)] as const;
  });
  const kind = modalityOf(spec.kind, "golden inputs");
  const encoded = await Promise.all(samples.map(({ value }) => kind.encode(value, spec, "golden inputs")));
  const arrays = encoded.flatMap((array) => Array.from(array));
  return { ...Object.fromEntries(inputs), [word]: float32(arrays, [count, ...spec.shape]) };
}
