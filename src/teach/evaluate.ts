/**
 * Evaluates the base model, which is not trained, on episodes: teach the support, predict the queries. Each row uses some
 * of the experts, on the same episodes: all of them, those of one modality, all without one modality, and each alone.
 */

import { copyOf } from "../base/copy.js";
import { DEFAULT_SEED, evaluationDefaults } from "../base/defaults.js";
import { InputError } from "../base/errors.js";
import { checkOptions } from "../base/given.js";
import { random } from "../base/random.js";
import { nextTurn } from "../base/turn.js";
import { checkDataset, type Dataset, type Notice, type Row, type Split, taskOf } from "../data/index.js";
import { episodeSampler } from "../episode/index.js";
import { checkCounts } from "../evaluate/counts.js";
import type { EpisodeResult } from "../evaluate/score.js";
import { behind, summaryOf } from "../evaluate/summary.js";
import type { Evaluation, EvaluationRow, RowKind } from "../evaluate/types.js";
import { absenceNotices } from "./absent.js";
import { embedRows } from "./embed.js";
import { type EpisodeEvidence, evidenceOf, sumOf } from "./episode-evidence.js";
import { labelTexts } from "./label-texts.js";
import { measureUnknown } from "./open-set.js";
import { type PretrainedChoice, planPretrained } from "./pretrained.js";
import { modalityOf } from "./types.js";

/** Options of {@link evaluateBase}, as those of {@link evaluate}. */
export interface EvaluateBaseOptions {
  readonly data: Dataset;
  /** The split whose classes are drawn, if the data have splits; default `test`. The base model was trained on none. */
  readonly split?: Split;
  readonly way?: number;
  readonly shot?: number;
  readonly query?: number;
  readonly episodes?: number;
  readonly across?: "group" | null;
  readonly labelShots?: number;
  /** Pretrained encoders in place of the built-in ones, by modality or kind. */
  readonly encoders?: PretrainedChoice;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Called with built-in encoders that are left out. */
  readonly onNotice?: (notice: Notice) => void;
  readonly onProgress?: (done: number, total: number, row: string) => void;
}

/** A row: the experts that it uses. */
interface Contender {
  readonly kind: RowKind;
  readonly name: string;
  readonly support: readonly string[];
  readonly query: readonly string[];
  readonly uses: (expert: string) => boolean;
}

/**
 * Evaluate the base model on episodes of a data set's classes, with 95 % intervals.
 *
 * @throws {InputError} `evaluate/…` and `data/…` for options and data that no episode can be drawn from
 * @example const { rows } = await evaluateBase({ data, way: 5, shot: 1, across: "group" });
 */
export async function evaluateBase(options: EvaluateBaseOptions): Promise<Evaluation> {
  checkOptions(options, "BaseModel.evaluate");
  checkDataset(options.data, "BaseModel.evaluate, option data");
  const { data, split = "test", shot = evaluationDefaults.shot, query = evaluationDefaults.query } = options;
  const { across = null, seed = DEFAULT_SEED, episodes: count = evaluationDefaults.episodes } = options;
  const { signal, onNotice, onProgress, labelShots = 0 } = options;
  checkCounts({ way: options.way ?? 2, shot, query, episodes: count });
  const rows = rowsOf(data, split);
  const units = [...new Set(rows.map(({ label }) => label!))].sort();
  const where = `${data.name}, split ${split}`;
  const draw = { shot, query, across };
  const drawable = () => episodeSampler(rows, units, { ...draw, way: 2 }, where).mostWay;
  const way = options.way ?? Math.min(evaluationDefaults.way, drawable());
  const sampler = episodeSampler(rows, units, { ...draw, way }, where);
  const pretrained = await planPretrained({ ...data, rows }, copyOf(options.encoders));
  for (const notice of absenceNotices(data.kinds, pretrained)) onNotice?.(notice);
  const { examples } = await embedRows(
    { ...data, rows },
    { signal, onProgress: (done, total) => onProgress?.(done, total, "embedding") },
    pretrained,
  );
  const byId = new Map(examples.map((example) => [example.id, example]));
  const embedded = rows.map(({ id }) => byId.get(id));
  const texts = await labelTexts(units, data.kinds, labelShots, pretrained);
  const scored: EpisodeEvidence[] = [];
  const started = performance.now();
  for (let i = 0; i < count; i++) {
    await nextTurn();
    signal?.throwIfAborted();
    const stream = random(seed, "evaluate", i);
    const episode = sampler.draw(stream);
    const others = units.filter((name) => !episode.classes.includes(name));
    const unknown = stream
      .sample(others, Math.min(1, others.length))
      .flatMap((name) => [...rows.keys()].filter((row) => rows[row].label === name).slice(0, query));
    scored.push(await evidenceOf(episode, unknown, embedded, texts, data));
    onProgress?.(i + 1, count, "episodes");
  }
  const msPerEpisode = (performance.now() - started) / count;
  const modalities = Object.keys(data.kinds);
  const experts = [...new Set(scored.flatMap(({ head }) => [...head.product.experts.keys()]))].sort();
  const contenders = contendersOf(modalities, experts);
  const first = resultsOf(scored, contenders[0]);
  const reported = contenders.map((contender): EvaluationRow => {
    const results = contender === contenders[0] ? first : resultsOf(scored, contender);
    const { kind, name, support, query: queried } = contender;
    return {
      ...{ kind, name, support, query: queried },
      ...(labelShots > 0 && { labelShots }),
      ...summaryOf("classification", results),
      msPerEpisode,
      ...behind("classification", first, results),
    };
  });
  const chance = { accuracy: 1 / way, halfWidth: 0, msPerEpisode: 0 };
  return {
    ...{ data: data.name, split, task: "classification", way, shot, query, episodes: count, seed },
    ...{ mode: "inductive", across, supportModalities: modalities, queryModalities: modalities, labelShots },
    ...{ unit: "class", mostWay: sampler.mostWay, ineligible: sampler.ineligible },
    unusedRows: embedded.filter((example) => example === undefined).length,
    rows: [...reported, { kind: "chance", name: "chance", support: [], query: [], ...chance }],
    certainty: measureUnknown(scored),
  };
}

