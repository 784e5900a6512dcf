/** One example as part of a picture: its modalities side by side. */

import type { ModalitySpec } from "../../modality/index.js";
import { framedCells } from "../../picture/cells.js";
import { text } from "../../picture/svg.js";
import type { Row } from "../types.js";
import { preview } from "./preview.js";

/** The modalities of `specs` of an example in cells of `side` units, in a frame of colour `stroke`. */
export const framedExample = (
  row: Row,
  specs: Readonly<Record<string, ModalitySpec>>,
  at: { readonly x: number; readonly y: number; readonly side: number },
  stroke: string,
): Promise<string> =>
  framedCells(Object.keys(specs), at, { stroke, "stroke-width": 2 }, (name, cell) => {
    const value = row.values[name];
    if (value === undefined) return text(cell.x + 8, at.y + at.side / 2, `no ${name}`, { fill: "#aaa" });
    return preview(specs[name].kind, value, cell, `${row.where}, field "${name}"`);
  });
