/** How raw values become the arrays of exported inputs, as JSON: steps in order, with every constant. */

import {
  type AudioSpec,
  type BuiltinSpec,
  type FrozenSpec,
  type ImageSpec,
  isBuiltin,
  isFrozen,
  type ModalityKind,
  type ModalitySpec,
  type StrokesSpec,
  type TabularSpec,
  type TextSpec,
  type VectorSpec,
} from "../modality/index.js";

/** The preprocessing of one modality. */
export interface Preprocessing {
  readonly kind: ModalityKind;
  /** Shape of one example's float32 array. */
  readonly shape: readonly number[];
  /** What each axis of it is. */
  readonly axes: readonly string[];
  /** Sentences; each step takes the result of the one before. */
  readonly steps: readonly string[];
  /** The constants that the steps name. */
  readonly constants: Readonly<Record<string, unknown>>;
}

type Described = Omit<Preprocessing, "kind" | "shape">;

const image = ({ mean, std }: ImageSpec): Described => ({
  axes: ["channel", "row", "column"],
  steps: [
    "Decode to 8-bit sRGB, apply the EXIF orientation, and flatten transparency onto white; of several frames, take the first.",
    "If width and height are not those of the shape: scale by s = min(columns / width, rows / height), each side rounded to the nearest pixel, with libvips' resize (kernel lanczos3, centred; other Lanczos-3 filters with antialiasing differ by a few levels), and centre it, the offset rounded down, on the mean colour of the four corner pixels of the decoded image.",
    "With one channel, a colour pixel becomes 0.299 red + 0.587 green + 0.114 blue; with three channels, a grey pixel is repeated.",
    "x = (pixel / 255 − mean[channel]) / std[channel].",
  ],
  constants: { resize: "lanczos3", fit: "contain", background: "mean of the corner pixels", mean, std },
});

const audio = ({ shape, rate, samples, window, hop, mean, std }: AudioSpec): Described => ({
  axes: ["channel", "mel band", "frame"],
  steps: [
    "Decode to samples from −1 to 1, and mix channels to one by their mean.",
    "Resample to `rate` with a windowed sinc: cutoff 0.95 of the lower Nyquist frequency, Hann window of 16 zero crossings a side, zeros outside.",
    "Of more than `samples` samples take the middle ones, the start rounded down; a shorter clip stays as it is.",
    "Frame f covers samples f·hop to f·hop + window − 1, zeros after the end; there are 1 + max(0, ceil((length − window) / hop)) frames.",
    "Multiply by the window sin²(π (n + ½) / window), divided by the sum of its entries.",
    "Power |X_k|² of the Fourier transform of size `fourier`, zero-padded, for k = 0 to fourier / 2.",
    "Mel filters: triangles over the frequencies k·rate / fourier with corners at mels + 2 points equally spaced on the scale 2595 log10(1 + hertz / 700) from 0 to rate / 2; peak 1.",
    "x = (ln(floor + Σ filter · power) − mean[band]) / std[band]; frames after the end of the clip are 0.",
    ...(shape[0] === 2 ? ["The second channel is 1 in the frames of the clip and 0 after them."] : []),
  ],
  constants: {
    ...{ rate, samples, window, hop, mels: shape[1], fourier: 2 ** Math.ceil(Math.log2(window)) },
    ...{ floor: 1e-6, mean, std },
  },
});

const text = ({ shape, ngrams, idf }: TextSpec): Described => ({
  axes: ["number of the bucket, weight", "feature"],
  steps: [
    "Normalise to NFKC, convert to lower case, remove code points of the property Default_Ignorable_Code_Point, and normalise to NFKC again.",
    "Words are the matches of [\\p{L}\\p{M}\\p{N}]+|[^\\p{L}\\p{M}\\p{N}\\p{Z}\\p{C}].",
    "Units of a word are U+0002, the matches of \\P{M}\\p{M}*|^\\p{M}+, and U+0003.",
    "Features of a word are all its units joined, and the n-grams of its units for each n from ngrams[0] to min(ngrams[1], units − 1).",
    "Bucket of a feature: FNV-1a of 32 bits over code points (h = 2166136261; per code point h = (h xor c) · 16777619 mod 2³²), modulo the number of entries of idf.",
    "Weight of a bucket that occurs n times: (1 + ln n) · idf[bucket].",
    "Keep the features of largest weight (ties: the lower bucket first), in that order, and divide the weights by their Euclidean norm.",
    "Row 0 holds the bucket numbers and row 1 the weights; unused places are 0.",
  ],
  constants: { ngrams, buckets: idf.length, features: shape[1], hash: "fnv1a-32 over code points", idf },
});

