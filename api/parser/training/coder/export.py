"""ONNX graphs of the coder (opset 20, plain operators only), float32 and with 8-bit weights.

coder: ids, marks int64 [b, n] -> issue [b, I], act [b, 8], left [b, W], right [b, W], states [b, n, W], polar [b, 3 I], counts [b, 1],
       when [b, 4]
pair:  states float [b, n, W], marks int64 [b, n] -> stance [b, 4]

`marks` is 5 on padding (ids 0). The graphs are written by hand so that they hold nothing but the
operators that small runtimes know.
"""
import numpy as np
import onnx
from onnx import TensorProto as T, helper as h, numpy_helper as nh

WIDTH, HEADS, DEPTH, PAD, PLACES = 384, 12, 3, 5, 192


class Graph:
    """Collects nodes and weights; `op` and its kin return the name of what they make."""

    def __init__(self):
        self.nodes, self.weights, self.count = [], {}, 0
        self.i64("zero", [0]), self.i64("one", [1])
        self.i64("ax1", [1]), self.i64("ax2", [2]), self.i64("ax12", [1, 2])
        self.i64("split", [0, 0, HEADS, WIDTH // HEADS]), self.i64("merge", [0, 0, WIDTH])
        self.f32("scale", 1 / np.sqrt(WIDTH // HEADS)), self.f32("low", -1e4), self.f32("floor", 1.0)

    def const(self, name, value):
        self.weights[name] = nh.from_array(np.ascontiguousarray(value), name)
        return name

    def i64(self, name, value):
        return self.const(name, np.array(value, np.int64))

    def f32(self, name, value):
        return self.const(name, np.asarray(value, np.float32))

    def op(self, kind, *ins, out=None, **at):
        self.count += 1
        out = out or f"{kind}_{self.count}"
        self.nodes.append(h.make_node(kind, list(ins), [out], name=out, **at))
        return out

    def linear(self, x, w, name, out=None):
        self.f32(name + ".W", w[name + ".weight"].T), self.f32(name + ".B", w[name + ".bias"])
        return self.op("Add", self.op("MatMul", x, name + ".W"), name + ".B", out=out)

    def norm(self, x, w, name):
        self.f32(name + ".g", w[name + ".weight"]), self.f32(name + ".b", w[name + ".bias"])
        return self.op("LayerNormalization", x, name + ".g", name + ".b", axis=-1, epsilon=1e-12)

    def layer(self, x, closed, w, at):
        """x [b, n, W], closed [b, 1, 1, n] added to attention scores."""
        q, k, v = (self.op("Transpose", self.op("Reshape", self.linear(x, w, at + n), "split"), perm=p) for n, p in
                   (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])))
        s = self.op("Add", self.op("MatMul", self.op("Mul", q, "scale"), k), closed)
        a = self.op("MatMul", self.op("Softmax", s, axis=-1), v)
        a = self.op("Reshape", self.op("Transpose", a, perm=[0, 2, 1, 3]), "merge")
        x = self.norm(self.op("Add", x, self.linear(a, w, at + "mix")), w, at + "norm1")
        f = self.linear(self.op("Gelu", self.linear(x, w, at + "wide")), w, at + "narrow")
        return self.norm(self.op("Add", x, f), w, at + "norm2")

    def is_mark(self, value):
        """Float [b, n]: 1 where the mark is `value`."""
        return self.op("Cast", self.op("Equal", "marks", self.i64(f"mark{value}", value)), to=T.FLOAT)

    def mean(self, x, chosen):
        """Mean of x [b, n, W] over the tokens with chosen [b, n] = 1 -> [b, W]."""
        total = self.op("MatMul", self.op("Unsqueeze", chosen, "ax1"), x)
        size = self.op("Max", self.op("ReduceSum", chosen, "ax1", keepdims=1), "floor")
        return self.op("Div", self.op("Squeeze", total, "ax1"), size)

    def pool(self, x, chosen, w, name):
        """Attention pooling of x over the chosen tokens -> [b, W]."""
        s = self.op("Squeeze", self.linear(x, w, name + ".q"), "ax2")
        shut = self.op("Mul", self.op("Sub", "floor", chosen), "low")
        a = self.op("Softmax", self.op("Add", s, shut), axis=-1)
        return self.op("Squeeze", self.op("MatMul", self.op("Unsqueeze", a, "ax1"), x), "ax1")

    def upper(self, x, w, padding):
        """Marked states through the upper layers."""
        table = np.concatenate([w["mark"], np.zeros((1, WIDTH), np.float32)])
        x = self.op("Add", x, self.op("Gather", self.f32("mark.table", table), "marks", axis=0))
        closed = self.op("Unsqueeze", self.op("Mul", padding, self.f32("shut", -1e9)), "ax12")
        for i in range(6 - DEPTH):
            x = self.layer(x, closed, w, f"up.{i}.")
        return x

    def unit(self, x, out):
        """x [b, W] divided by its length."""
        size = self.op("Sqrt", self.op("ReduceSum", self.op("Mul", x, x), "ax1", keepdims=1))
        return self.op("Div", x, size, out=out)

    def save(self, path, ins, outs):
        g = h.make_graph(self.nodes, "coder", [h.make_tensor_value_info(n, t, s) for n, t, s in ins],
                         [h.make_tensor_value_info(n, T.FLOAT, s) for n, s in outs], list(self.weights.values()))
        m = h.make_model(g, opset_imports=[h.make_opsetid("", 20)], ir_version=9)
        onnx.checker.check_model(m)
        onnx.save(m, path)


def halves(weights):
    """Weights of the coder by its parts: lower half, reader, pair; float32 arrays by name."""
    parts = {"lower": {}, "reader": {}, "pair": {}}
    for name, value in weights.items():
        part, _, rest = name.partition(".")
        parts[part][rest] = value.float().numpy()
    return parts["lower"], parts["reader"], parts["pair"]


def coder(low, w, path):
    """The lower half of the encoder and the reader of one statement."""
    g = Graph()
    g.const("word", low["word"]), g.const("place", low["place"][:PLACES])
    ones = "ones"
    g.op("Shape", "ids", out="shape")
    g.nodes.append(h.make_node("ConstantOfShape", ["shape"], [ones], name=ones, value=h.make_tensor("v", T.INT64, [1], [1])))
    at = g.op("Sub", g.op("CumSum", ones, "one"), "one")
    x = g.op("Add", g.op("Gather", "word", "ids", axis=0), g.op("Gather", "place", at, axis=0))
    x = g.norm(x, low, "norm")
    padding = g.is_mark(PAD)
    closed = g.op("Unsqueeze", g.op("Mul", padding, g.f32("shut0", -1e9)), "ax12")
    for i in range(DEPTH):
        x = g.layer(x, closed, low, f"layers.{i}.")
    g.op("Identity", x, out="states")
    x = g.upper("states", w, padding)
    token = g.op("Sub", "floor", padding)
    evidence = g.mean(x, g.is_mark(3))
    z = g.op("Concat", evidence, g.pool(x, token, w, "pool"), axis=-1)
    g.linear(z, w, "issue", out="issue")
    za = g.op("Concat", evidence, g.pool(x, token, w, "pact"), axis=-1)
    g.linear(za, w, "act", out="act")
    g.linear(za, w, "counts", out="counts")
    g.unit(g.linear(z, w, "left"), "left")
    g.unit(g.linear(g.mean(x, token), w, "right"), "right")
    g.linear(g.op("Concat", evidence, g.pool(x, token, w, "pw"), axis=-1), w, "when", out="when")
    n = int(w["issue.bias"].shape[0])
    # The shared and the issue's own stance are one linear map.
    both = {f"each.{p}": w[f"each.{p}"] + np.concatenate([w[f"polar.{p}"]] * n) for p in ("weight", "bias")}
    g.linear(g.op("Concat", evidence, g.pool(x, token, w, "ps"), axis=-1), both, "each", out="polar")
    g.save(path, [("ids", T.INT64, ["b", "n"]), ("marks", T.INT64, ["b", "n"])],
           [("issue", ["b", n]), ("act", ["b", 8]), ("left", ["b", WIDTH]), ("right", ["b", WIDTH]), ("states", ["b", "n", WIDTH]), ("polar", ["b", 3 * n]), ("counts", ["b", 1]), ("when", ["b", 4])])


def pair(w, path):
    """Joint reader of a statement and a proposition, on states of the lower half."""
    g = Graph()
    padding = g.is_mark(PAD)
    x = g.upper("states", w, padding)
    first = g.op("Squeeze", g.op("Gather", x, "zero", axis=1), "ax1")
    z = g.op("Concat", first, g.pool(x, g.is_mark(3), w, "pe"), g.pool(x, g.is_mark(4), w, "pp"), axis=-1)
    g.linear(g.op("Tanh", g.linear(z, w, "hid")), w, "out", out="stance")
    g.save(path, [("states", T.FLOAT, ["b", "n", WIDTH]), ("marks", T.INT64, ["b", "n"])], [("stance", ["b", 4])])


def quantise(path, out):
    """8-bit weights with one scale per output column."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    quantize_dynamic(path, out, weight_type=QuantType.QInt8, per_channel=True,
                     extra_options={"DefaultTensorType": T.FLOAT})
