"""Checks the ONNX files of folders, one an argument, and runs all golden inputs: prints the largest difference per file.

The checker in full, strict shape inference, and ONNX Runtime without metamodal. Differences are |a - b| / max(1, |b|).
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

TYPES = {"F32": np.float32, "I32": np.int32, "BOOL": np.bool_, "U8": np.uint8}


def read(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    arrays = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        start, end = entry["data_offsets"]
        flat = np.frombuffer(data[8 + length + start : 8 + length + end], TYPES[entry["dtype"]])
        arrays[name] = flat.reshape(entry["shape"])
    return arrays


def check(path, goldens):
    onnx.checker.check_model(str(path), full_check=True)
    model = onnx.load(str(path))
    onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 17)], model.opset_import
    assert model.ir_version <= 10, model.ir_version
    keys = [entry.key for entry in model.metadata_props]
    assert len(keys) == len(set(keys)), keys
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return max(difference(session, names, golden) for golden in goldens)


def difference(session, names, golden):
    results = session.run(names, {each.name: golden[each.name] for each in session.get_inputs()})
    largest = 0.0
    for name, result in zip(names, results):
        expected = golden[name].astype(np.float64)
        assert result.shape == expected.shape, (name, result.shape, expected.shape)
        error = np.abs(result.astype(np.float64) - expected) / np.maximum(1, np.abs(expected))
        largest = max(largest, float(error.max(initial=0)))
    return largest


differences = {}
for folder in map(Path, sys.argv[1:]):
    goldens = [read(path) for path in sorted(folder.glob("*.safetensors"))]
    for path in sorted(folder.glob("*.onnx")):
        differences[f"{folder.name}/{path.name}"] = check(path, goldens)
print(json.dumps(differences))
