/** Square cells side by side in one frame: the modalities of an example. */

import { type Attributes, element } from "./svg.js";

/** A square with its upper left corner at (x, y), in pixels. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** Draw one cell per name from left to right, starting at `first`, and a frame around all. */
export async function framedCells(
  names: readonly string[],
  first: Square,
  frame: Attributes,
  draw: (name: string, cell: Square) => Promise<string> | string,
): Promise<string> {
  const { x, y, side } = first;
  const cells: string[] = [];
  for (const [i, name] of names.entries()) cells.push(await draw(name, { ...first, x: x + i * side }));
  const size = { width: side * names.length, height: side };
  return element("g", {}, cells.join("") + element("rect", { x, y, ...size, fill: "none", ...frame, rx: 3 }));
}
