/**
 * Reads ONNX files of plain operators and float32 constants into graphs, with the field numbers of onnx.proto (the ONNX
 * project).
 */

import type { Attributes, FileConstant, OnnxNode } from "../../src/engine/lower/onnx.js";
import { fieldsOf, type ProtobufField } from "../../src/engine/lower/protobuf-fields.js";

const GRAPH = 7;
const FLOAT32 = 1;
/** `AttributeProto.AttributeType`. */
const attributeType = { float: 1, int: 2, string: 3, ints: 7 };

/** The operators of a graph, and its float32 constants. */
export interface OnnxParts {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly FileConstant[];
}

/** Read an ONNX file. Constants of other types than float32 are left out. @throws {Error} for bytes that are no ONNX model */
export function readOnnx(model: Uint8Array): OnnxParts {
  const graph = fieldsOf(model).find(({ field }) => field === GRAPH);
  if (!graph) throw new Error("the model has no graph");
  const fields = fieldsOf(graph.bytes);
  return {
    nodes: all(fields, 1).map(({ bytes }) => nodeOf(fieldsOf(bytes))),
    constants: all(fields, 5).flatMap(({ bytes }) => constantOf(fieldsOf(bytes))),
  };
}

const utf8 = new TextDecoder();
const all = (fields: readonly ProtobufField[], number: number) =>
  fields.filter(({ field }) => field === number);
const text = (fields: readonly ProtobufField[], number: number) => utf8.decode(all(fields, number)[0]?.bytes);
const floatsOf = (bytes: Uint8Array) => new Float32Array(Uint8Array.from(bytes).buffer);

/** Whole numbers of a field, one by one or packed. */
function intsOf(fields: readonly ProtobufField[], number: number): number[] {
  return all(fields, number).flatMap(({ int, bytes }) => (bytes.length === 0 ? [int] : packedInts(bytes)));
}

function packedInts(bytes: Uint8Array): number[] {
  const ints: number[] = [];
  let [value, factor] = [0, 1];
  for (const byte of bytes) {
    value += (byte & 127) * factor;
    factor *= 128;
    if (byte > 127) continue;
    ints.push(value);
    [value, factor] = [0, 1];
  }
  return ints;
}

/** A `TensorProto`; none for types other than float32. */
function constantOf(fields: readonly ProtobufField[]): FileConstant[] {
  if (all(fields, 2)[0]?.int !== FLOAT32) return [];
  const raw = all(fields, 9)[0]?.bytes;
  const data = floatsOf(raw ?? Buffer.concat(all(fields, 4).map(({ bytes }) => bytes)));
  return [{ name: text(fields, 8), dtype: "float32", shape: intsOf(fields, 1), data }];
}

/** A `NodeProto`. */
function nodeOf(fields: readonly ProtobufField[]): OnnxNode {
  return {
    type: text(fields, 4),
    inputs: all(fields, 1).map(({ bytes }) => utf8.decode(bytes)),
    outputs: all(fields, 2).map(({ bytes }) => utf8.decode(bytes)),
    attributes: Object.assign({}, ...all(fields, 5).map(({ bytes }) => attributeOf(fieldsOf(bytes)))),
  };
}

/** An `AttributeProto` of a float, an int, a string or ints; none for other types. */
function attributeOf(fields: readonly ProtobufField[]): Attributes {
  const name = text(fields, 1);
  switch (all(fields, 20)[0]?.int) {
    case attributeType.float:
      return { [name]: { float: floatsOf(all(fields, 2)[0].bytes)[0] } };
    case attributeType.int:
      return { [name]: all(fields, 3)[0].int };
    case attributeType.string:
      return { [name]: text(fields, 4) };
    case attributeType.ints:
      return { [name]: intsOf(fields, 8) };
  }
  return {};
}
