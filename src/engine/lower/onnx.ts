/**
 * ONNX graphs, as far as the engine needs them, and their encoding as files.
 *
 * Field numbers are those of onnx.proto (IR version 8; the ONNX project).
 */

import { type ArraySpec, type DType, type NDArray, type TypedArray, viewOf } from "../../base/array.js";
import type { Source } from "../trace/source.js";
import { ProtobufWriter } from "./protobuf.js";

const IR_VERSION = 8;
/** The version of the operator set of every program. */
const OPSET = 18;
/** The domain of ONNX Runtime's contributed operators. */
const CONTRIBUTED = "com.microsoft";

/** Element types in a graph. `int64` is for shapes and positions, never for inputs and outputs. */
export type GraphDType = DType | "int64";
/** Element types in a file. `int8` is for quantised constants. */
type FileDType = GraphDType | "int8";

/** `TensorProto.DataType` of each element type. */
export const dataType: Record<FileDType, number> = { float32: 1, int8: 3, int32: 6, int64: 7, bool: 9 };

type Attribute = number | string | readonly number[] | { float: number };
export type Attributes = Readonly<Record<string, Attribute>>;

/** One operator of a graph. Inputs and outputs are tensors by name; an absent input is "". */
export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A constant of a graph. */
export interface Initializer {
  readonly name: string;
  readonly dtype: GraphDType;
  readonly shape: readonly number[];
  readonly data: TypedArray | BigInt64Array;
}

/** A constant of a file, which may be quantised. */
export interface FileConstant extends Pick<Initializer, "name" | "shape"> {
  readonly dtype: FileDType;
  readonly data: TypedArray | BigInt64Array | Int8Array;
}

/** A constant int64 vector, such as a shape or a list of axes. */
export const intsConstant = (name: string, values: readonly number[]): Initializer => ({
  name,
  dtype: "int64",
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

export interface NamedSpec extends ArraySpec {
  readonly name: string;
}

/** An input or output of a file. An axis with a name instead of a size is free; compiled programs have none. */
export interface Port {
  readonly name: string;
  readonly dtype: GraphDType;
  readonly shape: readonly (number | string)[];
}

/** A complete graph; `nodes` in execution order. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly NamedSpec[];
  readonly outputs: readonly NamedSpec[];
  /** The learning code that tensors come from, by name, if it is recorded. */
  readonly sources?: ReadonlyMap<string, Source>;
}

/** Number of operators of each type. */
export function countTypes(nodes: readonly Pick<OnnxNode, "type">[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of nodes) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/** The contents of a file. */
export interface OnnxFile extends Pick<OnnxGraph, "nodes"> {
  readonly initializers: readonly FileConstant[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** `TensorProto.DataLocation` of constants whose bytes are in another file. */
const EXTERNAL = 1;

/** `AttributeProto.AttributeType`. */
const attributeType = { float: 1, int: 2, string: 3, ints: 7 };

/** The place of a constant's bytes in a file of data beside the model. */
export interface ExternalPlace {
  readonly file: string;
  readonly offset: number;
}

/** Fields of a file besides its graph. */
interface FileFields {
  readonly producerVersion?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Whether operators are of the default domain only. */
  readonly isPortable?: boolean;
  /** By name, the constants whose bytes are not in the file. */
  readonly external?: ReadonlyMap<string, ExternalPlace>;
}

/** Encode a graph as the bytes of an `.onnx` file of an operator set. Equal graphs give equal bytes. */
export function encodeOnnx(graph: OnnxFile, opset = OPSET, fields: FileFields = {}): Uint8Array {
  const { producerVersion, metadata = {}, isPortable = false, external } = fields;
  const writer = new ProtobufWriter();
  writer.int(1, IR_VERSION);
  writer.string(2, "metamodal");
  if (producerVersion !== undefined) writer.string(3, producerVersion);
  writer.message(7, () => {
    for (const node of graph.nodes) writer.message(1, () => writeNode(writer, node));
    writer.string(2, "program");
    for (const initializer of graph.initializers)
      writer.message(5, () => writeInitializer(writer, initializer, external?.get(initializer.name)));
    for (const port of graph.inputs) writer.message(11, () => writePort(writer, port));
    for (const port of graph.outputs) writer.message(12, () => writePort(writer, port));
  });
  for (const [domain, version] of [["", opset] as const, [CONTRIBUTED, 1] as const])
    if (domain === "" || !isPortable)
      writer.message(8, () => {
        writer.string(1, domain);
        writer.int(2, version);
      });
  for (const entry of Object.entries(metadata)) writer.message(14, () => writeEntry(writer, entry));
  return writer.finish();
}

/** The fields of a `NodeProto`. */
function writeNode(writer: ProtobufWriter, { type, inputs, outputs, attributes }: OnnxNode): void {
  for (const name of inputs) writer.string(1, name);
  for (const name of outputs) writer.string(2, name);
  writer.string(3, outputs[0]);
  writer.string(4, type);
  for (const [name, value] of Object.entries(attributes))
    writer.message(5, () => writeAttribute(writer, name, value));
  writer.string(7, type === "FusedMatMul" ? CONTRIBUTED : "");
}

/** The fields of an `AttributeProto`. */
function writeAttribute(writer: ProtobufWriter, name: string, value: Attribute): void {
  writer.string(1, name);
  if (typeof value === "number") {
    writer.int(3, value);
    writer.int(20, attributeType.int);
  } else if (typeof value === "string") {
    writer.string(4, value);
    writer.int(20, attributeType.string);
  } else if ("float" in value) {
    writer.float(2, value.float);
    writer.int(20, attributeType.float);
  } else {
    for (const int of value) writer.int(8, int);
    writer.int(20, attributeType.ints);
  }
}

/** The fields of a `TensorProto`. */
function writeInitializer(
  writer: ProtobufWriter,
  { name, dtype, shape, data }: FileConstant,
  external?: ExternalPlace,
): void {
  for (const size of shape) writer.int(1, size);
  writer.int(2, dataType[dtype]);
  writer.string(8, name);
  if (!external) {
    writer.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return;
  }
  const { file, offset } = external;
  const entries = { location: file, offset: `${offset}`, length: `${data.byteLength}` };
  for (const entry of Object.entries(entries)) writer.message(13, () => writeEntry(writer, entry));
  writer.int(14, EXTERNAL);
}

/** The fields of a `StringStringEntryProto`. */
function writeEntry(writer: ProtobufWriter, [key, value]: readonly [string, string]): void {
  writer.string(1, key);
  writer.string(2, value);
}

/** The fields of a `ValueInfoProto`: a name, and a `TypeProto.Tensor` with its `TensorShapeProto`. */
function writePort(writer: ProtobufWriter, { name, dtype, shape }: Port): void {
  writer.string(1, name);
  writer.message(2, () =>
    writer.message(1, () => {
      writer.int(1, dataType[dtype]);
      writer.message(2, () => {
        for (const size of shape)
          writer.message(1, () => (typeof size === "number" ? writer.int(1, size) : writer.string(2, size)));
      });
    }),
  );
}

/** A copy of the values of `array` in a buffer of its own, for an initializer. */
export function ownData({ dtype, data }: NDArray): TypedArray {
  const copy = viewOf(dtype, new ArrayBuffer(data.byteLength));
  copy.set(data);
  return copy;
}
