"""Recordings of attention: the weights of a model's heads on one text, as one small file that <heed-recording> shows.

    import heed

    recording = heed.record(outputs, tokens, title="GPT-2", source="GPT-2 small from the hub, in float32.")
    recording.save("cat.heed")        # for <heed-recording src="cat.heed">
    recording.save_html("cat.html")   # one file that shows it, without a network
    recording                         # the last line of a notebook's cell shows it

Needs NumPy and nothing else; to show a recording, also heed-figures.js, which lies one folder above this file in the package, or
beside it. The format is that of a safetensors file: web/src/formats/recording/layout.ts describes it.
"""

import base64
import html
import json
import os
import re
import struct

import numpy as np

__all__ = ["Recording", "record"]

KINDS = ("encoder", "decoder", "cross")
SCORES = ("previousToken", "firstToken", "self", "duplicateToken", "induction", "local", "meanDistance", "entropy")


def record(attentions, tokens, *, encoder_tokens=None, title="", source="", bits=8, heads=None, index=0, attention_mask=None,
           decoder_attention_mask=None):
    """Makes a recording.

    attentions: what a Hugging Face model returns with `output_attentions=True`, its `attentions` alone, a cache of TransformerLens, an
        array (layers, heads, queries, keys), or a list with an array (heads, queries, keys) or (batch, heads, queries, keys) for
        each layer. Arrays are NumPy's, or tensors of PyTorch. A mapping with any of "encoder", "decoder" and "cross" holds several.
    tokens: their names, as many as there are queries; of an encoder-decoder those of the decoder.
    encoder_tokens: of an encoder-decoder those of the encoder.
    title, source: what the model is called, and a sentence that says where the numbers come from.
    bits: 8 or 16. Weights are stored as whole numbers of a step, which each row has for itself: its largest weight / 255 or / 65,535.
        What is read is at most half a step from what was given.
    heads: [(layer, head), ...] from 0, or None for all of them.
    index: which example of a batch.
    attention_mask, decoder_attention_mask: of a batch's example or of all; where it is 0, tokens are padding and left out.
    """
    found = _parts_of(attentions)
    is_pair = "cross" in found
    if is_pair and encoder_tokens is None:
        raise ValueError("there is cross-attention, but encoder_tokens is None: it takes the names of the encoder's tokens")
    if bits not in (8, 16):
        raise ValueError(f"bits is {bits}; it may be 8 or 16")
    of_encoder = (encoder_tokens, attention_mask)
    of_decoder = (tokens, decoder_attention_mask)
    axes = {"encoder": (of_encoder, of_encoder), "decoder": (of_decoder, of_decoder), "cross": (of_decoder, of_encoder)}
    parts = []
    for kind, given in found.items():
        layers = [_layer(layer, f"{kind}, layer {i}".replace("self, ", ""), index) for i, layer in enumerate(given)]
        of_queries, of_keys = axes[kind] if is_pair else ((tokens, attention_mask),) * 2
        parts.append(_Part(kind, layers, heads, of_queries, of_keys, index))
    return Recording(title, source, bits, parts)


class Recording:
    """The weights of chosen heads, ready to be written or shown."""

    def __init__(self, title, source, bits, parts):
        self.title, self.source, self.bits = str(title), str(source), bits
        packed = [part.packed(bits) for part in parts]
        header = {"version": 1, "bits": bits, "title": self.title, "source": self.source,
                  "parts": [description for description, _ in packed]}
        tensors = [tensor for _, of_part in packed for tensor in of_part]
        self._bytes = _safetensors(tensors, {"heed_recording": json.dumps(header)})
        # The largest distance of a stored weight from the one that was given.
        self.error = max(float(steps.max()) / 2 for _, of_part in packed for name, steps in of_part if name.endswith(".steps"))

    def to_bytes(self):
        return self._bytes

    def save(self, path):
        """Writes the recording; returns how many bytes it takes."""
        with open(path, "wb") as file:
            return file.write(self._bytes)

    def to_html(self):
        """A page that shows the recording and needs nothing beside it."""
        with open(_script_path(), encoding="utf-8") as file:
            script = file.read()
        title = html.escape(self.title or "A recording of attention")
        data = base64.b64encode(self._bytes).decode("ascii")
        return (f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
                f'<meta name="color-scheme" content="light dark">\n<title>{title}</title>\n<script>{script}</script>\n'
                f'<heed-recording><script type="application/octet-stream">{data}</script></heed-recording>\n</html>\n')

    def save_html(self, path):
        """Writes that page; returns how many characters it takes."""
        with open(path, "w", encoding="utf-8") as file:
            return file.write(self.to_html())

    def show(self, height=1100):
        """What shows the recording as the output of a notebook's cell, `height` pixels high."""
        return _Shown(self.to_html(), self.title, height)

    def _repr_html_(self):
        return self.show()._repr_html_()

    def __repr__(self):
        return f"<heed.Recording of {len(self._bytes)} bytes, each weight within {self.error:.2g}>"


