/** What an evaluation compares: the model, each modality alone, missing modalities, and an untrained network. */

import { type Dataset, labelModality } from "../data/index.js";
import type { Episode, Table, View } from "../episode/index.js";
import { InferencePrograms, type Model } from "../model/index.js";
import { type EpisodeResult, type ScoreOptions, scoreEpisodes } from "./score.js";
import type { RowKind } from "./types.js";
import { untrainedWeights } from "./untrained.js";

/** A model, the modalities it is given, and whether its weights are initial ones. */
export interface Contender extends View {
  readonly kind: RowKind;
  readonly name: string;
  readonly model: Model;
  readonly untrained?: boolean;
}

/**
 * The contenders of an evaluation in the order of its rows. Unimodal models are given their modality in support and query;
 * label shots only if that modality encodes label text.
 */
export function contendersOf(model: Model, view: View): Contender[] {
  const { support, query, labelShots = 0 } = view;
  const all = model.modalities.join("+");
  const contender = (kind: RowKind, name: string, changes: Partial<Contender> = {}): Contender => ({
    kind,
    name,
    model,
    ...view,
    ...changes,
  });
  const eachWithout = (names: readonly string[]) =>
    names.length > 1 ? names.map((name) => [name, names.filter((other) => other !== name)] as const) : [];
  const text = labelModality(model.card.modalities);
  return [
    contender("fused", all),
    ...Object.entries(model.alone).map(([name, unimodal]) =>
      contender("alone", name, {
        support: [name],
        query: [name],
        labelShots: name === text ? labelShots : 0,
        model: unimodal,
      }),
    ),
    ...eachWithout(support).map(([name, rest]) =>
      contender("support-missing", `support without ${name}`, { support: rest }),
    ),
    ...(labelShots > 0
      ? [contender("support-missing", "support without label shots", { labelShots: 0 })]
      : []),
    ...eachWithout(query).map(([name, rest]) =>
      contender("query-missing", `query without ${name}`, { query: rest }),
    ),
    contender("untrained", `untrained ${all}`, { untrained: true }),
  ];
}

/** The programs of a model in a mode of normalising queries: its own, if it was trained in that mode. */
export function inferenceIn({ definition, inference }: Model, mode: "inductive" | "transductive") {
  const other = definition.withMode(mode);
  return other === definition ? inference : new InferencePrograms(other, inference.engine);
}

/** Score a contender on episodes; `data` has the train rows for an untrained one's running averages. */
export async function scoreContender(
  { model, untrained, support, query, labelShots }: Contender,
  mode: "inductive" | "transductive",
  table: Table,
  episodes: readonly Episode[],
  data: Dataset,
  options: ScoreOptions,
): Promise<EpisodeResult[]> {
  const inference = inferenceIn(model, mode);
  const weights = untrained ? await untrainedWeights(inference, model, data, options.signal) : model.weights;
  const view = { support, query, labelShots };
  return scoreEpisodes(inference, weights, table, episodes, view, { ...options, mayDiverge: untrained });
}
