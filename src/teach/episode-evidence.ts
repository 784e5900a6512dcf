/** Episodes of the base model: the evidence for each query by each expert, of which all rows of an evaluation are sums. */

import type { Dataset } from "../data/index.js";
import type { Episode } from "../episode/index.js";
import { ClassHead } from "./class-head.js";
import type { Evidence } from "./product.js";
import type { EmbeddedExample } from "./types.js";

/** The evidence for a query by each expert, and its class; −1 for a query of an unknown class. */
interface QueryEvidence {
  readonly label: number;
  readonly byExpert: ReadonlyMap<string, Evidence>;
}

/** One episode with its evidence. */
export interface EpisodeEvidence {
  readonly way: number;
  readonly head: ClassHead;
  readonly queries: readonly QueryEvidence[];
}

/**
 * Teach the support of an episode and collect the evidence for its queries, and for the rows `unknown` of other classes.
 * `texts` are the names of classes as examples.
 */
export async function evidenceOf(
  { classes, support, query }: Episode,
  unknown: readonly number[],
  embedded: readonly (EmbeddedExample | undefined)[],
  texts: readonly EmbeddedExample[],
  { kinds }: Dataset,
): Promise<EpisodeEvidence> {
  const taught = support.flatMap(({ row, label }) => {
    const example = embedded[row];
    return example ? [{ ...example, label: classes[label] }] : [];
  });
  const names = texts.filter(({ label }) => classes.includes(label!));
  const head = await ClassHead.fit([...taught, ...names], kinds);
  const indexes = new Map(head.classes.map((name, c) => [name, c]));
  const items = [...query, ...unknown.map((row) => ({ row, label: -1 }))];
  const queries: QueryEvidence[] = [];
  for (const { row, label } of items) {
    const example = embedded[row];
    if (!example) continue;
    const vectors = await head.vectors.vectors(example);
    const byExpert = new Map<string, Evidence>();
    for (const expert of head.product.experts.keys())
      if (vectors[expert]) byExpert.set(expert, head.product.evidence({ [expert]: vectors[expert] }));
    queries.push({ label: label < 0 ? -1 : (indexes.get(classes[label]) ?? -2), byExpert });
  }
  return { way: head.classes.length, head, queries };
}

/** The sum of the evidence of some experts. */
export function sumOf(
  { byExpert }: QueryEvidence,
  way: number,
  uses: (expert: string) => boolean = () => true,
): Evidence {
  const total = new Float64Array(way);
  const strengths: Record<string, Evidence["strengths"][string]> = {};
  const used = [...byExpert].flatMap(([expert, evidence]) => (uses(expert) ? [evidence] : []));
  for (const evidence of used) {
    Object.assign(strengths, evidence.strengths);
    for (let c = 0; c < way; c++) total[c] += evidence.total[c];
  }
  const closeness = (c: number) => used.reduce((sum, evidence) => sum + evidence.closeness(c), 0);
  return { total, strengths, closeness };
}
