/** Loads sharp where an image is first decoded or written: its native library takes longer to load than many a command to run. */

export const loadSharp = async () => (await import("sharp")).default;
