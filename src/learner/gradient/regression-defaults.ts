/**
 * Defaults of the inner loop for regression. The curvature of a linear head's squared error is 2 (‖f‖² + 1), and ‖f‖² grows
 * with the width, so learning rates that suit a cross-entropy, whose gradient is bounded, diverge. MAML's regression uses
 * 0.01 for features of width 40 (Finn, Abbeel, Levine, 2017); features wider than {@link WIDTH} get proportionally less.
 * Inputs that are not standardised make features longer still, so gradients are clipped too, at the norm of 10 of that
 * paper's code.
 */

import { z } from "zod";

/** Largest width at which the learning rate is not reduced. */
const WIDTH = 64;
const CLIP_NORM = 10;

/**
 * Option: the norm that gradients on the support are clipped to. For regression with the default learning rate the default
 * is 10; otherwise gradients are not clipped.
 */
export const innerClip = z.number().positive().optional();

type RegressionDefaults = (width: number) => Readonly<Record<string, number>>;

/** Regression defaults with the inner learning rate `learningRate` for features of width up to 64. */
export const learningRateByWidth =
  (learningRate: number): RegressionDefaults =>
  (width) => ({ innerLearningRate: learningRate * Math.min(1, WIDTH / width) });

/** {@link learningRateByWidth} with gradient clipping, for plain gradient steps. */
export const clippedLearningRateByWidth =
  (learningRate: number): RegressionDefaults =>
  (width) => ({ ...learningRateByWidth(learningRate)(width), innerClip: CLIP_NORM });
