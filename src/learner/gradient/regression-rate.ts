/**
 * Inner learning rates for squared errors. The curvature of a linear head's squared error is 2 (‖f‖² + 1), and ‖f‖² grows
 * with the width, so steps that suit a cross-entropy, whose gradient is bounded, diverge. MAML's regression takes 0.01 on
 * features of width 40 (Finn, Abbeel, Levine, 2017); wider features than {@link WIDTH} get proportionally less. Inputs that
 * are not standardised make features longer still, so the gradients' norm is clipped as well, at the 10 of that paper's code.
 */

import { z } from "zod";

/** Width up to which a rate stays as it is. */
const WIDTH = 64;
const CLIP = 10;

/** The norm that gradients on the support are clipped to; by default 10 for regression whose innerRate is the default, else none. */
export const innerClip = z.number().positive().optional();

type RegressionDefaults = Readonly<Record<string, number>>;

/** Regression defaults of a learner whose inner learning rate is `rate` for features of up to 64 numbers. */
export const innerRateByWidth =
  (rate: number) =>
  (width: number): RegressionDefaults => ({ innerRate: rate * Math.min(1, WIDTH / width) });

/** The same with clipped gradients, for plain steps. */
export const clippedByWidth =
  (rate: number) =>
  (width: number): RegressionDefaults => ({ ...innerRateByWidth(rate)(width), innerClip: CLIP });
