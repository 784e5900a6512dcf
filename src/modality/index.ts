/** The table of modality kinds: one row each. */

import { InputError } from "../base/errors.js";
import { audio } from "./audio/audio.js";
import { builtinModality, isBuiltin } from "./builtin/spec.js";
import { image } from "./image/image.js";
import type { Modality, ModalityKind, ModalitySpec } from "./modality.js";
import { frozenModality } from "./pretrained/index.js";
import { isFrozen } from "./pretrained/types.js";
import { type StrokesSpec, strokes } from "./strokes/strokes.js";
import type { ColumnDeclaration } from "./tabular/index.js";
import { type TabularSpec, tabular } from "./tabular/tabular.js";
import { text } from "./text/text.js";
import { vector } from "./vector.js";

export type { AudioSpec } from "./audio/audio.js";
export { type AudioValue, decodeAudio, type RawAudio } from "./audio/decode.js";
export { soundFormat } from "./audio/format.js";
export { absentFiles, builtinKinds } from "./builtin/index.js";
export { type BuiltinSpec, checkBuiltin, isBuiltin, planBuiltin } from "./builtin/spec.js";
export { fitImage } from "./image/fit.js";
export { pictureFormat, pictureSize } from "./image/format.js";
export type { ImageSpec } from "./image/image.js";
export { decodeImage } from "./image/pixels.js";
export type { RawImage } from "./image/raw.js";
export type { ImageValue } from "./image/value.js";
export {
  Media,
  type Modality,
  type ModalityKind,
  type ModalitySpec,
  modalityKinds,
  type Sample,
  shown,
} from "./modality.js";
export {
  absoluteModel,
  embedFrozen,
  type FrozenOptions,
  type FrozenSpec,
  findEncoder,
  frozenModality,
  frozenOptions,
  type PretrainedOptions,
  planFrozen,
  standardised,
} from "./pretrained/index.js";
export { isFrozen } from "./pretrained/types.js";
export { drawingOf, formOf } from "./strokes/forms.js";
export type { StrokesSpec } from "./strokes/strokes.js";
export { isSvgPath, svgPathStrokes } from "./strokes/svg-path.js";
export type { Strokes } from "./strokes/types.js";
export { evenly } from "./survey.js";
export {
  type Cell,
  type ColumnDeclaration,
  type ColumnReading,
  columnError,
  columnSchema,
  type InferredColumn,
  inferColumn,
  isMissing,
  type NumberFormat,
  numberOf,
  type PlacedCell,
} from "./tabular/index.js";
export {
  type Cells,
  categoryCount,
  declaredColumns,
  type TableColumn,
  type TabularSpec,
} from "./tabular/tabular.js";
export { decodeTextFile } from "./text/file.js";
export type { TextSpec, TextValue } from "./text/text.js";
export type { Vector, VectorSpec } from "./vector.js";

/** The kinds by name. Each row states how values are read, planned and encoded, and which files may hold them. */
export const modalities: Readonly<Record<ModalityKind, Modality>> = {
  image,
  audio,
  text,
  strokes,
  tabular,
  vector,
};

/** The implementation of a kind, or an `InputError` that lists the kinds. `where` names the user of it. */
export function modalityOf(kind: string, where: string): Modality {
  const found = Object.hasOwn(modalities, kind) ? modalities[kind as ModalityKind] : undefined;
  if (found) return found;
  throw new InputError({
    code: "modality/unsupported-kind",
    where,
    problem: `there is no kind "${kind}"`,
    expected: `one of ${Object.keys(modalities).join(", ")}`,
    remedy: "Correct the kind, or update metamodal.",
  });
}

/** What makes arrays of a modality whose spec is known: its kind, a pretrained encoder, or the built-in encoders. */
export function modalityFor(
  spec: ModalitySpec,
  where: string,
): Pick<Modality, "spec" | "encode" | "augment"> {
  const embeddings = embeddingsOf(spec);
  if (embeddings === "pretrained") return frozenModality as Pick<Modality, "spec" | "encode" | "augment">;
  if (embeddings === "builtin") return builtinModality as Pick<Modality, "spec" | "encode" | "augment">;
  return modalityOf(spec.kind, where);
}

/** What the arrays of a spec are embeddings of: a pretrained encoder, the built-in encoders; undefined for arrays of its kind. */
export const embeddingsOf = (spec: ModalitySpec): "pretrained" | "builtin" | undefined =>
  isFrozen(spec) ? "pretrained" : isBuiltin(spec) ? "builtin" : undefined;

/** How a data set declares a modality whose arrays are planned as `spec`: its kind and, of a table, how columns are read. */
export function declarationOf(spec: ModalitySpec): {
  kind: ModalityKind;
  columns?: ColumnDeclaration[];
  format?: string;
} {
  const { format } = spec as Partial<StrokesSpec>;
  if (spec.kind !== "tabular") return { kind: spec.kind, ...(format && { format }) };
  const columns = (spec as TabularSpec).columns.map(
    (column): ColumnDeclaration => ({
      name: column.name,
      ...(column.read ?? { type: "values" in column ? "category" : "number" }),
    }),
  );
  return { kind: "tabular", columns };
}
