"""Teach three classes from two examples each, and predict: an exported model in ONNX Runtime, without metamodal.

metamodal export MODEL --to onnx --out my-onnx && python teach.py my-onnx

Classes are random patterns here; your own come from preprocessed values, as my-onnx/preprocessing.json states.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime as ort

CLASSES = ["ox-eye", "poppy", "clover"]
SHOTS = 2

session = ort.InferenceSession(str(Path(sys.argv[1]) / "teach.onnx"), providers=["CPUExecutionProvider"])
shapes = {port.name: port.shape for port in session.get_inputs()}
modalities = [name[len("query_") : -len("_present")] for name in shapes if name.startswith("query_") and name.endswith("_present")]
room = shapes["support_labels"][0]  # support examples there is room for; padding has the label -1
random = np.random.default_rng(0)
patterns = {m: random.normal(size=(len(CLASSES), *shapes[f"support_{m}"][1:])) for m in modalities}


def examples(modality, labels):
    """Noisy copies of the patterns of these classes."""
    pattern = patterns[modality][labels]
    return (pattern + 0.3 * random.normal(size=pattern.shape)).astype(np.float32)


labels = np.full(room, -1, np.int32)
labels[: len(CLASSES) * SHOTS] = np.repeat(np.arange(len(CLASSES)), SHOTS)
inputs = {"support_labels": labels}
asked = np.array([2, 0, 1, 0])
for m in modalities:
    inputs[f"support_{m}"] = examples(m, labels)
    inputs[f"support_{m}_present"] = (labels >= 0).astype(np.float32)  # 0 also for examples that lack the modality
    inputs[f"query_{m}"] = examples(m, asked)
    inputs[f"query_{m}_present"] = np.ones(len(asked), np.float32)

outputs = [port.name for port in session.get_outputs()]
results = dict(zip(outputs, session.run(outputs, inputs)))
for label, row, unknown in zip(asked, results["probabilities"], results["unknown"]):
    print(f"{CLASSES[label]} -> {CLASSES[row.argmax()]} {row.max():.3f}{' (unknown?)' if unknown else ''}")