/** The labelled rows of a split; all labelled rows of data without splits. */
function rowsOf(data: Dataset, split: Split): Row[] {
  const labelled = data.rows.filter(({ label }) => label !== undefined);
  if (labelled.length === 0 || taskOf(data.rows) === "regression")
    throw new InputError({
      code: "evaluate/other-labels",
      where: data.name,
      problem: labelled.length === 0 ? "no row has a class" : "the labels are numbers",
      expected: "class names, which episodes are drawn of",
      remedy: "Name the column with --label, or give --classification if the numbers are classes.",
    });
  const isDeclared = labelled.some((row) => row.split !== undefined);
  const rows = isDeclared ? labelled.filter((row) => row.split === split) : labelled;
  if (rows.length > 0) return rows;
  throw new InputError({
    code: "evaluate/no-rows",
    where: `${data.name}, split ${split}`,
    problem: "no labelled row is in it",
    expected: "a split of the data",
    remedy: "Choose another with --split.",
  });
}

function contendersOf(modalities: readonly string[], experts: readonly string[]): Contender[] {
  const row = (
    kind: RowKind,
    name: string,
    names: readonly string[],
    uses: Contender["uses"],
  ): Contender => ({
    kind,
    name,
    support: names,
    query: names,
    uses,
  });
  const without = (name: string) => modalities.filter((other) => other !== name);
  const isOf = (name: string) => (expert: string) => modalityOf(expert) === name;
  return [
    row("fused", modalities.join("+"), modalities, () => true),
    ...(modalities.length > 1 ? modalities : []).map((name) => row("alone", name, [name], isOf(name))),
    ...(modalities.length > 2 ? modalities : []).map((name) => ({
      ...row("query-missing", `query without ${name}`, without(name), (expert) => !isOf(name)(expert)),
      support: modalities,
    })),
    ...experts.map((expert) => row("encoder", expert, [modalityOf(expert)], (other) => other === expert)),
  ];
}

/** The accuracy of each episode, averaged over the classes; a query without evidence is right by chance. */
function resultsOf(scored: readonly EpisodeEvidence[], { uses }: Contender): EpisodeResult[] {
  return scored.map(({ way, queries }) => {
    const right = new Float64Array(way);
    const count = new Float64Array(way);
    for (const query of queries) {
      if (query.label < 0) continue;
      const { total, strengths } = sumOf(query, way, uses);
      const largest = Math.max(...total);
      const isKnown = Object.keys(strengths).length > 0;
      right[query.label] += isKnown ? Number(total.indexOf(largest) === query.label) : 1 / way;
      count[query.label]++;
    }
    const shares = [...right].flatMap((sum, c) => (count[c] > 0 ? [sum / count[c]] : []));
    return { score: shares.reduce((a, b) => a + b, 0) / Math.max(1, shares.length) };
  });
}
