/**
 * Folds `DequantizeLinear` of constants: w = (q − zero point) · scale, once, when a model is loaded. ONNX Runtime leaves
 * these operators in the graph, where they take up to three quarters of a run.
 *
 * Field numbers are those of onnx.proto (the ONNX project). Fields that are not concerned are copied as they are.
 */

import { sizeOf } from "../../base/array.js";
import { dataType } from "../lower/onnx.js";
import { ProtobufWriter } from "../lower/protobuf.js";
import { fieldsOf, type ProtobufField } from "../lower/protobuf-fields.js";

const GRAPH = 7;
const NODE = 1;
const INITIALIZER = 5;

/** Axis of `DequantizeLinear` if it has no attribute. */
const DEFAULT_AXIS = 1;

interface Constant {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

interface Node {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly axis: number;
}

/**
 * The same ONNX model with every `DequantizeLinear` of int8 constants replaced by a float32 constant.
 *
 * @throws {Error} for bytes that are no ONNX model
 */
export function dequantised(model: Uint8Array): Uint8Array {
  const writer = new ProtobufWriter();
  for (const { field, bytes, whole } of fieldsOf(model))
    if (field === GRAPH) writer.message(GRAPH, () => writeGraph(writer, fieldsOf(bytes)));
    else writer.encoded(whole);
  return writer.finish();
}

function writeGraph(writer: ProtobufWriter, fields: readonly ProtobufField[]): void {
  const constants = new Map(
    fields
      .filter(({ field }) => field === INITIALIZER)
      .map(({ bytes }) => constantOf(bytes))
      .map((constant) => [constant.name, constant]),
  );
  const isFolded = ({ type, inputs }: Node) =>
    type === "DequantizeLinear" && constants.get(inputs[0])?.type === dataType.int8;
  const nodes = fields.filter(({ field }) => field === NODE).map(({ bytes }) => nodeOf(bytes));
  const needed = new Set(nodes.filter((node) => !isFolded(node)).flatMap(({ inputs }) => inputs));
  const folded = nodes.filter(isFolded);
  const replaced = new Set(folded.flatMap(({ inputs }) => inputs).filter((name) => !needed.has(name)));
  let next = 0;
  for (const { field, bytes, whole } of fields)
    if (field === NODE && isFolded(nodes[next++])) continue;
    else if (field !== INITIALIZER || !replaced.has(constantOf(bytes).name)) writer.encoded(whole);
  for (const node of folded) writeConstant(writer, node.outputs[0], constants, node);
}

/** Write the float32 constant that a node computes. */
function writeConstant(
  writer: ProtobufWriter,
  name: string,
  constants: ReadonlyMap<string, Constant>,
  { inputs, axis }: Node,
): void {
  const [quantised, scale, zero] = inputs.map((input) => constants.get(input));
  if (!quantised || !scale) throw new Error(`the scale of ${inputs[0]} is not a constant`);
  const { shape, data } = quantised;
  const scales = new Float32Array(Uint8Array.from(scale.data).buffer);
  const zeros = zero && new Int8Array(zero.data);
  const inner =
    scales.length === 1 ? sizeOf(shape) : sizeOf(shape.slice(axis < 0 ? axis + shape.length + 1 : axis + 1));
  const values = new Float32Array(data.length);
  for (let start = 0, channel = 0; start < values.length; start += inner) {
    const [zeroPoint, factor] = [zeros?.[channel] ?? 0, scales[channel]];
    for (let i = start; i < start + inner; i++) values[i] = (((data[i] << 24) >> 24) - zeroPoint) * factor;
    channel = (channel + 1) % scales.length;
  }
  writer.message(INITIALIZER, () => {
    for (const size of shape) writer.int(1, size);
    writer.int(2, dataType.float32);
    writer.string(8, name);
    writer.bytes(9, new Uint8Array(values.buffer));
  });
}

const utf8 = new TextDecoder();

/** The parts of a `TensorProto` with raw data. */
function constantOf(bytes: Uint8Array): Constant {
  const fields = fieldsOf(bytes);
  const last = (number: number) => fields.findLast(({ field }) => field === number);
  return {
    name: utf8.decode(last(8)?.bytes),
    type: last(2)?.int ?? 0,
    shape: fields.filter(({ field }) => field === 1).map(({ int }) => int),
    data: last(9)?.bytes ?? new Uint8Array(0),
  };
}

/** The parts of a `NodeProto`, with its attribute `axis`. */
function nodeOf(bytes: Uint8Array): Node {
  const fields = fieldsOf(bytes);
  const texts = (number: number) =>
    fields.filter(({ field }) => field === number).map((text) => utf8.decode(text.bytes));
  const attributes = fields.filter(({ field }) => field === 5).map((attribute) => fieldsOf(attribute.bytes));
  const axis = attributes.find((of) =>
    of.some(({ field, bytes: name }) => field === 1 && utf8.decode(name) === "axis"),
  );
  return {
    type: texts(4)[0] ?? "",
    inputs: texts(1),
    outputs: texts(2),
    axis: axis?.find(({ field }) => field === 3)?.int ?? DEFAULT_AXIS,
  };
}
