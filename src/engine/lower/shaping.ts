/** Rules of the primitives that only move data, by the functions of movement.ts. */

import * as move from "./movement.js";
import type { LoweringRules } from "./rules.js";
import type { Value } from "./values.js";

export const shapingRules: LoweringRules = {
  transpose: (e, [x], { perm }) => move.transpose(e, x, perm),
  reshape: (e, [x], { shape }) => move.reshape(e, x, shape),
  broadcast: (e, [x], { shape, axis }) => move.broadcastTo(e, x, shape, axis),
  flip: (e, [x], { axis }) => move.flip(e, x, axis),
  shrink: (e, [x], { slice }) => move.slice(e, x, slice),
  pad: (e, [x], { width }) => move.pad(e, x, width),
  concatenate: (e, parts, { axis }, [out]) =>
    move.concatenate(
      e,
      parts.map((part) => e.cast(part, out.dtype)),
      axis,
    ),
  split(e, [x], { axis, sizes }: { axis: number; sizes: number[] }) {
    let start = 0;
    return sizes.map((size): Value => {
      const bounds = x.shape.map((d, i): [number, number] => (i === axis ? [start, start + size] : [0, d]));
      start += size;
      return move.slice(e, x, bounds);
    });
  },
};
