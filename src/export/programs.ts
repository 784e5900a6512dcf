/** Programs that run an export on its golden inputs: in Python, C# and JavaScript. */

/** The package of ONNX Runtime for Node. */
const RUNTIME = "onnxruntime-node";

interface Of {
  /** The file to run. */
  readonly program: string;
  /** The output that is printed. */
  readonly result: string;
}

export const python = ({ program, result }: Of): string => `import json, struct
import numpy as np
import onnxruntime as ort

def read(path):
    types = {"F32": np.float32, "I32": np.int32, "BOOL": np.bool_}
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    arrays = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        start, end = entry["data_offsets"]
        flat = np.frombuffer(data[8 + length + start : 8 + length + end], types[entry["dtype"]])
        arrays[name] = flat.reshape(entry["shape"])
    return arrays

golden = read("golden.safetensors")
session = ort.InferenceSession("${program}", providers=["CPUExecutionProvider"])
outputs = [output.name for output in session.get_outputs()]
results = dict(zip(outputs, session.run(outputs, {i.name: golden[i.name] for i in session.get_inputs()})))
print(results["${result}"])
print("largest difference:", max(np.abs(results[n].astype(float) - golden[n]).max() for n in outputs))`;

export const csharp = ({
  program,
  result,
}: Of): string => `using System.Runtime.InteropServices; using System.Text.Json;
using Microsoft.ML.OnnxRuntime; using Microsoft.ML.OnnxRuntime.Tensors;

var bytes = File.ReadAllBytes("golden.safetensors");
var start = 8 + (int)BitConverter.ToUInt64(bytes, 0);
var golden = JsonDocument.Parse(bytes.AsMemory(8, start - 8)).RootElement;
using var session = new InferenceSession("${program}");
NamedOnnxValue Read(string name)
{
    var entry = golden.GetProperty(name);
    var shape = entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()).ToArray();
    var at = entry.GetProperty("data_offsets").EnumerateArray().Select(offset => start + offset.GetInt32()).ToArray();
    var data = bytes.AsSpan(at[0], at[1] - at[0]);
    return entry.GetProperty("dtype").GetString() == "I32"
        ? NamedOnnxValue.CreateFromTensor(name, new DenseTensor<int>(MemoryMarshal.Cast<byte, int>(data).ToArray(), shape))
        : NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(MemoryMarshal.Cast<byte, float>(data).ToArray(), shape));
}
using var results = session.Run(session.InputMetadata.Keys.Select(Read).ToList());
Console.WriteLine(string.Join(" ", results.First(each => each.Name == "${result}").AsEnumerable<float>()));`;

export const javascript = ({ program, result }: Of): string => `import { readFile } from "node:fs/promises";
import * as ort from "${RUNTIME}"; // in a page: onnxruntime-web, and fetch in place of readFile

const { buffer } = new Uint8Array(await readFile("golden.safetensors"));
const start = 8 + Number(new DataView(buffer).getBigUint64(0, true));
const entries = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, start - 8)));
const arrays = { F32: [Float32Array, "float32"], I32: [Int32Array, "int32"], BOOL: [Uint8Array, "bool"] };
const golden = Object.fromEntries(
  Object.entries(entries).map(([name, { dtype, shape, data_offsets: [from, to] }]) => {
    const [Data, type] = arrays[dtype];
    return [name, new ort.Tensor(type, new Data(buffer.slice(start + from, start + to)), shape)];
  }),
);
const session = await ort.InferenceSession.create("${program}");
const results = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, golden[name]])));
console.log(results["${result}"].data);
const differences = session.outputNames.flatMap((name) =>
  Array.from(results[name].data, (value, i) => Math.abs(value - golden[name].data[i])),
);
console.log("largest difference:", differences.reduce((a, b) => Math.max(a, b), 0));`;
