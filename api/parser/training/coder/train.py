"""Joint training of the lower half, the reader of a statement and the reader of statement and proposition.

Batches are made by other processes and have few shapes, so that on a GPU a step is recorded once for each and played again."""
import copy
import itertools
import multiprocessing
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

import inputs
from data import HELD_OUT_FIELDS, batches, flip, marked, pad, subject_words, wordings

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from half import half

CLASS = {c: n for n, c in enumerate(inputs.CLASSES)}
# How much each loss counts.
SHARES = {"issue": 0.8, "act": 0.5, "likeness": 0.3, "stance": 1.0, "pair": 1.0, "counts": 0.3, "when": 0.4}
# Shapes of a batch: pairs for each statement, distinct propositions at most, steps of its length.
PAIRS, NEAR, STEP = 1.5, 96, 16


class Material:
    """Everything the training reads. `whole`: statements that are read in every other epoch only, since `read` holds them
    as a parser cuts them."""

    def __init__(self, issues, read, whole, fields, tokenizer, all_fields=False):
        self.issues, self.reads, self.fields = issues, (read, whole), fields
        self.index = {i["id"]: n for n, i in enumerate(issues)}
        self.index["other"] = len(issues)
        self.wordings = wordings(issues)

        def ids(words):
            return inputs.text(tokenizer, words, 0)[0]
        self.props = [[ids(t) for t, _, _ in w] for w in self.wordings]
        self.weights = [np.array([x for _, _, x in w]) / sum(x for _, _, x in w) for w in self.wordings]
        self.words = [(ids(w), i) for w, i in subject_words(issues)]
        rows = fields.rows
        self.field_props = sorted({(r["proposition"], r["label"], r["field"]) for r in rows}
                                  | {(words, label, r["field"]) for r in rows for label, words in r.get("others", ())})
        self.field_index = {p[0]: n for n, p in enumerate(self.field_props)}
        self.field_ids = [ids(f"{label}: {p}") for p, label, _ in self.field_props]
        self.field_denials = [ids(f"{label}: {flip(p) or p}") for p, label, _ in self.field_props]
        self.train_fields = [n for n, r in enumerate(rows) if all_fields or r["field"] not in HELD_OUT_FIELDS]

    def gold(self, row):
        """[(issue, stance)] of a statement; the issue may be `other`."""
        return [(self.index[p["issue"]], p["stance"]) for p in row["positions"]]

    def goal(self, row):
        """Weights of issues for a statement: its own, and less those that are acceptable too."""
        w = {}
        for p in row["positions"]:
            w[self.index[p["issue"]]] = 1.0
            for k in p.get("also") or []:
                w.setdefault(self.index[k], 0.25)
        return w or {len(self.issues): 1.0}

    def pairs(self, row, random):
        """[(proposition ids, class)] to read together with a statement: its own, and now and then one that it does not bear on."""
        other, found = len(self.issues), []
        gold = [g for g in self.gold(row) if g[0] != other]
        if gold:
            i, s = gold[random.integers(len(gold))]
            v = random.choice(len(self.props[i]), p=self.weights[i])
            found.append((self.props[i][v], CLASS[s * self.wordings[i][v][1]]))
        if not gold or random.random() < 0.35:
            known = set(self.goal(row))
            near = [i for i in range(other) if i not in known]
            i = near[random.integers(len(near))]
            found.append((self.props[i][0 if random.random() < 0.6 else random.integers(len(self.props[i]))], 3))
        return found

    def field_pairs(self, row, random):
        """As `pairs`, for a statement of another field."""
        i = self.field_index[row["proposition"]]
        deny = flip(row["proposition"]) is not None and random.random() < 0.25
        stance = -row["stance"] if deny and row["stance"] is not None else row["stance"]
        found = [((self.field_denials if deny else self.field_ids)[i], CLASS[stance])]
        if row["stance"] is not None and random.random() < 0.3:
            some = [k for k, p in enumerate(self.field_props) if p[2] == row["field"] and k != i]
            if "others" in row:
                some = [self.field_index[words] for _, words in row["others"]]
            if some:
                found.append((self.field_ids[some[random.integers(len(some))]], 3))
        return found


