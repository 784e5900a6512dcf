/** Loads sharp when an image is first decoded or written: loading its native library takes longer than many commands. */

export const loadSharp = async () => (await import("sharp")).default;
