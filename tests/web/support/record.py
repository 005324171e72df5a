"""Records what transformers computed, or arrays that are made here, with heed.py: a JSON request on standard input, paths of files."""
import json
import struct
import sys

import numpy as np


def read_safetensors(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    types = {"F32": "<f4", "I64": "<i8"}
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[begin:end], types[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def layers_of(tensors, name):
    found = []
    while f"{name}.{len(found)}" in tensors:
        found.append(tensors[f"{name}.{len(found)}"])
    return tuple(found)


class Output:
    """As transformers returns it: arrays as attributes."""

    def __init__(self, **arrays):
        self.__dict__.update(arrays)


request = json.load(sys.stdin)
sys.path.insert(0, request["folder"])
import heed  # noqa: E402

tensors = read_safetensors(request["expected"])
options = {"title": "a title", "source": "A sentence.", "bits": request["bits"]}
if "decoder_input_ids" in tensors:
    output = Output(encoder_attentions=layers_of(tensors, "encoder_attentions"),
                    decoder_attentions=layers_of(tensors, "decoder_attentions"),
                    cross_attentions=layers_of(tensors, "cross_attentions"))
    recording = heed.record(output, tensors["decoder_input_ids"][0], encoder_tokens=tensors["input_ids"][0], **options)
elif request.get("cache"):
    layers = layers_of(tensors, "attentions")
    cache = {f"blocks.{i}.attn.hook_pattern": layer for i, layer in enumerate(layers)}
    recording = heed.record({"hook_embed": None, **cache}, tensors["input_ids"][0], **options)
else:
    recording = heed.record(Output(attentions=layers_of(tensors, "attentions")), tensors["input_ids"][0], **options)
recording.save(request["to"])
