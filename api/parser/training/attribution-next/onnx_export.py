"""The tagger as an ONNX graph, its weights at 8 bits, and what decoding needs beside it.

    python onnx_export.py WEIGHTS.safetensors OUT_FOLDER

Inputs: ids int64 [batch, length], 0 for padding; shape int64 [batch, length], codes of features.py.
Outputs: tags [batch, length, 7] and pointer [batch, length, length], float32.
Writes tagger.onnx (float32), tagger.int8.onnx and crf.json (transitions [from][to], -10000 where not allowed, and
scores of a window's first tag).
"""
import json
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto as T, helper as h, numpy_helper as nh
from safetensors.numpy import load_file

def build(weights, layers=6, width=384, heads=12, small=False):
    """The graph; with `small` in the form that quantise() expects: the word table at 8 bits, rows levelled
    before each matrix product that it will turn to 8 bits."""
    w = {k: v.astype(np.float32) for k, v in load_file(weights).items()}
    nodes, inits = [], {}
    def const(name, value):
        inits[name] = nh.from_array(np.ascontiguousarray(value), name)
        return name
    def op(kind, ins, out, **at):
        nodes.append(h.make_node(kind, ins, [out], name=out, **at))
        return out
    if small:
        const("last", np.array([-1], np.int64))
    levelled = {}

    def level(x):
        """x with every row divided by its largest magnitude, and that magnitude [batch, length, 1]."""
        if x not in levelled:
            top = op("ReduceMax", [op("Abs", [x], x + "_abs"), "last"], x + "_top", keepdims=1)
            levelled[x] = op("Div", [x, top], x + "_level"), top
        return levelled[x]

    def linear(x, name, out):
        const(name + ".W", w[name + ".weight"].T), const(name + ".B", w[name + ".bias"])
        if small:
            # Eight bits are shared out over a whole batch; one loud token would leave the others few levels.
            flat, top = level(x)
            y = op("Mul", [op("MatMul", [flat, name + ".W"], out + "_mm"), top], out + "_full")
        else:
            y = op("MatMul", [x, name + ".W"], out + "_mm")
        return op("Add", [y, name + ".B"], out)
    def norm(x, name, out):
        const(name + ".g", w[name + ".weight"]); const(name + ".b", w[name + ".bias"])
        return op("LayerNormalization", [x, name + ".g", name + ".b"], out, axis=-1, epsilon=1e-12)
    const("zero", np.array(0, np.int64)); const("one", np.array(1, np.int64))
    op("Shape", ["ids"], "size")
    nodes.append(h.make_node("ConstantOfShape", ["size"], ["ones"], value=h.make_tensor("v", T.INT64, [1], [1])))
    op("Sub", [op("CumSum", ["ones", "one"], "count"), "one"], "pos")
    words = w["embeddings.word_embeddings.weight"]
    if small:
        table, grain = word_rows(words)
        op("Gather", [const("word", table), "ids"], "e_word8", axis=0)
        op("DequantizeLinear", ["e_word8", const("unit", np.array(1, np.float32)), const("zero8", np.array(0, np.int8))], "e_whole")
        op("Mul", ["e_whole", op("Gather", [const("grain", grain), "ids"], "e_grain", axis=0)], "e_word")
    else:
        op("Gather", [const("word", words), "ids"], "e_word", axis=0)
    op("Gather", [const("position", w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0]), "pos"], "e_pos", axis=0)
    rows = w["shape.case"][:, None, None] + w["shape.space"][None, :, None] + w["shape.quote"][None, None]
    op("Gather", [const("shape_rows", np.concatenate([np.zeros((1, width), np.float32), rows.reshape(-1, width)])), "shape"],
       "e_shape", axis=0)
    x = norm(op("Add", [op("Add", ["e_word", "e_pos"], "e_wp"), "e_shape"], "e"), "embeddings.LayerNorm", "h")
    op("Equal", ["ids", "zero"], "pad"); op("Cast", ["pad"], "padf", to=T.FLOAT)
    op("Mul", ["padf", const("neg", np.array(-1e9, np.float32))], "padn")
    bias4 = op("Unsqueeze", ["padn", const("ax12", np.array([1, 2], np.int64))], "bias4")
    bias3 = op("Unsqueeze", ["padn", const("ax1", np.array([1], np.int64))], "bias3")
    const("split", np.array([0, 0, heads, width // heads], np.int64)); const("merge", np.array([0, 0, width], np.int64))
    const("scale", np.array(1 / np.sqrt(width // heads), np.float32))
    for i in range(layers):
        p, o = f"encoder.layer.{i}.", f"l{i}_"
        qkv = []
        for n, perm in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
            y = linear(x, p + "attention.self." + n, o + n)
            qkv.append(op("Transpose", [op("Reshape", [y, "split"], o + n + "_r")], o + n + "_t", perm=perm))
        s = op("MatMul", [op("Mul", [qkv[0], "scale"], o + "qs"), qkv[1]], o + "s")
        a = op("Softmax", [op("Add", [s, bias4], o + "sm")], o + "a", axis=-1)
        c = op("Reshape", [op("Transpose", [op("MatMul", [a, qkv[2]], o + "c")], o + "ct", perm=[0, 2, 1, 3]), "merge"], o + "cm")
        x = norm(op("Add", [x, linear(c, p + "attention.output.dense", o + "ao")], o + "r1"), p + "attention.output.LayerNorm", o + "n1")
        f = op("Gelu", [linear(x, p + "intermediate.dense", o + "f1")], o + "g")
        x = norm(op("Add", [x, linear(f, p + "output.dense", o + "f2")], o + "r2"), p + "output.LayerNorm", o + "n2")
    const("tag.W", w["tag.w"]); const("tag.B", w["tag.b"])
    op("Add", [op("MatMul", [x, "tag.W"], "tag_mm"), "tag.B"], "tags")
    q = op("MatMul", [x, const("q.W", w["q"] / np.sqrt(w["q"].shape[1]).astype(np.float32))], "pq")
    k = op("Transpose", [op("MatMul", [x, const("k.W", w["k"])], "pk")], "pkt", perm=[0, 2, 1])
    op("Add", [op("MatMul", [q, k], "pqk"), bias3], "pointer")
    g = h.make_graph(nodes, "tagger", [h.make_tensor_value_info(name, T.INT64, ["b", "n"]) for name in ("ids", "shape")],
                     [h.make_tensor_value_info("tags", T.FLOAT, ["b", "n", 7]), h.make_tensor_value_info("pointer", T.FLOAT, ["b", "n", "n"])],
                     list(inits.values()))
    m = h.make_model(g, opset_imports=[h.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(m)
    return m

# Small or delicate: the heads lose most from 8 bits and weigh next to nothing.
KEPT = ["e_shape", "e_word", "e_grain", "tag_mm", "pq", "pk", "pqk"]


def quantise(source, target):
    """8-bit weights with one scale per output column; the nodes of KEPT stay as they are."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True, nodes_to_exclude=KEPT)


def word_rows(words):
    """The word table at 8 bits with one scale per row: int8 [vocabulary, width] and float32 [vocabulary, 1]."""
    grain = np.maximum(np.abs(words).max(1, keepdims=True), 1e-9) / 127
    return np.round(words / grain).astype(np.int8), grain.astype(np.float32)


def crf(weights):
    """{"step": [7][7], "start": [7]} with the transitions that are not allowed closed."""
    w = load_file(weights)
    step = w["crf.step"].astype(float)
    for before in range(7):
        for inside in (2, 4, 6):
            if before not in (inside, inside - 1):
                step[before, inside] = -1e4
    return {"step": [[round(float(x), 5) for x in row] for row in step],
            "start": [round(float(x), 5) for x in w["crf.start"]]}


def export(weights, folder):
    onnx.save(build(weights), f"{folder}/tagger.onnx")
    onnx.save(build(weights, small=True), f"{folder}/tagger.half.onnx")
    quantise(f"{folder}/tagger.half.onnx", f"{folder}/tagger.int8.onnx")
    os.remove(f"{folder}/tagger.half.onnx")
    with open(f"{folder}/crf.json", "w", encoding="utf-8") as out:
        json.dump(crf(weights), out)


if __name__ == "__main__":
    export(*sys.argv[1:3])
