"""Teach a running `metamodal serve` three colours, and predict: python serve.py [URL [TOKEN]]"""

import sys

import requests

url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
headers = {"Authorization": f"Bearer {sys.argv[2]}"} if len(sys.argv) > 2 else {}
colours = {"red": ["crimson", "a ruby"], "blue": ["navy", "the clear sky"], "green": ["moss", "a leaf"]}
examples = [{"label": label, "text": text} for label, texts in colours.items() for text in texts]
reply = requests.post(f"{url}/v1/tasks", json={"name": "colours", "examples": examples}, headers=headers)
reply.raise_for_status()
queries = {"examples": [{"text": "scarlet"}, {"text": "the grass"}]}
for prediction in requests.post(f"{url}/v1/tasks/{reply.json()['task']['id']}/predict", json=queries, headers=headers).json()["predictions"]:
    print(prediction["label"], prediction["probabilities"])