def hot(at, count, smooth):
    """Goal [count]: mostly one class."""
    goal = np.full(count, smooth / count, np.float32)
    goal[at] += 1 - smooth
    return goal


def made(m, batch, random, size=None):
    """Arrays of a batch [(kind, n)]; `size` is how many pairs it is filled up to, else as many as there are.

    ids, marks [b, n]; goals and how much each counts: issue [b, I], act [b, 8], side [b, 3] (towards issue `col`), counts [b],
    when [b, 4]; own [b] column of the fitting proposition in near [k, 48], -1 where none; pair [q, 48] read with statement
    pair_at [q], goals stance [q, 4]."""
    other, items, near, pairs = len(m.issues), [], [], []
    col = np.zeros(len(batch), np.int64)
    goals = {name: np.zeros((len(batch), width), np.float32) for name, width in (("issue", other + 1), ("act", 8), ("side", 3), ("when", 4))}
    goals["counts"] = np.zeros(len(batch), np.float32)
    told = {name: np.zeros(len(batch), np.float32) for name in goals}

    def goal(name, j, value, weight=1.0):
        goals[name][j], told[name][j] = value, weight

    for j, (kind, n) in enumerate(batch):
        issues, weight, own = {}, 0.3, None
        if kind in (0, 1):
            row, weight = m.reads[kind].rows[n], 1.0
            item, counts = m.reads[kind].worn(n, random), row.get("counts", 1.0)
            goal("counts", j, counts)
            if counts:
                gold = [g for g in m.gold(row) if g[0] != other]
                issues = m.goal(row)
                if row.get("when", -1) >= 0:
                    goal("when", j, hot(row["when"], 4, 0.05))
                if row["positions"]:
                    goal("act", j, hot(inputs.ACTS.index(row["positions"][0]["act"]), 8, 0.1))
                if gold:
                    col[j], stance = gold[random.integers(len(gold))]
                    goal("side", j, hot(CLASS[stance], 3, 0.05))
                    own = ("issue", gold[random.integers(len(gold))][0])
                pairs += [(j, p, c) for p, c in m.pairs(row, random)]
        elif kind == "field":
            row, item = m.fields.rows[n], m.fields.worn(n, random)
            own = ("field", m.field_index[row["proposition"]]) if row["stance"] is not None else None
            pairs += [(j, p, c) for p, c in m.field_pairs(row, random)]
        elif kind == "words":
            item, issues, own = marked(m.words[n][0], inputs.EVIDENCE), {m.words[n][1]: 1.0}, ("issue", m.words[n][1])
        else:
            i, v = n
            item, issues, own, col[j] = marked(m.props[i][v], inputs.EVIDENCE), {i: 1.0}, ("issue", i), i
            goal("side", j, hot(CLASS[m.wordings[i][v][1]], 3, 0.05))
        if issues:
            share = np.full(other + 1, 0.1 / (other + 1), np.float32)
            for i, v in issues.items():
                share[i] += 0.9 * v / sum(issues.values())
            goal("issue", j, share, weight)
        items.append(item), near.append(own)
    unique = sorted({o for o in near if o})[:NEAR]
    column = {o: k for k, o in enumerate(unique)}
    texts = [m.field_ids[n] if k == "field" else m.props[n][random.choice(len(m.props[n]), p=m.weights[n])] for k, n in unique]
    if size:
        pairs = [pairs[k] for k in sorted(random.permutation(len(pairs))[:size])]
    real = len(pairs)
    pairs += [(0, m.props[0][0], 3)] * ((size or max(1, real)) - real)
    texts += [m.props[0][0]] * ((NEAR if size else max(1, len(texts))) - len(texts))
    ids, marks = pad(items, STEP)
    long = inputs.MAX_PROPOSITION + 2 if size else STEP
    near_ids, near_marks = pad([marked(p, inputs.PROPOSITION) for p in texts], long)
    pair_ids, pair_marks = pad([marked(p, inputs.PROPOSITION) for _, p, _ in pairs], long)
    out = {"ids": ids, "marks": marks, "near": near_ids, "near_marks": near_marks, "pair": pair_ids, "pair_marks": pair_marks,
           "pair_at": np.array([j for j, _, _ in pairs]), "col": col, "own": np.array([column.get(o, -1) if o else -1 for o in near]),
           "stance": np.array([hot(c, 4, 0.05) for *_, c in pairs]), "stance_told": (np.arange(len(pairs)) < real).astype(np.float32),
           "near_told": np.arange(len(texts)) < len(unique)}
    return out | goals | {name + "_told": weights for name, weights in told.items()}