class _Shown:
    def __init__(self, page, title, height):
        self._page, self._title, self._height = page, title, int(height)

    def _repr_html_(self):
        # Without the notebook's origin: what is in the frame reaches nothing around it.
        return (f'<iframe sandbox="allow-scripts allow-downloads" title="{html.escape(self._title)}" width="100%" '
                f'height="{self._height}" style="border: 0" srcdoc="{html.escape(self._page)}"></iframe>')


class _Part:
    """One kind of attention."""

    def __init__(self, kind, layers, heads, of_queries, of_keys, index):
        shape = layers[0].shape
        for i, layer in enumerate(layers):
            if layer.shape != shape:
                raise ValueError(f"{_named(kind)}layer {i} has shape {layer.shape}, but layer 0 has {shape}")
        query_names, query_kept = _names(of_queries, shape[1], kind, "queries", index)
        key_names, key_kept = _names(of_keys, shape[2], kind, "keys", index)
        self.kind, self.layers, self.heads_of_layer = kind, len(layers), shape[0]
        self.query_names, self.key_names = query_names, key_names
        self.heads = _chosen(heads, len(layers), shape[0], kind)
        self.weights = np.stack([layers[i][j][query_kept][:, key_kept] for i, j in self.heads])
        queries, keys = self.weights.shape[1:]
        later = np.arange(keys)[None, :] > np.arange(queries)[:, None] + keys - queries
        self.causal = kind != "cross" and queries == keys > 1 and not self.weights[:, later].any()
        self.visible = ~later if self.causal else np.ones((queries, keys), bool)
        if kind == "self":
            self.kind = "decoder" if self.causal else "encoder"
        equal = np.array(query_names)[:, None] == np.array(key_names)[None, :]
        self.earlier_equals = np.tril(equal, -1) if kind != "cross" else np.zeros_like(equal)

    def packed(self, bits):
        packed = [self._head(weights, bits) for weights in self.weights]
        scores = [of_head["scores"] for of_head in packed]
        description = {"kind": self.kind, "causal": self.causal, "layers": self.layers, "headsOfLayer": self.heads_of_layer,
                       "queryTokens": self.query_names, "heads": [list(place) for place in self.heads],
                       "labels": [_label(of_head) for of_head in scores]}
        if self.key_names != self.query_names:
            description["keyTokens"] = self.key_names
        values = np.array([[of_head[name] for name in SCORES] for of_head in scores], np.float32)
        return description, [
            (f"{self.kind}.steps", np.stack([of_head["steps"] for of_head in packed])),
            (f"{self.kind}.entropy", np.stack([of_head["entropy"] for of_head in packed])),
            (f"{self.kind}.scores", values),
            (f"{self.kind}.weights", np.stack([of_head["integers"] for of_head in packed])),
        ]

    def _head(self, weights, bits):
        largest = 2**bits - 1
        weights = weights.astype(np.float64)
        steps = (weights.max(axis=1) / largest).astype(np.float32)
        divisors = steps.astype(np.float64)[:, None]
        in_steps = np.divide(weights, divisors, out=np.zeros_like(weights), where=divisors > 0)
        integers = np.minimum(np.rint(in_steps), largest).astype(np.uint8 if bits == 8 else np.uint16)
        entropy = np.maximum(0, -(weights * np.log(np.where(weights > 0, weights, 1))).sum(axis=1))
        scores = self._scores(weights, entropy)
        return {"integers": integers[self.visible], "steps": steps, "entropy": entropy.astype(np.float32), "scores": scores}

    def _scores(self, weights, entropy):
        """Means over the queries; cpp/heed/attention/metrics/head_metrics.h and token_scores.h define them."""
        queries, keys = weights.shape
        at = np.arange(queries)
        distance = np.abs(at[:, None] - np.arange(keys)[None, :])
        inside, before = at < keys, (at >= 1) & (at - 1 < keys)
        visible = self.visible.sum(axis=1)
        several = visible > 1
        same = self.earlier_equals
        occurred = same.any(axis=1)
        scores = {
            "previousToken": _mean(weights[at[before], at[before] - 1]),
            "firstToken": _mean(weights[1:, 0]),
            "self": _mean(weights[at[inside], at[inside]]),
            "duplicateToken": _mean((weights * same).sum(axis=1)[occurred]),
            "induction": _mean((weights[:, 1:] * same[:, :-1]).sum(axis=1)[occurred]),
            "local": _mean((weights * (distance <= 2)).sum(axis=1)),
            "meanDistance": _mean((weights * distance).sum(axis=1)),
            "entropy": _mean(entropy[several] / np.log(visible[several])),
        }
        # No key of another text is the token before, or near.
        kept = ("firstToken", "entropy") if self.kind == "cross" else SCORES
        return {name: scores[name] if name in kept else 0.0 for name in SCORES}


def _label(scores):
    """What the head mostly looks at: cpp/heed/attention/metrics/head_label.h."""
    names = {"previousToken": "previous token", "firstToken": "first token", "self": "self", "duplicateToken": "duplicate token",
             "induction": "induction"}
    most = max(names, key=lambda name: scores[name])
    if scores[most] >= 0.5:
        return names[most]
    if scores["entropy"] >= 0.8:
        return "broad"
    return "local" if scores["local"] >= 0.5 else "other"


