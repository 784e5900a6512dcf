/** The rows of an evaluation that a network answers: the model, each modality alone, missing modalities, untrained. */

import { type Dataset, labelModality } from "../data/index.js";
import type { Episode, Table, View } from "../episode/index.js";
import { InferencePrograms, type Model } from "../model/index.js";
import { type EpisodeResult, type ScoreOptions, scoreEpisodes } from "./score.js";
import type { RowKind } from "./types.js";
import { untrainedWeights } from "./untrained.js";

/** A row to be scored: a network, its weights, and what it is given. */
export interface Contender extends View {
  readonly kind: RowKind;
  readonly name: string;
  readonly model: Model;
  readonly untrained?: boolean;
}

/** The rows of an evaluation, in their order. A model of one modality is asked by that, with names where it is their text. */
export function contendersOf(model: Model, view: View): Contender[] {
  const { support, query, labelShots = 0 } = view;
  const all = model.modalities.join("+");
  const row = (kind: RowKind, name: string, shown: Partial<Contender>): Contender => ({
    kind,
    name,
    model,
    ...view,
    ...shown,
  });
  const eachWithout = (names: readonly string[]) =>
    names.length > 1 ? names.map((name) => [name, names.filter((other) => other !== name)] as const) : [];
  const text = labelModality(model.card.modalities);
  return [
    row("fused", all, {}),
    ...Object.entries(model.alone).map(([name, alone]) =>
      row("alone", name, {
        support: [name],
        query: [name],
        labelShots: name === text ? labelShots : 0,
        model: alone,
      }),
    ),
    ...eachWithout(support).map(([name, rest]) =>
      row("support-missing", `support without ${name}`, { support: rest }),
    ),
    ...(labelShots > 0 ? [row("support-missing", "support without label shots", { labelShots: 0 })] : []),
    ...eachWithout(query).map(([name, rest]) =>
      row("query-missing", `query without ${name}`, { query: rest }),
    ),
    row("untrained", `untrained ${all}`, { untrained: true }),
  ];
}

/** The programs of a model in a mode of normalising queries: its own, if it was trained in that mode. */
export function inferenceIn({ definition, inference }: Model, mode: "inductive" | "transductive") {
  const other = definition.withMode(mode);
  return other === definition ? inference : new InferencePrograms(other, inference.engine);
}

/** Score a row on the episodes. */
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
