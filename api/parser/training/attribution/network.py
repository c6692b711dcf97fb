"""The network: a BERT encoder with shape embeddings, a tag head with a CRF, and a pointer.

Parameters carry the names of a Hugging Face BERT encoder, so that its safetensors file loads as it is;
beside them stand
    shape.case, shape.space, shape.quote [5, 384]   added up to one row per shape code,
    tag.w [384, 7], tag.b [7]                       tag scores,
    crf.step [7, 7], crf.start [7]                  transition scores (from, to) and scores of a window's first tag,
    q, k [384, 128]                                 pointer: score(i -> j) = (h_i q) . (h_j k) / sqrt(128).
"""
import math

import numpy as np
import torch
import torch.nn.functional as F

LAYERS, WIDTH, HEADS, POINTER = 6, 384, 12, 128
TAGS = 7                                           # outside, then begin and inside of each role
BEGIN = {"source": 1, "cue": 3, "content": 5}      # inside = begin + 1
NEVER = -1e4


def forbidden():
    """[7, 7] with NEVER where an inside tag would not follow its own begin or inside."""
    f = torch.zeros(TAGS, TAGS)
    for before in range(TAGS):
        for inside in (2, 4, 6):
            if before not in (inside, inside - 1):
                f[before, inside] = NEVER
    return f


FORBIDDEN = forbidden()


def fresh_heads(seed):
    """Parameters that no encoder brings along. The shape rows start at zero: no change at first."""
    g = torch.Generator().manual_seed(seed)
    return {"shape.case": torch.zeros(5, WIDTH), "shape.space": torch.zeros(5, WIDTH),
            "shape.quote": torch.zeros(5, WIDTH),
            "tag.w": torch.randn(WIDTH, TAGS, generator=g) * .02, "tag.b": torch.zeros(TAGS),
            "crf.step": torch.zeros(TAGS, TAGS), "crf.start": torch.zeros(TAGS),
            "q": torch.randn(WIDTH, POINTER, generator=g) * .05,
            "k": torch.randn(WIDTH, POINTER, generator=g) * .05}


def shape_table(p):
    """[126, 384]: the row of code 1 + 25 * case + 5 * space + quote; row 0 is zero."""
    rows = (p["shape.case"][:, None, None] + p["shape.space"][None, :, None] + p["shape.quote"][None, None])
    return torch.cat([rows.new_zeros(1, WIDTH), rows.reshape(-1, WIDTH)])