const strokes = ({ shape }: StrokesSpec): Described => ({
  axes: ["x, y, dx, dy, pen", "point"],
  steps: [
    "A drawing is a list of strokes, each a list of points [x, y] in drawing order, y downwards or upwards as in training.",
    "Subtract the middle of the bounding box and divide by half its longer side (1 if that is 0).",
    "If there are more strokes than `points`, keep the longest, in their order.",
    "Each stroke gets one point; the remaining points are shared in proportion to arc length by largest remainders (ties: the earlier stroke).",
    "Points of a stroke are equally spaced along its arc length from its first to its last point; a stroke of one point gets its middle.",
    "dx, dy: the difference from the previous point of the stroke (at the first point: the difference to the second), divided by the mean distance along the arc between neighbouring points of a stroke, over the drawing; 0 for a stroke of one point.",
    "pen: 1 at the first point of a stroke, else 0.",
  ],
  constants: { points: shape[1] },
});

const tabular = ({ columns }: TabularSpec): Described => ({
  axes: ["number, presence, category", "column"],
  steps: [
    "Columns are in the order of `columns`. A missing cell is 0 in all three rows; else its presence is 1.",
    "A column with mean and std: number = (value − mean) / std; a date is its days or seconds since 1970 as `read` states.",
    "A column with values: category = first + the index of the cell's text in values, 0 for another text.",
  ],
  constants: { columns },
});

const vector = ({ mean, std, root }: VectorSpec): Described => ({
  axes: ["dimension"],
  steps: [
    ...(root ? ["value = sign(value) · √|value|."] : []),
    "x = (value − mean[dimension]) / std[dimension].",
  ],
  constants: { root: root === true, mean, std },
});

const builtin = ({ builtin }: BuiltinSpec): Described => ({
  axes: ["dimension"],
  steps: [
    "Embed the value by the built-in encoders of metamodal, as encoders/README.md of the package describes: the result has one vector of length 1 per encoder.",
    "Fold a vector of more than `length` numbers: number i is added to i mod length, with a minus for odd floor(i / length).",
    "Multiply each vector by its scale and concatenate them in the order of `parts`; zeros for an encoder that cannot read the value.",
  ],
  constants: { version: builtin.version, files: builtin.files, parts: builtin.parts },
});

const frozen = ({ frozen, mean, std }: FrozenSpec): Described => ({
  axes: ["dimension"],
  steps: [
    "Run the ONNX file `model`, whose digest is in `files`, on inputs prepared as `input` states.",
    "Take the output `output`; reduce its token axis by `pooling` over the tokens that are not padding.",
    "x = (embedding − mean) / std.",
  ],
  constants: { ...frozen, mean, std },
});

/** The preprocessing of a modality's values. */
export function preprocessingOf(spec: ModalitySpec): Preprocessing {
  return { kind: spec.kind, shape: spec.shape, ...described(spec) };
}

function described(spec: ModalitySpec): Described {
  if (isBuiltin(spec)) return builtin(spec);
  if (isFrozen(spec)) return frozen(spec);
  switch (spec.kind) {
    case "image":
      return image(spec as ImageSpec);
    case "audio":
      return audio(spec as AudioSpec);
    case "text":
      return text(spec as TextSpec);
    case "strokes":
      return strokes(spec as StrokesSpec);
    case "tabular":
      return tabular(spec as TabularSpec);
    case "vector":
      return vector(spec as VectorSpec);
  }
}
