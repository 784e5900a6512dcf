/** Encodes a portable graph as files: the model, and the bytes of large constants beside it if the model would be large. */

import { sizeOf } from "../../base/array.js";
import { invariant } from "../../base/errors.js";
import { type ExternalPlace, encodeOnnx, type GraphDType, type Initializer } from "../lower/onnx.js";
import type { PortableGraph } from "./graph.js";
import { PORTABLE_OPSET } from "./opset.js";

/** Bytes of constants from which on they are in a file beside the model. */
const EXTERNAL_FROM = 100e6;
/** Bytes of the smallest constant that is moved there. */
const MIN_EXTERNAL = 1024;
/** Multiple of the offsets in that file, so that it can be mapped into memory. */
const ALIGNMENT = 64;

const widths: Record<GraphDType, number> = { float32: 4, int32: 4, bool: 1, int64: 8 };

export interface EncodeOptions {
  /** The name of the model's file. */
  readonly name: string;
  readonly version: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Bytes of constants from which on they are in a file of their own; 100 MB by default. */
  readonly externalFrom?: number;
}

/** The files of a graph: `name`, and `name.data` if its constants are large. */
export function encodeFiles(
  graph: PortableGraph,
  { name, version, metadata, externalFrom = EXTERNAL_FROM }: EncodeOptions,
): Record<string, Uint8Array> {
  for (const constant of graph.initializers) checkLength(constant);
  const bytes = graph.initializers.reduce((sum, { data }) => sum + data.byteLength, 0);
  const external = bytes >= externalFrom ? placesOf(graph.initializers, `${name}.data`) : undefined;
  const fields = { producerVersion: version, metadata, isPortable: true, external: external?.places };
  const model = encodeOnnx(graph, PORTABLE_OPSET, fields);
  return { [name]: model, ...(external && { [`${name}.data`]: external.data }) };
}

/** Check that a constant has as many bytes as its shape needs: the checker of ONNX does not. */
function checkLength({ name, dtype, shape, data }: Initializer): void {
  const expected = sizeOf(shape) * widths[dtype];
  invariant(data.byteLength === expected, `${name} has ${data.byteLength} bytes, not ${expected}`);
}

/** The places of the large constants, and the file that holds them. */
function placesOf(constants: readonly Initializer[], file: string) {
  const large = constants.filter(({ data }) => data.byteLength >= MIN_EXTERNAL);
  const places = new Map<string, ExternalPlace>();
  let end = 0;
  for (const { name, data } of large) {
    const offset = ALIGNMENT * Math.ceil(end / ALIGNMENT);
    places.set(name, { file, offset });
    end = offset + data.byteLength;
  }
  const data = new Uint8Array(end);
  for (const { name, data: own } of large)
    data.set(new Uint8Array(own.buffer, own.byteOffset, own.byteLength), places.get(name)!.offset);
  return { places, data };
}
