"""Trains the tagger.

    python train.py DATA.jsonl[.gz] OUT.safetensors --base DIR [--epochs 8] [--hold-out 40]

DIR holds the encoder's model.safetensors and tokenizer.json (or, to go on training, an earlier OUT under
that name). Data are lines {"id", "date", "text", "attributions": [{"source", "cue", "content"}]}, spans
[start, end) in code points. The --hold-out latest articles are left out for development.
"""
import argparse
import math
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

import data
import names
import network

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from half import half


def load_tokenizer(folder):
    tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
    tokenizer.no_truncation(), tokenizer.no_padding()
    return tokenizer


def load(path, seed=0):
    """Parameters of a weights file, float32, with fresh heads for those it lacks."""
    p = {n: w.float() for n, w in load_file(path).items() if "position_ids" not in n and "pooler" not in n}
    return {**network.fresh_heads(seed), **p}


def rate_of(name, decay):
    """Factor of the learning rate: lower layers move less, the heads most."""
    if name.startswith("embeddings"):
        return decay ** (network.LAYERS + 1)
    if name.startswith("encoder.layer."):
        return decay ** (network.LAYERS - int(name.split(".")[2]))
    if name.startswith("crf"):
        return 10.0
    return 3.0 if name.startswith("shape") else 1.0


def loss_of(p, batch, dropout):
    """Scalar loss of a batch [4, batch, WINDOW] of ids, shape, tags and links."""
    ids, shape, gold, link = batch
    # Columns that are padding in every row are cut off.
    width = int((ids > 0).sum(1).max())
    ids, shape, gold, link = (x[:, :width] for x in (ids, shape, gold, link))
    with half(ids.device.type):
        tags, pointer = network.scores(p, ids, shape, dropout)
    told = network.crf_loss(p, tags[:, 1:-1], gold[:, 1:-1])
    asked = link >= 0
    linked = F.cross_entropy(pointer[asked], link[asked]) if bool(asked.any()) else 0.0 * pointer.sum()
    return told + 0.3 * linked


def train(articles, tokenizer, p, epochs, seed=0, batch=16, peak=3e-4, decay=0.9, dropout=0.1, hide=0.02,
          average=0.997, threads=2, frozen=True, minutes=None,
          save=None):
    """Trains `p` over `epochs`, on a GPU where there is one, and returns the moving average of the parameters.

    Names are swapped and windows cut anew in every epoch. `hide` is the share of tokens replaced by [MASK].
    """
    random = np.random.RandomState(seed)
    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    threads = 1 if device == "cuda" else threads
    p = {n: w.to(device) for n, w in p.items()}
    count = len(data.windows(articles, tokenizer, random)[0])
    steps = epochs * (count // batch)
    groups = {}
    moving = {n: w.requires_grad_(True) for n, w in p.items() if not (frozen and n.endswith("_embeddings.weight"))}
    for n, w in moving.items():
        groups.setdefault((rate_of(n, decay), 0.01 if w.dim() == 2 and not n.startswith(("crf", "shape")) else 0.0), []).append(w)
    opt = torch.optim.AdamW([{"params": ws, "lr": peak * r, "weight_decay": d, "factor": r} for (r, d), ws in groups.items()],
                            fused=True)
    weights = list(moving.values())

    def half(part):
        value = loss_of(p, part, dropout)
        return value.detach(), torch.autograd.grad(value, weights)

    # Each thread works on a part of the batch by itself: on a busy machine threads that share every
    # operation wait for each other most of the time.
    torch.set_num_threads(1)
    pool = ThreadPoolExecutor(threads)
    mean = {n: w.detach().clone() for n, w in p.items()}
    done, began, sums = 0, time.time(), 0.0
    for epoch in range(epochs):
        rows = torch.from_numpy(data.windows([names.swap(a, random) for a in articles], tokenizer, random))
        # Windows of like length stand together, the order of the batches is random.
        lengths = (rows[0] > 0).sum(1).numpy() + random.rand(rows.shape[1])
        short = np.argsort(lengths)[:int((lengths < data.WINDOW).sum())]
        full = random.permutation(np.where(lengths >= data.WINDOW)[0])
        order = np.concatenate([short, full])
        order = order[:len(order) // batch * batch].reshape(-1, batch)
        for b in random.permutation(len(order))[:count // batch]:
            part = rows[:, order[b]].clone()
            hidden = (torch.rand(part[0].shape) < hide) & (part[2] >= 0)
            part[0][hidden] = 103
            part = part.to(device)
            at = (time.time() - began) / 60 / minutes if minutes else done / steps
            if at >= 1:
                return {n: w.cpu() for n, w in mean.items()}
            lr = peak * (min(1, at / 0.06) if at < 0.06 else 0.5 * (1 + math.cos(math.pi * (at - 0.06) / 0.94)))
            for g in opt.param_groups:
                g["lr"] = lr * g["factor"]
            halves = list(pool.map(half, (part[:, i::threads] for i in range(threads))))
            total = list(halves[0][1])
            for _, grads in halves[1:]:
                torch._foreach_add_(total, grads)
            torch._foreach_div_(total, threads)
            for w, g in zip(weights, total):
                w.grad = g
            loss = sum(value for value, _ in halves) / threads
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            opt.step()
            done += 1
            sums += loss.item()
            with torch.no_grad():
                keep = min(average, done / (done + 10))
                torch._foreach_lerp_([mean[n] for n in moving], [w.detach() for w in weights], 1 - keep)
            if done % 20 == 0:
                print(f"{done}/{steps} loss {sums / 20:.4f} {(time.time() - began) / done:.2f} s/step", flush=True)
                sums = 0.0
        if save:
            write(mean, save)
    return {n: w.cpu() for n, w in mean.items()}


def write(p, path):
    save_file({n: w.detach().half().cpu().contiguous() for n, w in p.items()}, path)


def split(articles, held):
    """Articles to train on and the `held` latest ones by date."""
    ordered = sorted(articles, key=lambda a: (a.get("date", ""), a["id"]))
    return ordered[:len(ordered) - held], ordered[len(ordered) - held:]


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("data"), args.add_argument("out")
    args.add_argument("--base", required=True)
    args.add_argument("--epochs", type=int, default=8), args.add_argument("--seed", type=int, default=0)
    args.add_argument("--hold-out", type=int, default=40), args.add_argument("--threads", type=int, default=2)
    args.add_argument("--peak", type=float, default=2.5e-4), args.add_argument("--minutes", type=float)
    args.add_argument("--all-tables", action="store_true", help="train the tables of words and positions too")
    a = args.parse_args()
    articles, _ = split(data.read(a.data), a.hold_out)
    mean = train(articles, load_tokenizer(a.base), load(f"{a.base}/model.safetensors", a.seed), a.epochs, a.seed,
                 peak=a.peak, threads=a.threads, frozen=not a.all_tables,
                 minutes=a.minutes, save=a.out)
    write(mean, a.out)


if __name__ == "__main__":
    main()