def loss_of(model, b):
    """Loss of a batch (`made`) and its parts in the order of SHARES."""
    issue, act, left, polar, counts, when, right, stance = (x.float() for x in model(b))

    def cross(logits, name):
        """Mean over what is told."""
        told = b[name + "_told"]
        return (-(b[name] * logits.log_softmax(-1)).sum(-1) * told).sum() / (told > 0).sum().clamp(min=1)

    near = (left @ right.T * 16).masked_fill(~b["near_told"][None], -1e4)
    whose = b["own"] >= 0
    alike = (F.cross_entropy(near, b["own"].clamp(min=0), reduction="none") * whose).sum() / whose.sum().clamp(min=1)
    heard = F.binary_cross_entropy_with_logits(counts, b["counts"], reduction="none") * b["counts_told"]
    side = polar[torch.arange(len(polar), device=polar.device), b["col"]]
    losses = [cross(issue, "issue"), cross(act, "act"), alike, cross(side, "side"), cross(stance, "stance"),
              heard.sum() / b["counts_told"].sum().clamp(min=1), cross(when, "when")]
    return sum(s * v for s, v in zip(SHARES.values(), losses)), torch.stack([v.detach() for v in losses])


class Step:
    """Loss and gradients of a batch. On a GPU each shape of batch is recorded once (CUDA graphs) and then played again."""

    def __init__(self, model, device):
        self.model, self.device, self.graphs = model, device, {}
        self.moving = [p for p in model.parameters() if p.requires_grad]
        for p in self.moving:
            p.grad = torch.zeros_like(p)

    def run(self, b):
        for p in self.moving:
            p.grad.zero_()
        # Casts that autocast keeps would be weights of the step that was recorded.
        with half(self.device, keep=self.device == "cpu"):
            loss, parts = loss_of(self.model, b)
        loss.backward()
        return parts

    def __call__(self, b):
        b = {k: torch.from_numpy(v).to(self.device) for k, v in b.items()}
        if self.device == "cpu":
            return self.run(b)
        shape = tuple(v.shape for v in b.values())
        if shape not in self.graphs:
            still, side = {k: v.clone() for k, v in b.items()}, torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                for _ in range(2):
                    self.run(still)
            torch.cuda.current_stream().wait_stream(side)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                parts = self.run(still)
            self.graphs[shape] = graph, still, parts
        graph, still, parts = self.graphs[shape]
        for k, v in b.items():
            still[k].copy_(v, non_blocking=True)
        graph.replay()
        return parts.clone()


@torch.no_grad()
def follow(mean, model, done, average):
    """Lets the moving average `mean` follow `model` after `done` steps; it forgets the first steps fast."""
    moving = [(a, b) for a, b in zip(mean.parameters(), model.parameters()) if b.requires_grad]
    torch._foreach_lerp_([a for a, _ in moving], [b for _, b in moving], 1 - min(average, (1 + done) / (10 + done)))


def optimiser(model, rate):
    """AdamW; heads learn fastest, the lower half slowest. `step(done)` follows the share of the training that is done:
    warm-up over the first 5 %, then linear decay."""
    groups = {"lower": [], "up": [], "head": []}
    for n, p in model.named_parameters():
        if p.requires_grad:
            groups["lower" if n.startswith("lower.") else "up" if "up." in n else "head"].append(p)
    rates = {"lower": rate * 0.6, "up": rate, "head": rate * 4}
    opt = torch.optim.AdamW([{"params": p, "lr": 0.0, "full": rates[k]} for k, p in groups.items() if p], weight_decay=0.02)

    def step(done):
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in opt.param_groups:
            group["lr"] = group["full"] * min(done / 0.05 + 0.002, 1.0) * max(0.01, 1 - done)
        opt.step()
    return step


