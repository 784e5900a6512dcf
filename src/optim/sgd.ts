/** Plain gradient descent: θ ← θ − rate · g. With Reptile's θ − φ for g it interpolates, θ ← θ + rate · (φ − θ). */

/** Move `theta` by one step along the gradient `g`. */
export function sgd(theta: Float32Array, g: Float32Array, rate: number): void {
  for (let k = 0; k < theta.length; k++) theta[k] -= rate * g[k];
}
