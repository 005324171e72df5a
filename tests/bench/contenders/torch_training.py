"""PyTorch's part in train.mjs: the network of Heed's default training run. Commands as in cpp/tools/bench_train.cpp.

What costs nothing in the long run is prepared: the batches are tensors, and Q, K and V are one product.
"""

import json
import math
import struct
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def read_safetensors(path):
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        values = file.read()
    notes = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(bytearray(values[begin:end]), dtype=torch.float32).view(entry["shape"])
    return notes, tensors


def rotation(length, dim, base):
    """Of pairs (2i, 2i + 1), as complex numbers."""
    angles = torch.arange(length)[:, None] * base ** (-torch.arange(0, dim, 2) / dim)
    return torch.polar(torch.ones_like(angles), angles)[:, None]


class Training:
    def __init__(self, notes, tensors):
        def number(name):
            return float(notes[name])

        self.layers, self.heads, self.epsilon = int(notes["layers"]), int(notes["heads"]), number("norm_epsilon")
        self.tokens, self.targets = (tensors.pop(f"batches.{name}").long() for name in ("tokens", "targets"))
        self.batch, self.length = self.tokens.shape[1:]
        self.width = tensors["embedding"].shape[1]
        self.dim = self.width // self.heads
        self.rotation = rotation(self.length, self.dim, number("rotary_base"))
        self.hidden = torch.full((self.length, self.length), -math.inf).triu(1)
        self.peak, self.last = number("learning_rate"), number("final_learning_rate")
        self.steps, self.warm_up = int(notes["steps"]), int(notes["warm_up"])
        self.largest_gradient = number("largest_gradient")
        self.step = 0

        self.parameters = {name: t.clone() for name, t in tensors.items() if not name.startswith("optimiser")}
        for i in range(self.layers):
            names = [f"layers.{i}.attention.{part}" for part in ("query", "key", "value")]
            joined = torch.cat([self.parameters.pop(name) for name in names], 1)
            self.parameters[f"layers.{i}.attention.joined"] = joined
        for parameter in self.parameters.values():
            parameter.requires_grad_()
        matrices = [p for p in self.parameters.values() if p.shape[0] > 1]
        gains = [p for p in self.parameters.values() if p.shape[0] == 1]
        self.optimiser = torch.optim.AdamW(
            [{"params": matrices, "weight_decay": number("weight_decay")}, {"params": gains, "weight_decay": 0}],
            betas=(number("beta1"), number("beta2")),
            eps=number("epsilon"),
            foreach=True,
        )

    def norm(self, name, x):
        return F.layer_norm(x, (self.width,), self.parameters[name].view(-1), None, self.epsilon)

    def rotate(self, x):
        pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], self.dim // 2, 2))
        return torch.view_as_real(pairs * self.rotation).flatten(-2)

    def attend(self, i, x):
        joined = (x @ self.parameters[f"layers.{i}.attention.joined"]).view(self.batch, self.length, 3, self.heads, -1)
        query, key, value = joined.unbind(2)
        query, key = (self.rotate(q).transpose(1, 2) for q in (query, key))
        logits = query @ key.transpose(-1, -2) / math.sqrt(self.dim) + self.hidden
        heads = logits.softmax(-1) @ value.transpose(1, 2)
        return heads.transpose(1, 2).reshape(self.batch, self.length, -1) @ self.parameters[f"layers.{i}.attention.output"]

    def loss(self):
        at = self.step % len(self.tokens)
        x = F.embedding(self.tokens[at], self.parameters["embedding"])
        for i in range(self.layers):
            x = x + self.attend(i, self.norm(f"layers.{i}.attention_norm", x))
        logits = self.norm("final_norm", x) @ self.parameters["unembedding"].T
        return F.cross_entropy(logits.flatten(0, 1), self.targets[at].flatten(), ignore_index=-1)

    def learning_rate(self):
        if self.step < self.warm_up:
            return self.peak * (self.step + 1) / self.warm_up
        done = min(1, (self.step - self.warm_up) / (self.steps - self.warm_up))
        return self.last + (self.peak - self.last) * (1 + math.cos(math.pi * done)) / 2

    def take_step(self):
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.loss()
        loss.backward()
        gradients = [p.grad for p in self.parameters.values()]
        norm = torch.stack(torch._foreach_norm(gradients)).norm()
        torch._foreach_mul_(gradients, min(1.0, self.largest_gradient / norm.item()))
        for group in self.optimiser.param_groups:
            group["lr"] = self.learning_rate()
        self.optimiser.step()
        self.step += 1
        return loss.item()


for line in sys.stdin:
    command, *words = line.split()
    answer = "ok"
    if command == "begin":
        training = Training(*read_safetensors(words[0]))
    elif command == "losses":
        answer = " ".join(f"{training.take_step():.9g}" for _ in range(int(words[0])))
    elif command == "run":
        start, processor = time.perf_counter(), time.process_time()
        for _ in range(int(words[0])):
            training.take_step()
        answer = f"{time.perf_counter() - start} {time.process_time() - processor}"
    elif command == "name":
        answer = f"PyTorch {torch.__version__}"
    print(answer, flush=True)
