/** Normalises labels and splits, and reports which were changed and which class names look alike. */

import { someOf } from "../listed.js";
import { normalName } from "../names.js";
import type { Notice } from "../notice.js";
import type { Split } from "../splits.js";
import { splitOfWord } from "../splits.js";
import type { Row } from "../types.js";

export class RowNames {
  /** Normalised label by label as written. */
  readonly #labels = new Map<string, string>();
  readonly #changed = new Map<string, Set<string>>();
  readonly #splits = new Map<string, Split>();

  /** A label in Unicode NFC, without outer spaces. */
  label(written: string): string {
    const known = this.#labels.get(written);
    if (known !== undefined) return known;
    const label = normalName(written);
    this.#labels.set(written, label);
    if (label !== written) this.#changed.set(label, (this.#changed.get(label) ?? new Set()).add(written));
    return label;
  }

  /** The split that a word names; undefined for other values. */
  split(written: unknown): Split | undefined {
    const split = typeof written === "string" ? splitOfWord(written) : undefined;
    if (split !== undefined && written !== split) this.#splits.set(written as string, split);
    return split;
  }

  /** Notices of labels and splits that were read differently from how they are written, and of similar class names. */
  notices(rows: readonly Row[]): Notice[] {
    const notices: Notice[] = [];
    const merged = [...this.#changed].filter(
      ([label, written]) => written.size > 1 || this.#labels.has(label),
    );
    if (this.#changed.size > 0) {
      const names = [...this.#changed.keys()].map((label) => JSON.stringify(label));
      const joined = merged.map(([label]) => JSON.stringify(label));
      notices.push({
        code: "labels/normalised",
        where: "labels",
        text: `normalised to Unicode NFC without outer spaces: ${someOf(names)}${joined.length ? `; written in several ways and joined as one class: ${someOf(joined)}` : ""}`,
        ...(joined.length > 0 && { suspect: true }),
      });
    }
    if (this.#splits.size > 0)
      notices.push({
        code: "splits/words",
        where: "splits",
        text: `read ${[...this.#splits].map(([word, split]) => `${JSON.stringify(word)} as ${split}`).join(", ")}`,
      });
    const alike = lookAlikes(new Set(rows.flatMap(({ label }) => label ?? [])));
    if (alike.length > 0)
      notices.push({
        code: "labels/alike",
        where: "labels",
        text: `${alike.length === 1 ? "classes" : `${alike.length} sets of classes`} differ only in case, spaces or marks, and are kept apart: ${someOf(alike.map((names) => names.map((name) => JSON.stringify(name)).join(" and ")))}`,
        suspect: true,
      });
    return notices;
  }
}

/** Sets of names that are equal except for case, spaces, hyphens, underscores and compatibility forms. */
function lookAlikes(names: Iterable<string>): string[][] {
  const byKey = new Map<string, string[]>();
  for (const name of names) {
    if (!/\p{L}/u.test(name)) continue; // "-1" and "1"
    const folded = name
      .normalize("NFKC")
      .toLowerCase()
      .replaceAll(/[\s_\p{Cf}-]+/gu, "");
    const own = byKey.get(folded);
    if (own) own.push(name);
    else byKey.set(folded, [name]);
  }
  return [...byKey.values()].filter(({ length }) => length > 1).map((own) => own.sort());
}