def _mean(values):
    return float(np.mean(values)) if len(values) else 0.0


def _parts_of(given):
    """Arrays of layers by kind, of whatever holds them; "self" is what is an encoder's or a decoder's as its weights tell."""
    if hasattr(given, "cross_attentions") and getattr(given, "encoder_attentions", None) is not None:
        found = {"encoder": given.encoder_attentions, "decoder": given.decoder_attentions, "cross": given.cross_attentions}
        return {kind: layers for kind, layers in found.items() if layers is not None}
    if getattr(given, "attentions", None) is not None:
        return _parts_of(given.attentions)
    if hasattr(given, "attentions"):
        raise ValueError("the output has no attentions: call the model with output_attentions=True")
    if hasattr(given, "keys") and not hasattr(given, "shape"):
        names = list(given.keys())
        if names and all(name in KINDS for name in names):
            return {name: list(given[name]) for name in names}
        places = {}
        for name in names:
            match = re.fullmatch(r"blocks\.(\d+)\.attn\.hook_pattern", str(name))
            if match:
                places[int(match.group(1))] = given[name]
        if not places:
            raise ValueError(f"among the {len(names)} entries there is no blocks.0.attn.hook_pattern, and they are not named "
                             f"{', '.join(KINDS)}")
        if sorted(places) != list(range(len(places))):
            raise ValueError(f"the cache has the patterns of layers {sorted(places)}; all from 0 on are needed")
        return {"self": [places[i] for i in range(len(places))]}
    if len(given) == 0:
        raise ValueError("there are no layers")
    return {"self": list(given)}


def _array(given, what):
    if given is None:
        raise ValueError(f'{what} is None: load the model with attn_implementation="eager"')
    if hasattr(given, "detach"):
        given = given.detach().float().cpu().numpy()
    return np.asarray(given)


def _layer(given, what, index):
    """(heads, queries, keys) of finite weights, of one example of a batch."""
    array = _array(given, what)
    if array.ndim == 4:
        if not -len(array) <= index < len(array):
            raise ValueError(f"index is {index}, but {what} has {len(array)} examples")
        array = array[index]
    if array.ndim != 3 or 0 in array.shape:
        raise ValueError(f"{what} has shape {array.shape}; it should be (heads, queries, keys), or that of a batch")
    array = array.astype(np.float32)
    odd = ~(np.isfinite(array) & (array >= 0))
    if odd.any():
        raise ValueError(f"{what} holds {array[odd][0]}, which is no weight: nothing below 0, no NaN, no infinity")
    return array


def _names(given, length, kind, what, index):
    """Names of the tokens that are no padding, and which those are."""
    tokens, mask = given
    tokens = [str(token) for token in tokens]
    if len(tokens) != length:
        raise ValueError(f"{_named(kind)}there are {len(tokens)} tokens for {length} {what}")
    if mask is None:
        return tokens, np.ones(length, bool)
    mask = _array(mask, "attention_mask")
    mask = mask[index] if mask.ndim == 2 else mask
    if mask.shape != (length,):
        raise ValueError(f"{_named(kind)}the attention mask has shape {mask.shape} for {length} {what}")
    kept = mask != 0
    if not kept.any():
        raise ValueError(f"{_named(kind)}the attention mask leaves no token")
    return [token for token, is_kept in zip(tokens, kept) if is_kept], kept


def _named(kind):
    return "" if kind == "self" else f"{kind}: "


def _chosen(heads, layers, heads_of_layer, kind):
    if heads is None:
        return [(i, j) for i in range(layers) for j in range(heads_of_layer)]
    chosen = list(dict.fromkeys((int(i), int(j)) for i, j in heads))
    if not chosen:
        raise ValueError("heads is empty; None takes all of them")
    for i, j in chosen:
        if not (0 <= i < layers and 0 <= j < heads_of_layer):
            raise ValueError(f"{_named(kind)}there is no head ({i}, {j}) in {layers} layers of {heads_of_layer} heads")
    return chosen


def _safetensors(tensors, metadata):
    """The widest elements first, so that all of them lie where they can be read in place."""
    types = {"float32": "F32", "uint16": "U16", "uint8": "U8"}
    header, data, end = {"__metadata__": metadata}, [], 0
    for name, array in sorted(tensors, key=lambda tensor: -tensor[1].itemsize):
        stored = np.ascontiguousarray(array)
        stored = stored.astype(stored.dtype.newbyteorder("<")).tobytes()
        header[name] = {"dtype": types[array.dtype.name], "shape": list(array.shape), "data_offsets": [end, end + len(stored)]}
        data.append(stored)
        end += len(stored)
    text = json.dumps(header).encode("utf-8")
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(data)


def _script_path():
    folder = os.path.dirname(os.path.abspath(__file__))
    places = [os.path.join(folder, "heed-figures.js"), os.path.join(folder, "..", "heed-figures.js")]
    for place in places:
        if os.path.exists(place):
            return place
    raise FileNotFoundError(f"heed-figures.js is in none of {', '.join(map(os.path.normpath, places))}; it comes with Heed's package")
