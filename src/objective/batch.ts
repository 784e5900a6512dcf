/** Batches of examples as tensors: masks, joining two batches, and restricting one to some modalities. */

import { np, type Tensor } from "../engine/index.js";
import { type ByModality, mapEach } from "../fusion/index.js";

/** N examples. A modality that no example has may be left out. */
export type Batch = {
  /** Arrays `[N, …shape]` per modality. */
  readonly values: ByModality<Tensor>;
  /** Presence masks `[N]` per modality. */
  readonly present: ByModality<Tensor>;
  /** Padding mask `[N]`: 0 for padding. */
  readonly mask: Tensor;
  /** Label text of a support as values of the text modality; `present` `[N]` is 0 for labels without text. */
  readonly labelText?: { readonly values: Tensor; readonly present: Tensor };
  /** Masks `[N]` per modality of what an auxiliary objective hides, if one does. */
  readonly hidden?: ByModality<Tensor>;
  /** Masks `[N]` per modality of what examples have but the view withholds, so that `present` is 0; absent if nothing is. */
  readonly withheld?: ByModality<Tensor>;
};

/** A batch with one-hot `labels` `[N, way]`, or regression targets `[N, 1]`; zero rows for padding. */
export type LabelledBatch = Batch & { readonly labels: Tensor };

/** Example mask `[N]`: 0 for padding and for examples without any modality. */
export function exampleMask({ mask, present }: Batch): Tensor {
  return Object.values(present)
    .reduce((a, b) => np.maximum(a, b), np.zerosLike(mask))
    .mul(mask);
}

/**
 * Mask the modalities that `kept` `[1]` does not mark, in the examples that have another; everything, if `kept` is absent.
 */
export function restrictModalities<B extends Batch>(batch: B, kept: ByModality<Tensor> | undefined): B {
  const names = Object.keys(batch.present);
  if (!kept || names.length === 0) return batch;
  const restricted = mapEach(batch.present, (mask, name) => mask.mul(kept[name] ?? 0));
  const hasKept = Object.values(restricted).reduce((a, b) => np.maximum(a, b));
  return {
    ...batch,
    present: mapEach(batch.present, (mask, name) => np.where(hasKept.greater(0), restricted[name], mask)),
  };
}

/**
 * Concatenate two batches. A modality that only one of them has is absent from the other's examples. Label text is taken
 * from the first only, the support.
 */
export function joinBatches(first: Batch, second: Batch): Batch {
  const names = [...new Set([...Object.keys(first.values), ...Object.keys(second.values)])];
  const join = (a: ByModality<Tensor>, b: ByModality<Tensor>) =>
    Object.fromEntries(
      names.map((name) => {
        const zeros = (like: Tensor, { shape }: Tensor) => np.zeros([shape[0], ...like.shape.slice(1)]);
        const [x, y] = [a[name], b[name]];
        return [name, np.concatenate([x ?? zeros(y, first.mask), y ?? zeros(x, second.mask)], 0)];
      }),
    );
  return {
    values: join(first.values, second.values),
    present: join(first.present, second.present),
    ...(first.hidden && second.hidden && { hidden: join(first.hidden, second.hidden) }),
    ...(first.withheld && second.withheld && { withheld: join(first.withheld, second.withheld) }),
    ...(first.labelText && { labelText: padLabelText(first.labelText, second.mask) }),
    mask: np.concatenate([first.mask, second.mask], 0),
  };
}

/** Label text followed by examples without label text, as many as `mask` `[N]` has entries. */
function padLabelText({ values, present }: NonNullable<Batch["labelText"]>, mask: Tensor) {
  const none = np.zeros([mask.shape[0], ...values.shape.slice(1)]);
  return {
    values: np.concatenate([values, none], 0),
    present: np.concatenate([present, np.zerosLike(mask)], 0),
  };
}
