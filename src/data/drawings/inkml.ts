/** Reads the traces of InkML (W3C, 2011) as strokes: `<trace>10 20 0, 11 21 8, …</trace>`, absolute coordinates. */

import { InputError } from "../../base/errors.js";
import type { Strokes } from "../../modality/index.js";

const mostTraces = 100_000;

/** The strokes of a file. Channels after the first two, such as time and force, are ignored. */
export function inkmlStrokes(text: string, where: string): Strokes {
  const traces = [...text.replaceAll(/<!--.*?-->/gs, "").matchAll(/<(?:\w+:)?trace(?:\s[^>]*)?>([^<]*)</g)];
  const bad = (problem: string) =>
    new InputError({
      code: "strokes/bad-inkml",
      where,
      problem,
      expected: "InkML with <trace> elements of absolute coordinates: x y, x y, …",
      remedy: "Export the ink again, or write the strokes as [[[x, y], …], …] in metadata.jsonl.",
    });
  if (traces.length === 0 || traces.length > mostTraces) throw bad(`it has ${traces.length} traces`);
  return traces.map(([, points], i) =>
    points
      .trim()
      .split(/\s*,\s*/)
      .filter((point) => point !== "")
      .map((point) => {
        const [x, y] = point
          .split(/\s+/)
          .map((number) => (/^-?[\d.]+(?:e[-+]?\d+)?$/i.test(number) ? Number(number) : Number.NaN));
        if (!Number.isFinite(x) || !Number.isFinite(y))
          throw bad(`trace ${i + 1} has the point "${point.slice(0, 40)}"`);
        return [x, y] as const;
      }),
  );
}
