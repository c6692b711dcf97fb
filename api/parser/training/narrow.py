"""Weights of 8 bits with which every processor computes the same.

    python narrow.py --check MODEL.onnx...    says which weights are too wide, and exits with 1 if there are any

x86 processors without VNNI multiply two neighbouring activations (0 to 255) with their weights and add the two products in
16 bits, where the sum is cut off at 32,767. Two weights of one column that are neighbours must therefore add up to 128 at most,
either way. One bit less for all weights, the usual remedy, would divide by 2. Here a column is divided by as little as serves
it best, 1.3 on average, and rounded with an eye on what is multiplied with it: the error of each weight is made up for by those
that come after it (GPTQ; Frantar et al., 2023), which leaves about a third of the error of rounding each by itself.
"""
import argparse
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper as nh

MOST, WIDEST = 128, 127
# What a column is divided by, in parts of what would make it narrow by itself, and 1 at least.
PARTS = (0.0, 0.9, 0.96, 1.0, 1.05)
# Columns that are rounded before what follows is corrected by them: one product instead of many.
BLOCK = 64


class Fed:
    """Stands in for a session of ONNX Runtime and keeps what it is given to read."""

    def __init__(self, session):
        self.session, self.feeds = session, []

    def run(self, names, feed):
        self.feeds.append(feed)
        return self.session.run(names, feed)


def widest(weights):
    """The largest sum of two neighbours in each column of int8 [2k, n], either way."""
    w = weights.astype(np.int64)
    return np.abs(w[0::2] + w[1::2]).max(0)


def products(graph):
    """(weights, scale, name of what is multiplied) of each product of 8-bit numbers: two initializers and a float tensor."""
    known = {i.name: i for i in graph.initializer}
    whole = {n.output[0]: n.input[0] for n in graph.node if n.op_type == "DynamicQuantizeLinear"}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            weights = known[node.input[1]]
            yield weights, known[weights.name.removesuffix("_quantized") + "_scale"], whole[node.input[0]]


def moments(model, feeds):
    """Sums of x xᵀ over all tokens of `feeds`, float64 [k, k], by the name of the tensor x."""
    names = sorted({x for _, _, x in products(model.graph)})
    told = onnx.ModelProto()
    told.CopyFrom(model)
    told.graph.output.extend(helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in names)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(told.SerializeToString(), options, providers=["CPUExecutionProvider"])
    sums = dict.fromkeys(names, 0.0)
    for feed in feeds:
        for name, x in zip(names, session.run(names, feed)):
            x = x.reshape(-1, x.shape[-1])
            sums[name] = sums[name] + (x.T @ x).astype(np.float64)
    return sums


def factor(moment):
    """Upper factor [k, k] of the inverse of a damped moment: how an error is made up for by what comes behind."""
    damped = moment + np.eye(len(moment)) * (0.01 * np.diag(moment).mean() + 1e-9)
    return np.linalg.cholesky(np.linalg.inv(damped)).T


def rounded(weights, up):
    """Whole numbers [2k, n] near float64 weights [2k, n], no wider than MOST, that change the products least; `up` is the
    factor() of their inputs."""
    w, made = weights.copy(), np.zeros_like(weights)
    count = len(w)
    stiff = np.diag(up) ** 2
    for start in range(0, count, BLOCK):
        end = min(start + BLOCK, count)
        errors = np.zeros((end - start, w.shape[1]))
        for i in range(start, end):
            if i % 2 == 0:
                # What a pair has too much of is shared, more of it by the weight that matters less.
                total = w[i] + w[i + 1]
                over = np.sign(total) * np.maximum(np.abs(total) - MOST, 0)
                low, high = -WIDEST, WIDEST
                aim = w[i] - over * stiff[i] / (stiff[i] + stiff[i + 1])
            else:
                low, high = np.maximum(-WIDEST, -MOST - made[i - 1]), np.minimum(WIDEST, MOST - made[i - 1])
                aim = w[i]
            made[i] = np.clip(np.round(aim), low, high)
            errors[i - start] = (w[i] - made[i]) / up[i, i]
            w[i + 1:end] -= np.outer(up[i, i + 1:end], errors[i - start])
        w[end:] -= up[start:end, end:].T @ errors
    return made


def narrow(path, feeds):
    """Narrows the weights of a model in place; `feeds` are inputs of the model, a few ten thousand tokens of its training data."""
    model = onnx.load(path)
    sums = moments(model, feeds)
    ups = {name: factor(moment) for name, moment in sums.items()}
    for weights, scale, name in products(model.graph):
        w, s = nh.to_array(weights).astype(np.float64), nh.to_array(scale)
        best, by, least = np.zeros_like(w), np.ones(w.shape[1]), np.full(w.shape[1], np.inf)
        for part in PARTS:
            divisor = np.maximum(widest(w) / MOST * part, 1.0)
            made = rounded(w / divisor, ups[name])
            off = w - made * divisor
            loss = (off * (sums[name] @ off)).sum(0)
            better = loss < least
            best[:, better], by[better], least[better] = made[:, better], divisor[better], loss[better]
        assert s.shape == by.shape and widest(best).max() <= MOST, weights.name
        weights.CopyFrom(nh.from_array(best.astype(np.int8), weights.name))
        scale.CopyFrom(nh.from_array((s * by).astype(np.float32), scale.name))
    onnx.save(model, path)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--check", action="store_true", required=True), args.add_argument("models", nargs="+")
    bad = 0
    for path in args.parse_args().models:
        wide = sum(int((widest(nh.to_array(w)) > MOST).sum()) for w, _, _ in products(onnx.load(path).graph))
        bad += wide
        print(f"{path}: {wide} columns are too wide")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
