"""MiniLM encoder in two halves: a lower half that both networks share, and an upper half of each.

Shapes: b texts, n tokens, W = 384 wide. Token 0 is padding.
"""
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

WIDTH, HEADS, INNER, LAYERS, DEPTH = 384, 12, 1536, 6, 3


class Layer(nn.Module):
    """One transformer layer of BERT, post-norm."""

    def __init__(self, rate=0.1):
        super().__init__()
        self.query, self.key, self.value, self.mix = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.wide, self.narrow = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.rate = rate

    def load(self, weights, at):
        names = {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
                 "mix": "attention.output.dense", "norm1": "attention.output.LayerNorm",
                 "wide": "intermediate.dense", "narrow": "output.dense", "norm2": "output.LayerNorm"}
        for mine, theirs in names.items():
            part = getattr(self, mine)
            part.weight.data.copy_(weights[at + theirs + ".weight"])
            part.bias.data.copy_(weights[at + theirs + ".bias"])

    def forward(self, x, mask):
        """x [b, n, W], mask bool [b, n] (True = token) -> [b, n, W]."""
        b, n, _ = x.shape

        def heads(y):
            return y.view(b, n, HEADS, -1).transpose(1, 2)

        rate = self.rate if self.training else 0.0
        a = F.scaled_dot_product_attention(heads(self.query(x)), heads(self.key(x)), heads(self.value(x)),
                                           attn_mask=mask[:, None, None, :], dropout_p=rate)
        a = self.mix(a.transpose(1, 2).reshape(b, n, WIDTH))
        x = self.norm1(x + F.dropout(a, rate, self.training))
        f = self.narrow(F.gelu(self.wide(x)))
        return self.norm2(x + F.dropout(f, rate, self.training))


def base(path):
    """Weights of the pretrained encoder under their usual names."""
    return {k.removeprefix("bert."): v.float() for k, v in load_file(path).items()}


class Lower(nn.Module):
    """Embeddings (never trained) and the first layers."""

    def __init__(self, weights):
        super().__init__()
        self.word = nn.Parameter(weights["embeddings.word_embeddings.weight"], False)
        place = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        self.place = nn.Parameter(place[:256].clone(), False)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.norm.weight.data.copy_(weights["embeddings.LayerNorm.weight"])
        self.norm.bias.data.copy_(weights["embeddings.LayerNorm.bias"])
        self.layers = nn.ModuleList(Layer() for _ in range(DEPTH))
        for i, layer in enumerate(self.layers):
            layer.load(weights, f"encoder.layer.{i}.")

    def forward(self, ids):
        """ids int64 [b, n] -> states [b, n, W]."""
        x = self.norm(self.word[ids] + self.place[:ids.shape[1]])
        for layer in self.layers:
            x = layer(x, ids > 0)
        return x


def upper_layers(weights):
    """The layers above the lower half, with their pretrained weights."""
    layers = nn.ModuleList(Layer() for _ in range(LAYERS - DEPTH))
    for i, layer in enumerate(layers):
        layer.load(weights, f"encoder.layer.{DEPTH + i}.")
    return layers
