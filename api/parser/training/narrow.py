"""Weights of 8 bits with which every processor computes the same.

    python narrow.py MODEL.onnx...            narrows the weights of the models in place
    python narrow.py --check MODEL.onnx...    only says which have weights that are too wide, and exits with 1

x86 processors without VNNI multiply two neighbouring activations (0 to 255) with their weights and add the two products in
16 bits, where the sum is cut off at 32,767. Two weights of one column that are neighbours must therefore add up to 128 at most,
either way. The columns in which they do not are divided by as little as that takes, 1.3 on average, and their scales multiplied;
one bit less for all weights, the usual remedy, would divide by 2.
"""
import argparse
import sys

import numpy as np
import onnx
from onnx import numpy_helper as nh

MOST = 128


def widest(weights):
    """The largest sum of two neighbours in each column of int8 [2k, n], either way."""
    w = weights.astype(np.int64)
    return np.abs(w[0::2] + w[1::2]).max(0)


def products(graph):
    """(weights, scale) of each product of 8-bit numbers: initializers of the graph."""
    known = {i.name: i for i in graph.initializer}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            weights = known[node.input[1]]
            yield weights, known[weights.name.removesuffix("_quantized") + "_scale"]


def narrow(path):
    """Narrows the weights of a model in place; how many columns were divided."""
    model, changed = onnx.load(path), 0
    for weights, scale in products(model.graph):
        w, s = nh.to_array(weights), nh.to_array(scale).copy()
        wide = widest(w) > MOST
        # Rounding may add one half to each of the two.
        by = np.where(wide, widest(w) / (MOST - 1), 1.0)
        made = np.round(w / by).astype(np.int8)
        assert s.shape == by.shape and widest(made).max() <= MOST, weights.name
        weights.CopyFrom(nh.from_array(made, weights.name))
        scale.CopyFrom(nh.from_array((s * by).astype(np.float32), scale.name))
        changed += int(wide.sum())
    onnx.save(model, path)
    return changed


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--check", action="store_true"), args.add_argument("models", nargs="+")
    a = args.parse_args()
    bad = 0
    for path in a.models:
        if a.check:
            wide = sum(int((widest(nh.to_array(w)) > MOST).sum()) for w, _ in products(onnx.load(path).graph))
            bad += wide
            print(f"{path}: {wide} columns are too wide")
        else:
            print(f"{path}: {narrow(path)} columns divided")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
