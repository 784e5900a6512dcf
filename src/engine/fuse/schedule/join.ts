/** Joins two kernels into one if that saves passes over large arrays. */

import { sizeOf } from "../../../base/array.js";
import type { TensorTable } from "../../lower/tensors.js";
import { buildKernel } from "../analysis/build.js";
import type { Kernel, Memory, Target } from "../analysis/kernel.js";
import type { StoredTensors } from "../analysis/stored.js";

/** Entries from which on an array that both kernels read is a reason to join them. */
const MIN_SHARED = 256;
/** Iterations from which on the parts of one Concat are joined only if they share an array. */
const LARGE = 1 << 17;
/** The most arrays and terms of one kernel. */
const MAX_ARRAYS = 24;
const MAX_TERMS = 160;

/** The graph's tensors, and where they are stored. */
interface Tensors {
  readonly tensors: TensorTable;
  readonly stored: StoredTensors;
  /** Where a tensor is stored; undefined if it is computed inside kernels. */
  memoryOf(name: string): Memory | undefined;
}

/** Kernels that became one. */
interface Earlier {
  readonly targets: readonly Target[];
  readonly kernel: Kernel;
}

/** The kernel that is to join them. */
interface Later {
  readonly target: Target;
  readonly kernel: Kernel;
  /** Whether it reads what the earlier one stores: joined, it uses these values as they are computed. */
  readonly readsEarlier: boolean;
}

/** Both kernels as one; undefined if they do not fit one loop nest, or share no large array that both read alike. */
export function joinKernels(earlier: Earlier, later: Later, graph: Tensors): Kernel | undefined {
  const { stored, tensors } = graph;
  const { target, kernel, readsEarlier } = later;
  const computed = new Set(earlier.kernel.outputs.map((output) => output.name));
  if (
    readsEarlier &&
    !kernel.inputs.every(({ name }) => !computed.has(name) || isPlain(name, earlier, stored))
  )
    return undefined;
  const reads = new Set([
    ...earlier.kernel.inputs.map((input) => input.name),
    ...(readsEarlier ? computed : []),
  ]);
  const shared = largeInputs(kernel, tensors).filter(({ name }) => reads.has(name));
  const isSmallPart =
    earlier.targets.every(({ name }) => name === target.name) && sizeOf(kernel.loops) < LARGE;
  if (!isSmallPart && shared.length === 0) return undefined;
  const targets = [...earlier.targets, target];
  const inside = new Set(targets.map(({ name }) => name));
  const built = buildKernel(targets, tensors, (name) =>
    inside.has(stored.originOf(name).name) ? undefined : graph.memoryOf(name),
  );
  if (built.kind !== "kernel") return undefined;
  const joined = built.kernel;
  if (joined.inputs.length + targets.length > MAX_ARRAYS || joined.terms.length > MAX_TERMS) return undefined;
  // If both read the shared arrays alike, each is one input of the joined kernel.
  const inputs = (one: Kernel) => largeInputs(one, tensors).length;
  const saved = inputs(earlier.kernel) + inputs(kernel) - inputs(joined);
  return isSmallPart || saved >= shared.length ? joined : undefined;
}

/** Whether a kernel stores the whole of a tensor, and stores it as it is. */
function isPlain(name: string, { kernel }: Earlier, stored: StoredTensors): boolean {
  return (
    kernel.outputs.every((output) => output.name !== name || output.combine === "store") &&
    stored.targetsOf(name).every(({ operand }) => operand === undefined)
  );
}

const largeInputs = ({ inputs }: Kernel, tensors: TensorTable) =>
  inputs.filter(({ name }) => sizeOf(tensors.of(name).shape) >= MIN_SHARED);
