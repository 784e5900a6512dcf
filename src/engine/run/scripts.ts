/** The scripts of threads: of compiled programs, and of ONNX models from elsewhere. */

export const programScript = (): URL => new URL("./worker.mjs", import.meta.url);
export const foreignScript = (): URL => new URL("./worker-foreign.mjs", import.meta.url);
