/** Runs an open program once, from arguments in memory that threads share to results there. */

/**
 * @typedef {Float32Array | Int32Array | Uint8Array | BigInt64Array} Data
 * @typedef {{ inputs: Data[], outputs: (Data | null)[], run: (run: number) => Promise<void>, release: () => Promise<void> }} Opened
 */

/**
 * @param {Opened} program
 * @param {import("./messages.js").SharedArrays & { run: number }} argument
 */
export async function runShared(program, { buffers, inputs, outputs, run }) {
  /** @type {(like: Data, places: readonly number[], i: number) => Data} */
  const shared = (like, places, i) => {
    const Typed = /** @type {Float32ArrayConstructor} */ (like.constructor);
    return new Typed(/** @type {ArrayBuffer} */ (buffers[places[2 * i]]), places[2 * i + 1], like.length);
  };
  for (const [i, array] of program.inputs.entries())
    array.set(/** @type {never} */ (shared(array, inputs, i)));
  await program.run(run);
  for (const [i, array] of program.outputs.entries())
    if (array) shared(array, outputs, i).set(/** @type {never} */ (array));
}
