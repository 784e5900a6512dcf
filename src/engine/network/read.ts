/**
 * Reads the ONNX file of a network: nodes, constants, inputs and outputs. Field numbers are those of onnx.proto (the ONNX
 * project).
 */

import { sizeOf } from "../../base/array.js";
import {
  type Attributes,
  dataType,
  type GraphDType,
  type Initializer,
  type OnnxNode,
} from "../lower/onnx.js";
import { fieldsOf, type ProtobufField } from "../lower/protobuf-fields.js";
import { dequantised } from "../run/dequantise.js";

/** An input or output; an axis with a name instead of a size is free. */
export interface NetworkPort {
  readonly name: string;
  readonly dtype: GraphDType;
  readonly shape: readonly (number | string)[];
}

/** The contents of a network's file. */
export interface NetworkFile {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly Initializer[];
  readonly inputs: readonly NetworkPort[];
  readonly outputs: readonly NetworkPort[];
}

const utf8 = new TextDecoder();
const all = (fields: readonly ProtobufField[], number: number) =>
  fields.filter(({ field }) => field === number);
const textOf = (fields: readonly ProtobufField[], number: number) =>
  utf8.decode(all(fields, number).at(-1)?.bytes);

/**
 * Read a network. Constants that are stored as int8 become float32.
 *
 * @throws {Error} for bytes that are no ONNX model, or have constants of other types
 */
export function readNetwork(bytes: Uint8Array): NetworkFile {
  const graph = all(fieldsOf(dequantised(bytes)), 7).at(-1);
  if (!graph) throw new Error("the file has no graph");
  const fields = fieldsOf(graph.bytes);
  const constants = all(fields, 5).map((field) => constantOf(field.bytes));
  const isConstant = new Set(constants.map(({ name }) => name));
  return {
    nodes: all(fields, 1).map((field) => nodeOf(field.bytes)),
    constants,
    inputs: all(fields, 11)
      .map((field) => portOf(field.bytes))
      .filter(({ name }) => !isConstant.has(name)),
    outputs: all(fields, 12).map((field) => portOf(field.bytes)),
  };
}

function dtypeOf(code: number, where: string): GraphDType {
  const found = (Object.keys(dataType) as (keyof typeof dataType)[]).find(
    (dtype) => dataType[dtype] === code,
  );
  if (found === undefined || found === "int8") throw new Error(`${where} has element type ${code}`);
  return found;
}

/** A `NodeProto`. */
function nodeOf(bytes: Uint8Array): OnnxNode {
  const fields = fieldsOf(bytes);
  const texts = (number: number) => all(fields, number).map((field) => utf8.decode(field.bytes));
  const attributes = Object.fromEntries(
    all(fields, 5).map((field) => {
      const attribute = fieldsOf(field.bytes);
      return [textOf(attribute, 1), attributeOf(attribute)];
    }),
  );
  return { type: textOf(fields, 4), inputs: texts(1), outputs: texts(2), attributes };
}

const FLOAT = 1;
const INT = 2;
const STRING = 3;

/** The value of an `AttributeProto`: a float, an integer, a text or a list of integers. */
function attributeOf(fields: readonly ProtobufField[]): Attributes[string] {
  const type = all(fields, 20).at(-1)?.int;
  if (type === FLOAT) return { float: floatOf(all(fields, 2).at(-1)!.bytes) };
  if (type === INT) return all(fields, 3).at(-1)?.int ?? 0;
  if (type === STRING) return textOf(fields, 4);
  return integersOf(all(fields, 8));
}

const floatOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true);

/** Repeated integers, one a field or packed in one. */
function integersOf(fields: readonly ProtobufField[]): number[] {
  return fields.flatMap(({ int, bytes, whole }) => {
    const isPacked = (whole[0] & 7) === 2;
    if (!isPacked) return [int];
    const values: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      let [value, shift] = [0n, 0n];
      for (let byte = 128; byte & 128; shift += 7n) {
        byte = bytes[at++];
        value |= BigInt(byte & 127) << shift;
      }
      values.push(Number(BigInt.asIntN(64, value)));
    }
    return values;
  });
}

const arrays = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array };

/** A `TensorProto`, whose values are raw, or repeated floats or integers. */
function constantOf(bytes: Uint8Array): Initializer {
  const fields = fieldsOf(bytes);
  const name = textOf(fields, 8);
  const dtype = dtypeOf(all(fields, 2).at(-1)?.int ?? 0, `constant ${name}`);
  const shape = integersOf(all(fields, 1));
  const raw = all(fields, 9).at(-1)?.bytes;
  const data =
    raw !== undefined
      ? new arrays[dtype](Uint8Array.from(raw).buffer)
      : dtype === "float32"
        ? Float32Array.from(floatsOf(all(fields, 4)))
        : dtype === "int64"
          ? BigInt64Array.from(integersOf(all(fields, 7)), BigInt)
          : arrays[dtype].from(integersOf(all(fields, 5)));
  if (data.length !== sizeOf(shape)) throw new Error(`constant ${name} has ${data.length} of its entries`);
  return { name, dtype, shape, data };
}

const floatsOf = (fields: readonly ProtobufField[]) =>
  fields.flatMap(({ bytes }) =>
    Array.from({ length: bytes.length / 4 }, (_, i) => floatOf(bytes.subarray(4 * i))),
  );

/** A `ValueInfoProto` of a tensor. */
function portOf(bytes: Uint8Array): NetworkPort {
  const inner = (of: Uint8Array, number: number) =>
    all(fieldsOf(of), number).at(-1)?.bytes ?? new Uint8Array();
  const name = textOf(fieldsOf(bytes), 1);
  const tensor = inner(inner(bytes, 2), 1);
  const dtype = dtypeOf(all(fieldsOf(tensor), 1).at(-1)?.int ?? 0, `port ${name}`);
  const shape = all(fieldsOf(inner(tensor, 2)), 1).map((axis) => {
    const fields = fieldsOf(axis.bytes);
    return all(fields, 1).at(-1)?.int ?? textOf(fields, 2);
  });
  return { name, dtype, shape };
}