def chosen(m, random, statements):
    """What an epoch reads: [(kind, n)] and their lengths. `statements`: at most so many of those of articles, else all."""
    items = [(0, n) for n in range(len(m.reads[0].rows))] + [(1, n) for n in range(len(m.reads[1].rows)) if random.random() < 0.5]
    if statements:
        items = [items[i] for i in random.permutation(len(items))[:statements]]
    else:
        items += [("words", n) for n in range(len(m.words))] + [("wording", (k, v)) for k, w in enumerate(m.wordings) for v in range(len(w))]
    items += [("field", n) for n in m.train_fields]

    def length(kind, n):
        return len(m.reads[kind].ids[n] if kind in (0, 1) else m.fields.ids[n] if kind == "field" else m.words[n][0] if kind == "words" else m.props[n[0]][n[1]])
    return items, [length(*i) for i in items]


def parts_of(m, epochs, size, seed, statements):
    """[(epoch, share of all that is read before, [(kind, n)], seed)] of a training."""
    random, found = np.random.default_rng(seed), []
    for epoch in range(epochs):
        items, lengths = chosen(m, random, statements)
        whole = batches(lengths, size, random, chunk=40 * size)
        # A batch of another size would be one more shape.
        order = [b for b in whole if len(b) == size] or whole
        found += [(epoch, (epoch + k / len(order)) / epochs, [items[i] for i in b], int(random.integers(2**31))) for k, b in enumerate(order)]
    return found


_material = None


def _make(told):
    """One batch, in a process that was forked with the material."""
    epoch, share, batch, seed, pairs = told
    return epoch, share, made(_material, batch, np.random.default_rng(seed), pairs)


def train(model, m, epochs, rate, seed, size=256, average=0.998, statements=None, say=print):
    """Trains what of the model is to be trained in place, on a GPU where there is one; the moving average of the weights is what remains.

    `statements`: how many of those of articles an epoch reads, drawn anew; all where None."""
    global _material
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(seed)
    model.to(device)
    step, mean = optimiser(model, rate), copy.deepcopy(model).requires_grad_(False)
    learn, began, total, last = Step(model, device), time.time(), [], 0
    _material = m
    pairs = int(size * PAIRS) if device == "cuda" else None
    work = ((*told, pairs) for told in parts_of(m, epochs, size, seed, statements))
    with multiprocessing.get_context("fork").Pool(max(1, (os.cpu_count() or 2) - 2)) as pool:
        # No more batches wait than are soon used.
        waiting = [pool.apply_async(_make, (told,)) for told in itertools.islice(work, 64)]
        done = 0
        while waiting:
            epoch, share, batch = waiting.pop(0).get()
            waiting += [pool.apply_async(_make, (told,)) for told in itertools.islice(work, 1)]
            if epoch != last:
                report(last, total, began, say)
                last, total = epoch, []
            total.append(learn(batch))
            step(share)
            done += 1
            follow(mean, model, done, average)
        report(last, total, began, say)
    model.load_state_dict(mean.state_dict())
    model.cpu().eval()


def report(epoch, total, began, say):
    if total:
        losses = " ".join(f"{n} {v:.3f}" for n, v in zip(SHARES, torch.stack(total).mean(0).tolist()))
        say(f"epoch {epoch + 1}: {losses}, {len(total)} steps, {time.time() - began:.0f} s", flush=True)


def train_pair(model, m, epochs, rate, seed, statements=1300, say=print):
    """Trains the reader of statement and proposition on, on a lower half that stays as it is: the other fields, which are few
    beside the statements, are read whole in each epoch, with so many statements drawn anew. Real news is left out."""
    m = copy.copy(m)
    m.train_fields = [n for n in m.train_fields if "article" not in m.fields.rows[n]]
    model.requires_grad_(False).eval()
    model.pair.requires_grad_(True).train()
    train(model, m, epochs, rate, seed, size=32, average=0.98, statements=statements, say=say)
