"""Sums of floats that every processor adds up in the same order.

    python order.py --check MODEL.onnx...    says which operators would add up otherwise, and exits with 1 if there are any

rten adds up a row of floats in as many partial sums as the processor's registers have lanes: 8 with AVX2, 16 with AVX-512. So
softmax and layer normalisation differ in the last digits, and now and then a statement falls on the other side of a threshold.
Each element of a product of matrices is one sum, from the first addend to the last, with all of them. Here sums are written
as products with a column of ones; what else softmax and layer normalisation do has one result in any order.
"""
import argparse
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper as nh

# Operators of rten that add floats up in lanes.
LANES = {"Softmax", "LogSoftmax", "LayerNormalization", "RMSNormalization", "ReduceMean", "ReduceSum", "ReduceL1", "ReduceL2",
         "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare", "GlobalAveragePool"}


class Rewriter:
    """Writes the nodes of a graph anew, each after what it takes."""

    def __init__(self, graph):
        self.graph, self.nodes, self.known = graph, [], {i.name for i in graph.initializer}

    def const(self, name, value):
        if name not in self.known:
            self.known.add(name)
            self.graph.initializer.append(nh.from_array(np.asarray(value), name))
        return name

    def op(self, kind, ins, out, **attributes):
        self.nodes.append(helper.make_node(kind, ins, [out], name=out, **attributes))
        return out

    def column(self):
        """Ones [n, 1], as many as the text has tokens."""
        if "sum/column" not in self.known:
            self.known.add("sum/column")
            count = self.op("Shape", [self.graph.input[-1].name], "sum/count", start=1, end=2)
            size = self.op("Concat", [count, self.const("sum/one", np.array([1], np.int64))], "sum/size", axis=0)
            one = helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0])
            self.op("ConstantOfShape", [size], "sum/column", value=one)
        return "sum/column"

    def last_sum(self, x, out):
        """The sum along the last axis, which stays: the last of its partial sums."""
        partial = self.op("CumSum", [x, self.const("sum/last", np.array(-1, np.int64))], out + "/partial")
        return self.op("Gather", [partial, self.const("sum/final", np.array([-1], np.int64))], out, axis=-1)

    def exponents(self, x, out):
        top = self.op("ReduceMax", [x, self.const("sum/axis", np.array([-1], np.int64))], out + "/greatest", keepdims=1)
        return self.op("Exp", [self.op("Sub", [x, top], out + "/below")], out + "/exponents")

    def pooled(self, softmax):
        """Softmax of one row for each text."""
        (x,), (out,) = softmax.input, softmax.output
        e = self.exponents(x, out)
        self.op("Div", [e, self.last_sum(e, out + "/sum")], out)

    def attended(self, softmax, product):
        """Softmax of many rows and its product with values, which is divided by the sums and not what goes into it."""
        (x,), (shares,), (out,) = softmax.input, softmax.output, product.output
        e = self.exponents(x, shares)
        total = self.op("MatMul", [e, self.column()], shares + "/sum")
        self.op("Div", [self.op("MatMul", [e, product.input[1]], out + "/whole"), total], out)

    def normed(self, node):
        (x, gain, shift), (out,) = node.input, node.output
        width = next(i.dims[0] for i in self.graph.initializer if i.name == gain)
        epsilon = next(a.f for a in node.attribute if a.name == "epsilon")
        share = self.const(f"sum/share_{width}", np.full((width, 1), 1 / width, np.float32))
        off = self.op("Sub", [x, self.op("MatMul", [x, share], out + "/mean")], out + "/off")
        spread = self.op("MatMul", [self.op("Mul", [off, off], out + "/squares"), share], out + "/spread")
        least = self.const(f"sum/least_{epsilon}", np.array(epsilon, np.float32))
        root = self.op("Sqrt", [self.op("Add", [spread, least], out + "/floor")], out + "/root")
        level = self.op("Mul", [self.op("Div", [off, root], out + "/level"), gain], out + "/gained")
        self.op("Add", [level, shift], out)

    def rewrite(self):
        old = list(self.graph.node)
        takers = {}
        for node in old:
            for name in node.input:
                takers.setdefault(name, []).append(node)
        shares = {}
        for node in old:
            if node.op_type == "LayerNormalization":
                self.normed(node)
            elif node.op_type == "ReduceSum":
                self.last_sum(node.input[0], node.output[0])
            elif node.op_type == "Softmax":
                taker, = takers[node.output[0]]
                if taker.op_type == "MatMul":
                    shares[taker.name] = node
                else:
                    self.pooled(node)
            elif node.name in shares:
                self.attended(shares[node.name], node)
            else:
                self.nodes.append(node)
        del self.graph.node[:]
        self.graph.node.extend(self.nodes)


def order(path):
    """Rewrites a model in place."""
    model = onnx.load(path)
    Rewriter(model.graph).rewrite()
    onnx.checker.check_model(model)
    onnx.save(model, path)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--check", action="store_true", required=True), args.add_argument("models", nargs="+")
    bad = 0
    for path in args.parse_args().models:
        lanes = [n.name for n in onnx.load(path).graph.node if n.op_type in LANES]
        bad += len(lanes)
        print(f"{path}: {len(lanes)} sums depend on the processor", *lanes[:5])
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
