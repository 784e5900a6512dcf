/**
 * What a head measures while meta-training, beside what it learns: kept as running averages in the model's state, next
 * to the modalities' statistics, under a key that no modality can have.
 */

const KEY = "@learner";

/** A tree of arrays or of tensors. */
type Values = object;

/** State with what a head measured in it. */
export const keepMeasures = <S extends Values>(state: S, measures: Values): S => ({
  ...state,
  [KEY]: measures,
});

/** A head's parameters, together with what `state` has measured for it. */
export const withMeasures = <P extends Values>(params: P, state: Values): P => ({
  ...params,
  ...(state as { readonly [KEY]?: Values })[KEY],
});
