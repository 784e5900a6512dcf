/** Copies of what a caller gives and may change while a call that reads it is still running. */

/** Depth of nesting up to which containers are copied: an example's strokes take four. */
const MAX_DEPTH = 8;

type Elements = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * A copy of a value of an example or of options: typed arrays, lists and plain objects with all they contain. Anything else
 * is returned as it is: text and numbers, a `Blob` and functions, which do not change, and objects of a class.
 *
 * @example const copy = copyOf({ width: 1, height: 1, channels: 1, data: bytes });
 */
export function copyOf<Value>(value: Value, depth?: number): Value;
export function copyOf(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return value;
  if (value instanceof Uint8Array) return new Uint8Array(value); // `slice` of a Buffer shares its memory
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return (value as Elements).slice();
  if (Array.isArray(value)) {
    const isFlat = value.every((each) => typeof each !== "object");
    return isFlat ? value.slice() : value.map((each) => copyOf(each, depth + 1));
  }
  // Pixels may be an object of a class: ImageData.
  if ("width" in value && "height" in value && "data" in value) return pixels(value, depth);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return value;
  return fieldsOf(value, depth);
}

function pixels(value: { width: unknown; height: unknown; data: unknown }, depth: number): object {
  const { width, height, data } = value;
  return { ...fieldsOf(value, depth), width, height, data: copyOf(data, depth + 1) };
}

/** Own fields, also one that is called `__proto__`. */
const fieldsOf = (value: object, depth: number): object =>
  Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copyOf(each, depth + 1)]));
