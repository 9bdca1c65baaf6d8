"""Writes the shipped encoder as ONNX, in 32-bit floats and in onnxruntime's own int8, from the very weights that the engine computes with.

    python export.py MODELS_FOLDER OUT_FOLDER

Needs torch, transformers, safetensors, onnx, onnxscript and onnxruntime from PyPI.
"""

import json
import sys
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file
from transformers import BertConfig, BertModel

models, out = Path(sys.argv[1]), Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
sys.path.insert(0, str(models))
from training import int8  # noqa: E402


class Mean(torch.nn.Module):
    def __init__(self, bert):
        super().__init__()
        self.bert = bert

    def forward(self, input_ids):
        return self.bert(input_ids=input_ids).last_hidden_state.mean(1)


config = BertConfig(**json.loads((models / "encoder.json").read_text()), attn_implementation="eager")
bert = BertModel(config, add_pooling_layer=False).eval()
state = int8.widened(load_file(models / "encoder.safetensors"))
missing = bert.load_state_dict({name: torch.from_numpy(tensor) for name, tensor in state.items()}, strict=False)
assert not missing.unexpected_keys, missing
ids = torch.tensor([[2, 5, 6, 7, 3]])
torch.onnx.export(
    Mean(bert), (ids,), str(out / "encoder.onnx"), input_names=["input_ids"], output_names=["mean"], dynamo=False, opset_version=17,
    dynamic_axes={"input_ids": {1: "tokens"}},
)
quantize_dynamic(out / "encoder.onnx", out / "encoder-int8.onnx", per_channel=True, weight_type=QuantType.QInt8)
