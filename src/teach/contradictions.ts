/** Notices of examples that are equal and have different labels. */

import type { Notice } from "../data/notice.js";
import { type EmbeddedExample, valuesKey } from "./types.js";

/** Pairs that a notice names. */
const MOST = 3;

/**
 * One notice of all examples whose values another example of another class has; none if there are none. With `added`, of
 * pairs with one of these ids only.
 */
export function contradictions(
  examples: readonly EmbeddedExample[],
  where: string,
  added?: ReadonlySet<string>,
): Notice[] {
  const first = new Map<string, EmbeddedExample>();
  const pairs: string[] = [];
  for (const example of examples) {
    if (example.label === undefined) continue;
    const key = valuesKey(example);
    const other = first.get(key);
    if (!other) first.set(key, example);
    else if (other.label !== example.label && (!added || added.has(other.id) || added.has(example.id)))
      pairs.push(`${other.id} (${other.label}) and ${example.id} (${example.label})`);
  }
  if (pairs.length === 0) return [];
  const more = pairs.length > MOST ? `, and ${pairs.length - MOST} more` : "";
  const text = `equal examples have different labels: ${pairs.slice(0, MOST).join(", ")}${more}`;
  return [{ code: "teach/contradiction", where, text, suspect: true }];
}
