/**
 * Inner products in float64, of two rows with two others at a time, by a WebAssembly kernel with vector instructions. Each
 * product is the sum over even positions plus the sum over odd ones, so that it does not depend on what is computed together.
 */

import { encodeModule, FunctionBody } from "../engine/fuse/codegen/wasm.js";

/** Rows of the first and of the second operand of a block. */
export const BLOCK_ROWS = 2;
export const BLOCK_COLUMNS = 2;
/** Bytes of a number, and of a vector of two. */
const NUMBER = 8;
const PAIR = 2 * NUMBER;
/** Pairs per iteration of the main loop. */
const UNROLLED = 2;
const PAGE = 1 << 16;
/** A workspace of more numbers is dropped after use. */
const MOST_KEPT = 1 << 21;

type Kernel = (a: number, strideA: number, b: number, strideB: number, main: number, rest: number) => void;

/** Memory that the kernel reads. The products of a block are its first numbers, `[2, 2]`. */
export interface Workspace {
  readonly numbers: Float64Array;
  /**
   * Compute the products of two rows from `a` on with two from `b` on, at distances of `strideA` and `strideB` numbers, over
   * `length` numbers, which is even.
   */
  multiply(a: number, strideA: number, b: number, strideB: number, length: number): void;
}

/** Numbers at the start of a workspace that the results need. */
export const RESULTS = BLOCK_ROWS * BLOCK_COLUMNS;

let module: WebAssembly.Module | undefined;
let current: Workspace | undefined;

/** Call `use` with a workspace of at least `count` numbers, whose contents are undefined; it is not for use afterwards. */
export function withWorkspace<Result>(count: number, use: (workspace: Workspace) => Result): Result {
  if (!current || current.numbers.length < count) current = created(count);
  try {
    return use(current);
  } finally {
    if (current.numbers.length > MOST_KEPT) current = undefined;
  }
}

function created(count: number): Workspace {
  const pages = Math.ceil((count * NUMBER) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages });
  module ??= new WebAssembly.Module(encodeModule([{ body: kernelBody(), name: "multiply" }], 1));
  const { multiply } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const kernel = multiply as Kernel;
  return {
    numbers: new Float64Array(memory.buffer),
    multiply(a, strideA, b, strideB, length) {
      const pairs = length >> 1;
      kernel(
        NUMBER * a,
        NUMBER * strideA,
        NUMBER * b,
        NUMBER * strideB,
        Math.floor(pairs / UNROLLED),
        pairs % UNROLLED,
      );
    },
  };
}

/** The kernel: parameters as of {@link Kernel}, in bytes, with the iterations of the main loop and the pairs after it. */
function kernelBody(): FunctionBody {
  const body = new FunctionBody(6);
  const [a, strideA, b, strideB, main, rest] = [0, 1, 2, 3, 4, 5];
  const pointersTo = (first: number, stride: number, count: number) => {
    const pointers = [first];
    while (pointers.length < count) {
      const next = body.local("i32");
      body
        .get(pointers[pointers.length - 1])
        .get(stride)
        .op("i32.add")
        .set(next);
      pointers.push(next);
    }
    return pointers;
  };
  const rows = pointersTo(a, strideA, BLOCK_ROWS);
  const columns = pointersTo(b, strideB, BLOCK_COLUMNS);
  const sums = rows.map(() => columns.map(() => body.local("v128")));
  const values = columns.map(() => body.local("v128"));
  const value = body.local("v128");
  /** Multiply the pairs at an offset. */
  const step = (offset: number) => {
    for (const [j, column] of columns.entries()) body.get(column).op("v128.load", offset).set(values[j]);
    for (const [i, row] of rows.entries()) {
      body.get(row).op("v128.load", offset).set(value);
      for (const [j, sum] of sums[i].entries())
        body.get(sum).get(value).get(values[j]).op("f64x2.mul").op("f64x2.add").set(sum);
    }
  };
  /** A loop of as many iterations as a local says, each of `pairs`. */
  const loop = (times: number, pairs: number) => {
    body.op("block").get(times).op("i32.eqz").op("br_if", 0).op("loop");
    for (let k = 0; k < pairs; k++) step(k * PAIR);
    for (const pointer of [...rows, ...columns]) body.advance(pointer, pairs * PAIR);
    body.get(times).int(1).op("i32.sub").op("local.tee", times).op("br_if", 0).op("end").op("end");
  };
  loop(main, UNROLLED);
  loop(rest, 1);
  for (const [at, sum] of sums.flat().entries()) {
    body.int(0).get(sum).op("f64x2.extract_lane", 0).get(sum).op("f64x2.extract_lane", 1);
    body.op("f64.add").op("f64.store", at * NUMBER);
  }
  return body;
}
