/**
 * The global norm of a gradient, ‖g‖ = √Σ gᵢ² over all trainable parameters, and clipping by it (Pascanu, Mikolov, Bengio,
 * 2013): g ← g · min(1, c / (‖g‖ + ε)), as `torch.nn.utils.clip_grad_norm_`. It has a form in tensors, as part of a program,
 * and a form for plain arrays.
 *
 * In tensors the norm is max |gᵢ| · √Σ (gᵢ / max |gᵢ|)², so that a gradient of float32 values does not overflow it.
 */

import { np, type Tensor } from "../engine/index.js";

const EPSILON = 1e-6;

/** Smallest divisor of a gradient: the reciprocal of a smaller one may not be a float32 value. */
const LEAST_SCALE = 1e-30;

/** The norm of a traced gradient in two factors, and the factor that clips it; all are scalars `[]`. */
export interface TracedNorm {
  /** max |gᵢ|, or a small number if that is smaller. */
  readonly largest: Tensor;
  /** ‖g‖ / `largest`; not finite if and only if a value of the gradient is not. */
  readonly relative: Tensor;
  /** The factor that clips the gradient; undefined without a limit. */
  readonly factor: Tensor | undefined;
}

/** The norm of the gradients `all` of a step, and the factor that clips it to `clipNorm`. */
export function tracedNorm(all: readonly Tensor[], clipNorm: number | undefined): TracedNorm {
  // As one vector: a small program takes its time per operator.
  const flat = all.length > 0 ? np.concatenate(all.map((g) => g.reshape([-1]))) : np.zeros([1]);
  const largest = np.maximum(np.max(np.abs(flat)), np.array(LEAST_SCALE));
  const inverse = np.reciprocal(largest);
  const scaled = flat.mul(inverse);
  const relative = np.sqrt(np.sum(scaled.mul(scaled)));
  if (clipNorm === undefined) return { largest, relative, factor: undefined };
  const ratio = inverse.mul(clipNorm).div(relative.add(inverse.mul(EPSILON)));
  return { largest, relative, factor: np.minimum(ratio, np.array(1)) };
}

/** ‖g‖ of plain arrays; not finite if and only if a value is not. */
export function normOf(all: readonly Float32Array[]): number {
  let sum = 0;
  for (const values of all) for (let k = 0; k < values.length; k++) sum += values[k] * values[k];
  return Math.sqrt(sum);
}

/** The factor that clips a gradient of norm `norm` to `clipNorm`. */
export const clipFactor = (norm: number, clipNorm: number | undefined): number =>
  clipNorm === undefined ? 1 : Math.min(1, clipNorm / (norm + EPSILON));
