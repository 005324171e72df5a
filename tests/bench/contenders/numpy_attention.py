"""NumPy's part in native.mjs: softmax(Q Kᵀ / √d) V as the notebook writes it. Commands as in cpp/tools/bench.cpp."""

import sys
import time

import numpy as np


def attention(query, key, value, mask):
    logits = query @ key.swapaxes(-1, -2) / np.float32(np.sqrt(query.shape[-1]))
    if mask is not None:
        logits = np.where(mask, logits, np.float32(-np.inf))
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights @ value


for line in sys.stdin:
    command, *words = line.split()
    answer = "ok"
    if command == "load":
        shape = tuple(int(word) for word in words[1:4])
        query, key, value = np.fromfile(words[0], np.float32).reshape(3, *shape)
        mask = np.tri(shape[1], dtype=bool) if words[4] == "1" else None
    elif command == "run":
        start = time.perf_counter()
        for _ in range(int(words[0])):
            output = attention(query, key, value, mask)
        answer = time.perf_counter() - start
    elif command == "write":
        output.tofile(words[0])
    elif command == "name":
        answer = f"NumPy {np.__version__}"
    print(answer, flush=True)
