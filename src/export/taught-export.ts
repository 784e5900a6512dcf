/** The graph of a taught task: its head, from the vectors of the built-in encoders, whose files lie beside it. */

import { InputError } from "../base/errors.js";
import type { Tensor } from "../engine/index.js";
import { traceNamed } from "../engine/portable/index.js";
import { hasEncoder, readEncoder, readEncoderNotes } from "../modality/builtin/files.js";
import { kinds } from "../modality/builtin/kinds.js";
import { projections } from "../modality/builtin/projection.js";
import type { BuiltinEncoder } from "../modality/builtin/types.js";
import { closenessShare } from "../teach/certainty.js";
import { ClassHead } from "../teach/class-head.js";
import { JOINED, JOINT } from "../teach/joint.js";
import { evidenceOf } from "../teach/product.js";
import type { TaughtTask } from "../teach/task.js";
import { encoderOf, modalityOf } from "../teach/types.js";
import type { ValueHead } from "../teach/value-head.js";
import type { Named } from "./exported.js";
import { GOLDEN_EXAMPLES } from "./golden-inputs.js";
import { examplesGraph, QUERY_AXIS } from "./graphs.js";
import { axisNotes, type ExportParts, type PartsOptions } from "./model-export.js";
import { type ModalityNames, namesOf } from "./names.js";
import {
  type ClassExpert,
  type JointExpert,
  predictClasses,
  predictValues,
  type Source,
  type TaughtCard,
  type TaughtInput,
  type ValueExpert,
} from "./taught-functions.js";
import { expectedOf, goldenVectors } from "./taught-golden.js";

/** The parts of a taught task's export, the encoders' files, and how vectors are computed, by input. */
export interface TaughtParts extends ExportParts {
  readonly files: Record<string, string | Uint8Array>;
  readonly preprocessing: Record<string, object>;
  /** The modalities that the graph takes, as words of names. */
  readonly words: Record<string, string>;
}

/** The graph of a taught task. @throws {InputError} `export/no-builtin` if it has no vector of a built-in encoder */
export async function taughtParts(
  task: TaughtTask,
  { queries, onGraph }: PartsOptions,
): Promise<TaughtParts> {
  const { head } = task;
  const { sources, notes } = await sourcesOf(task);
  if (sources.length === 0) throw noBuiltin(task.modalities);
  await onGraph("predict");
  const specs = (count: number) =>
    Object.fromEntries(
      sources.flatMap(({ input }) => [
        [input.input, { dtype: "float32" as const, shape: [count, input.length] }],
        [input.present, { dtype: "float32" as const, shape: [count] }],
      ]),
    );
  const predict = await examplesGraph(
    (count) => traceNamed((inputs) => predictionsOf(head, sources, inputs), specs(count)),
    QUERY_AXIS,
    { queries },
  );
  const golden = goldenVectors(sources, predict.count ?? GOLDEN_EXAMPLES);
  const files: Record<string, string | Uint8Array> = {};
  for (const [name, text] of Object.entries(await readEncoderNotes())) files[`encoders/${name}`] = text;
  for (const file of new Set(sources.flatMap((source) => source.files)))
    files[`encoders/${file}`] = await readEncoder(file);
  return {
    graphs: { predict: predict.graph },
    golden: { ...golden, ...(await expectedOf(head, sources, golden)) },
    notes: [
      ...notes,
      "no adapt.onnx: teaching fits the head in float64; export the task again after teaching",
      ...axisNotes("predict", predict, { queries }),
    ],
    queries: predict.count,
    files,
    preprocessing: Object.fromEntries(sources.map((source) => [source.input.input, describe(source)])),
    words: Object.fromEntries(sources.map(({ name, word }) => [modalityOf(name), word])),
  };
}

/** The experts whose vectors built-in encoders compute, and notes on the others. */
async function sourcesOf(task: TaughtTask) {
  const { head, file } = task;
  const notes: string[] = [];
  const found: Omit<InputOf, "names">[] = [];
  const experts = [...(head instanceof ClassHead ? head.product.experts : head.experts).keys()];
  for (const [modality, { word, weights }] of Object.entries(namesOf(task))) {
    const { kind } = file.kinds[modality];
    const encoders = Object.hasOwn(file.pretrained, modality) ? [] : (kinds[kind]?.encoders ?? []);
    const own = experts.filter((name) => modalityOf(name) === modality && encoderOf(name) !== JOINT);
    const builtin = own.flatMap((name) => {
      const encoder = encoders.find((each) => each.name === encoderOf(name));
      return encoder ? [{ name, kind, word, weights, encoder }] : [];
    });
    if (builtin.length < own.length)
      notes.push(
        `modality ${modality}: left out, since its vectors depend on the task's examples or are of a pretrained encoder`,
      );
    found.push(...builtin);
  }
  const inputOf = ({ word, encoder }: (typeof found)[number]) => `${word}/${encoder.name}`;
  const names = namesOf({ modalities: found.map(inputOf) });
  const sources = await Promise.all(found.map((each) => sourceOf({ ...each, names: names[inputOf(each)] })));
  return { sources, notes };
}

