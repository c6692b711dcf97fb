"""An 8-bit network as the program runs it: what a product is applied to is turned to 8 bits row by row.

ONNX's DynamicQuantizeLinear knows one scale and one zero point for a whole tensor, and small runtimes know no other product of
bytes. So the files have it, and whoever must answer as the program does reads them through `by_rows`: each row is rounded to its
own 256 levels and stays a float, and so do the weights. Products of them are those of the bytes up to float's last digits.
"""
import numpy as np
import onnx
from onnx import helper, numpy_helper as nh


def by_rows(path):
    """The network in the file, as bytes for a session."""
    model = onnx.load(path)
    graph = model.graph
    known = {i.name: i for i in graph.initializer}
    made = {out: node for node in graph.node for out in node.output}
    nodes, dropped, rounded, weights = [], set(), {}, {}
    graph.initializer.extend(nh.from_array(np.asarray(value), "rows/" + name) for name, value in (
        ("last", np.array([-1])), ("none", np.float32(0)), ("levels", np.float32(255)), ("tiny", np.finfo(np.float32).tiny)))

    def op(kind, *ins, **attributes):
        out = f"rows/{len(nodes)}"
        nodes.append(helper.make_node(kind, list(ins), [out], **attributes))
        return out

    def levelled(x):
        if x not in rounded:
            least, most = (op(end, op(f"Reduce{end}", x, "rows/last", keepdims=1), "rows/none") for end in ("Min", "Max"))
            scale = op("Max", op("Div", op("Sub", most, least), "rows/levels"), "rows/tiny")
            zero = op("Round", op("Neg", op("Div", least, scale)))
            level = op("Add", op("Round", op("Mul", x, op("Reciprocal", scale))), zero)
            rounded[x] = op("Mul", op("Sub", op("Clip", level, "rows/none", "rows/levels"), zero), scale)
        return rounded[x]

    for node in graph.node:
        if node.op_type == "DynamicQuantizeLinear":
            dropped.update(node.output)
        elif node.op_type == "MatMulInteger" or dropped.intersection(node.input) and node.op_type in ("Cast", "Mul"):
            product = next((made[x] for x in node.input if x in made and made[x].op_type == "Cast"), None)
            if node.op_type == "Mul" and product:
                # The last of the nodes that stand for one product of floats.
                integer = made[product.input[0]]
                x, name = made[integer.input[0]].input[0], integer.input[1]
                if name not in weights:
                    scale = nh.to_array(known[name.replace("_quantized", "_scale")])
                    weights[name] = nh.from_array(nh.to_array(known[name]).astype(np.float32) * scale, "rows/" + name)
                nodes.append(helper.make_node("MatMul", [levelled(x), "rows/" + name], list(node.output)))
            else:
                dropped.update(node.output)
        else:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    used = {x for node in nodes for x in node.input}
    kept = [i for i in (*graph.initializer, *weights.values()) if i.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    return model.SerializeToString()
