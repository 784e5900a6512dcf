/** Reads the `path`, `polyline`, `polygon` and `line` elements of an SVG as strokes. Transforms are ignored. */

import { InputError } from "../../base/errors.js";
import { type Strokes, svgPathStrokes } from "../../modality/index.js";

/** The strokes of a file, in document order. */
export function svgStrokes(text: string, where: string): Strokes {
  const strokes: Strokes = [];
  const plain = text.replaceAll(/<!--.*?-->/gs, "").replaceAll(/<(defs|clipPath|mask)\b.*?<\/\1>/gs, "");
  for (const [, name, attributes] of plain.matchAll(/<(path|polyline|polygon|line)\b([^>]*)>/g)) {
    const read = svgPathStrokes(pathOf(name, attributes));
    if (!read) throw bad(where, `a ${name} cannot be read`);
    strokes.push(...read);
  }
  if (strokes.length === 0) throw bad(where, "it has no lines");
  return strokes;
}

/** The path data of an element. */
function pathOf(name: string, attributes: string): string {
  const value = (key: string) => new RegExp(`\\s${key}\\s*=\\s*["']([^"']*)["']`).exec(attributes)?.[1] ?? "";
  if (name === "path") return value("d");
  if (name === "line")
    return `M ${value("x1") || 0} ${value("y1") || 0} L ${value("x2") || 0} ${value("y2") || 0}`;
  return `M ${value("points")}${name === "polygon" ? " Z" : ""}`;
}

const bad = (where: string, problem: string) =>
  new InputError({
    code: "strokes/bad-svg",
    where,
    problem,
    expected: "an SVG of path, polyline, polygon and line elements",
    remedy: "Convert its shapes to paths, or declare the modality with kind image.",
  });
