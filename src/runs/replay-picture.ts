/** The picture of a replayed step (SVG): per episode and class, the support on the left and the queries with their losses on the right. */

import { framedExample } from "../data/index.js";
import type { Episode } from "../episode/index.js";
import { CORRECT, FRAME, MUTED, shorten, svgDocument, text, WRONG } from "../picture/svg.js";
import type { ReplayedStep } from "./replay.js";

const [CELL, GAP, CAPTION, LABELS, TOP, LEAST_WIDTH] = [56, 10, 16, 170, 34, 560];

/** Draw the episodes of a replayed step as the text of an SVG. */
export async function replayPicture({ replay, data, drawn }: ReplayedStep): Promise<string> {
  const { rows } = data.table;
  const cell = CELL * Object.keys(data.specs).length + GAP;
  const widest = (role: "support" | "query") =>
    Math.max(
      ...drawn.flatMap((episode) => episode.classes.map((_, label) => of(episode, role, label).length)),
    );
  const queriesX = LABELS + widest("support") * cell + 2 * GAP;
  const height = CELL + CAPTION + GAP;
  const parts: string[] = [];
  let y = TOP;
  for (const [e, episode] of drawn.entries()) {
    const { loss, examples } = replay.episodes[e];
    const losses = examples.filter(({ role }) => role === "query").map((example) => example.loss);
    parts.push(text(GAP, y, `episode ${e + 1}: loss ${shown(loss)}`, { "font-weight": 600 }));
    y += GAP;
    for (const [label, name] of episode.classes.entries()) {
      parts.push(text(GAP, y + CELL / 2 + 4, shorten(name, 22)));
      for (const [k, { row }] of of(episode, "support", label).entries())
        parts.push(
          await framedExample(rows[row], data.specs, { x: LABELS + k * cell, y, side: CELL }, FRAME),
        );
      for (const [k, { row, index }] of of(episode, "query", label).entries()) {
        const x = queriesX + k * cell;
        const own = losses[index];
        const hasLoss = own === null || Number.isFinite(own);
        parts.push(
          await framedExample(rows[row], data.specs, { x, y, side: CELL }, hasLoss ? CORRECT : WRONG),
        );
        parts.push(text(x, y + CELL + 12, own === null ? "" : shown(own), { fill: MUTED, "font-size": 10 }));
      }
      y += height;
    }
    y += 2 * GAP;
  }
  const width = Math.max(LEAST_WIDTH, queriesX + widest("query") * cell + GAP);
  const title = `Step ${replay.step} of ${replay.part}: the support, and the queries with their losses`;
  return svgDocument({ width, height: y, title }, parts);
}

/** The items of a class, with their index among the items of the role. */
const of = (episode: Episode, role: "support" | "query", label: number) =>
  episode[role].map((item, index) => ({ ...item, index })).filter((item) => item.label === label);

const shown = (value: number): string => `${Number(value.toPrecision(3))}`;