def encode(p, ids, shape, dropout=0.0):
    """Hidden states [batch, length, WIDTH] of ids and shape, both int64 [batch, length]; id 0 is padding."""
    length = ids.shape[1]

    def drop(x):
        return F.dropout(x, dropout) if dropout else x

    def norm(x, name):
        return F.layer_norm(x, (WIDTH,), p[name + ".weight"], p[name + ".bias"], 1e-12)

    h = (F.embedding(ids, p["embeddings.word_embeddings.weight"]) + F.embedding(shape, shape_table(p))
         + p["embeddings.position_embeddings.weight"][:length] + p["embeddings.token_type_embeddings.weight"][0])
    h = drop(norm(h, "embeddings.LayerNorm"))
    # Without padding there is no mask, which is the faster path.
    closed = None if bool((ids > 0).all()) else torch.where(ids > 0, 0., -1e9)[:, None, None]
    for i in range(LAYERS):
        at = f"encoder.layer.{i}."

        def linear(x, name):
            return F.linear(x, p[at + name + ".weight"], p[at + name + ".bias"])

        def heads(x):
            return x.view(*x.shape[:2], HEADS, -1).transpose(1, 2)

        q, k, v = (heads(linear(h, "attention.self." + n)) for n in ("query", "key", "value"))
        # Written out: for heads this narrow it is faster than PyTorch's fused attention, backward above all.
        a = (q * (WIDTH // HEADS) ** -0.5) @ k.transpose(2, 3)
        a = torch.softmax(a if closed is None else a + closed.to(a.dtype), -1, dtype=q.dtype) @ v
        a = a.transpose(1, 2).reshape(h.shape)
        h = norm(h + drop(linear(a, "attention.output.dense")), at + "attention.output.LayerNorm")
        f = linear(F.gelu(linear(h, "intermediate.dense")), "output.dense")
        h = norm(h + drop(f), at + "output.LayerNorm")
    return h


def scores(p, ids, shape, dropout=0.0):
    """Tag scores [batch, length, 7] and pointer scores [batch, length, length], float32."""
    h = encode(p, ids, shape, dropout).float()
    with torch.autocast(ids.device.type, enabled=False):
        pointer = (h @ p["q"]) @ (h @ p["k"]).transpose(1, 2) / math.sqrt(POINTER)
        return h @ p["tag.w"] + p["tag.b"], pointer + torch.where(ids > 0, 0., -1e9)[:, None]


class CrfLoss(torch.autograd.Function):
    """Mean negative log-likelihood per token of a linear-chain CRF, its gradient by forward-backward.

    tags [batch, n, 7] float32, step [7, 7], start [7], gold [batch, n] with -1 for padding at the end.
    The recursion runs in NumPy on scaled probabilities: 250 tiny steps cost PyTorch a second and more
    of waiting for its threads, NumPy twenty milliseconds.
    """

    @staticmethod
    def forward(ctx, tags, step, start, gold):
        e, move, first = (x.cpu().numpy().astype(np.float64) for x in (tags, step, start))
        y, told = gold.clamp(min=0).cpu().numpy(), (gold >= 0).cpu().numpy()
        batch, n, _ = e.shape
        rows = np.arange(batch)
        top = e.max(2, keepdims=True)
        emit, pass_on = np.exp(e - top), np.exp(move)
        ahead, scale = np.empty_like(emit), np.ones((batch, n))
        a = np.exp(first) * emit[:, 0]
        for t in range(n):
            if t:
                a = np.where(told[:, t, None], (a @ pass_on) * emit[:, t], a)
            z = a.sum(1)
            scale[:, t], a = z, a / z[:, None]
            ahead[:, t] = a
        log_z = (np.log(scale) + top[..., 0] * told).sum(1)
        path = (np.take_along_axis(e, y[..., None], 2)[..., 0] * told).sum(1) + first[y[:, 0]]
        path += (move[y[:, :-1], y[:, 1:]] * told[:, 1:]).sum(1)
        behind, d_move, d_tags = np.ones((batch, 7)), np.zeros((7, 7)), np.zeros_like(e)
        for t in range(n - 1, -1, -1):
            on = told[:, t, None]
            m = ahead[:, t] * behind
            d_tags[:, t] = m / m.sum(1, keepdims=True) * on
            if t:
                w = emit[:, t] * behind
                pair = ahead[:, t - 1, :, None] * pass_on * w[:, None]
                d_move += (pair / pair.sum((1, 2), keepdims=True) * on[..., None]).sum(0)
                new = w @ pass_on.T
                behind = np.where(on, new / new.sum(1, keepdims=True), behind)
        d_first = d_tags[:, 0].sum(0)
        np.subtract.at(d_first, y[:, 0], 1)
        b, t = np.nonzero(told)
        np.subtract.at(d_tags, (b, t, y[b, t]), 1)
        both = told[:, 1:]
        np.subtract.at(d_move, (y[:, :-1][both], y[:, 1:][both]), 1)
        total = told.sum()
        ctx.grads = [torch.from_numpy((g / total).astype(np.float32)).to(tags.device) for g in (d_tags, d_move, d_first)]
        return torch.tensor((log_z - path).sum() / total, dtype=torch.float32, device=tags.device)

    @staticmethod
    def backward(ctx, grad):
        return tuple(grad * g for g in ctx.grads) + (None,)


def crf_loss(p, tags, gold):
    """Mean negative log-likelihood per token. tags [batch, n, 7]; gold [batch, n], -1 for padding at the end."""
    return CrfLoss.apply(tags, p["crf.step"] + FORBIDDEN.to(tags.device), p["crf.start"], gold)
