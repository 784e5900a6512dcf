/**
 * ONNX graphs, as far as the engine needs them, and their encoding as files.
 *
 * The schema is an excerpt of onnx.proto (IR version 8, field numbers unchanged; the ONNX project, Apache-2.0).
 */

import protobuf from "protobufjs";
import { type ArraySpec, type DType, type NDArray, type TypedArray, viewOf } from "../../base/array.js";
import type { Source } from "../trace/source.js";

const schema = `
syntax = "proto2";
package onnx;
message AttributeProto {
  enum AttributeType { UNDEFINED = 0; FLOAT = 1; INT = 2; STRING = 3; FLOATS = 6; INTS = 7; }
  optional string name = 1; optional AttributeType type = 20;
  optional float f = 2; optional int64 i = 3; optional bytes s = 4;
  repeated float floats = 7; repeated int64 ints = 8;
}
message TensorProto {
  repeated int64 dims = 1; optional int32 data_type = 2; optional string name = 8; optional bytes raw_data = 9;
}
message TensorShapeProto {
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  repeated Dimension dim = 1;
}
message TypeProto {
  message Tensor { optional int32 elem_type = 1; optional TensorShapeProto shape = 2; }
  oneof value { Tensor tensor_type = 1; }
}
message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
message NodeProto {
  repeated string input = 1; repeated string output = 2; optional string name = 3; optional string op_type = 4;
  repeated AttributeProto attribute = 5; optional string domain = 7;
}
message GraphProto {
  repeated NodeProto node = 1; optional string name = 2; repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
message ModelProto {
  optional int64 ir_version = 1; optional string producer_name = 2; optional GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8;
}`;

const { root } = protobuf.parse(schema, { keepCase: true });
const ModelProto = root.lookupType("onnx.ModelProto");

const IR_VERSION = 8;
/** The version of the operator set of every program. */
const OPSET = 18;
/** The domain of ONNX Runtime's contributed operators. */
const CONTRIBUTED = "com.microsoft";

/** Element types in a graph. `int64` is for shapes and positions, never for inputs and outputs. */
export type GraphDType = DType | "int64";

/** `TensorProto.DataType` of each element type. */
export const dataType: Record<GraphDType, number> = { float32: 1, int32: 6, int64: 7, bool: 9 };

export type Attribute = number | string | readonly number[] | { float: number };
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
interface Port {
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
interface OnnxFile extends Pick<OnnxGraph, "nodes" | "initializers"> {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** Encode a graph as the bytes of an `.onnx` file. Equal graphs give equal bytes. */
export function encodeOnnx(graph: OnnxFile): Uint8Array {
  const axis = (size: number | string) =>
    typeof size === "number" ? { dim_value: size } : { dim_param: size };
  const valueInfo = ({ name, dtype, shape }: Port) => ({
    name,
    type: { tensor_type: { elem_type: dataType[dtype], shape: { dim: shape.map(axis) } } },
  });
  const model = {
    ir_version: IR_VERSION,
    producer_name: "metamodal",
    opset_import: [
      { domain: "", version: OPSET },
      { domain: CONTRIBUTED, version: 1 },
    ],
    graph: {
      name: "program",
      node: graph.nodes.map((node) => ({
        op_type: node.type,
        domain: node.type === "FusedMatMul" ? CONTRIBUTED : "",
        name: node.outputs[0],
        input: node.inputs,
        output: node.outputs,
        attribute: Object.entries(node.attributes).map(([name, value]) => ({
          name,
          ...encodeAttribute(value),
        })),
      })),
      initializer: graph.initializers.map(({ name, dtype, shape, data }) => ({
        name,
        data_type: dataType[dtype],
        dims: shape,
        raw_data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      })),
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
    },
  };
  return ModelProto.encode(ModelProto.fromObject(model)).finish();
}

function encodeAttribute(value: Attribute): object {
  if (typeof value === "number") return { type: "INT", i: value };
  if (typeof value === "string") return { type: "STRING", s: new TextEncoder().encode(value) };
  if ("float" in value) return { type: "FLOAT", f: value.float };
  return { type: "INTS", ints: value };
}

/** A copy of the values of `array` in a buffer of its own, for an initializer. */
export function ownData({ dtype, data }: NDArray): TypedArray {
  const copy = viewOf(dtype, new ArrayBuffer(data.byteLength));
  copy.set(data);
  return copy;
}