/** An expert with the names of its modality and of its input. */
interface InputOf extends Pick<Source, "name" | "kind" | "word"> {
  readonly weights: string;
  readonly encoder: BuiltinEncoder;
  readonly names: ModalityNames;
}

async function sourceOf({ name, kind, word, weights, encoder, names }: InputOf): Promise<Source> {
  const { files = [], constants, length } = encoder;
  const isStandardised = constants !== undefined && files.every(hasEncoder);
  const input: TaughtInput = {
    ...{ input: names.query, present: names.queryPresent, weights, length },
    ...(isStandardised && { constants: (await projections()).get(constants) }),
  };
  return { name, kind, word, files, input };
}

function predictionsOf(
  head: ClassHead | ValueHead,
  sources: readonly Source[],
  inputs: Named<Tensor>,
): Record<string, Tensor> {
  if (head instanceof ClassHead)
    return predictClasses(classExperts(head, sources), head.classes.length, cardOf(head), inputs);
  const experts = sources.map(({ name, input }): ValueExpert => {
    const { coefficients, variance } = head.experts.get(name)!;
    return { ...input, form: { coefficients }, rows: [], variance };
  });
  return predictValues(experts, head, inputs);
}

const cardOf = ({ card, shot }: ClassHead): TaughtCard => ({
  scale: card.scale,
  threshold: card.threshold,
  kappa: closenessShare(shot),
});

const classExperts = ({ product }: ClassHead, sources: readonly Source[]): (ClassExpert | JointExpert)[] => [
  ...sources.map(({ name, input }) => classExpert(product, name, input)),
  ...jointExperts(product, sources),
];

/** The experts of joint vectors whose parts are all among the sources. */
const jointExperts = (product: ClassHead["product"], sources: readonly Source[]): JointExpert[] =>
  [...product.experts.keys()].flatMap((name) => {
    if (encoderOf(name) !== JOINT) return [];
    const joined = Object.entries(JOINED).flatMap(([encoder, share]) => {
      const part = sources.find((source) => source.name === `${modalityOf(name)}/${encoder}`);
      return part ? [{ ...part.input, share }] : [];
    });
    const isWhole = joined.length === Object.keys(JOINED).length;
    return isWhole ? [{ ...classExpert(product, name, joined[0]), joined }] : [];
  });

function classExpert(product: ClassHead["product"], name: string, input: TaughtInput): ClassExpert {
  const { head, closeness, strength, rows } = product.experts.get(name)!;
  const { form, mean, spread } = head.regression;
  const { share, discriminability: d, deviation } = strength;
  return {
    ...input,
    form,
    rows: rows.map((row) => product.support[row].vectors[name]),
    scale: head.known.map((known) => (known ? (share * d) / spread : 0)),
    shift: head.known.map((known) => (known ? -share * ((d * mean) / spread + d ** 2 / 2) : 0)),
    expected: evidenceOf(strength),
    variance: (share * d * deviation) ** 2,
    closeness: closeness.form(),
  };
}

/** How the vector of an input is computed. */
const describe = ({ name, kind, files, input }: Source) => ({
  ...{
    kind,
    encoder: encoderOf(name),
    shape: [input.length],
    files: files.map((file) => `encoders/${file}`),
  },
  steps: [
    `The vector of the built-in encoder ${encoderOf(name)} of ${kind}, as encoders/README.md states its input and output; raw, neither standardised nor scaled.`,
    "A value that the encoder cannot read, or a missing modality, has any numbers here and 0 in the input …_present.",
  ],
});

const noBuiltin = (modalities: readonly string[]) =>
  new InputError({
    code: "export/no-builtin",
    where: "the taught task",
    problem: `the vectors of ${modalities.join(", ")} depend on the task's examples, or are of pretrained encoders`,
    expected: "a modality that a built-in encoder reads: image, audio, text or strokes",
    remedy: "Train a model of these modalities, and export it.",
  });
