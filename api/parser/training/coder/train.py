"""Joint training of the lower half, the reader of a statement and the reader of statement and proposition."""
import concurrent.futures
import copy
import time

import numpy as np
import torch
import torch.nn.functional as F

import inputs
from data import HELD_OUT_FIELDS, batches, flip, marked, pad, subject_words, wordings

CLASS = {1: 0, -1: 1, 0: 2, None: 3}


class Material:
    """Everything the training reads."""

    def __init__(self, issues, read, fields, tokenizer, all_fields=False):
        self.issues, self.read, self.fields = issues, read, fields
        self.index = {i["id"]: n for n, i in enumerate(issues)}
        self.index["other"] = len(issues)
        self.wordings = wordings(issues)

        def ids(words):
            return inputs.text(tokenizer, words, 0)[0]
        self.props = [[ids(t) for t, _, _ in w] for w in self.wordings]
        self.weights = [np.array([x for _, _, x in w]) / sum(x for _, _, x in w) for w in self.wordings]
        self.words = [(ids(w), i) for w, i in subject_words(issues)]
        rows = fields.rows
        self.field_props = sorted({(r["proposition"], r["label"], r["field"]) for r in rows})
        self.field_index = {p[0]: n for n, p in enumerate(self.field_props)}
        self.field_ids = [ids(f"{label}: {p}") for p, label, _ in self.field_props]
        self.field_denials = [ids(f"{label}: {flip(p) or p}") for p, label, _ in self.field_props]
        self.train_fields = [n for n, r in enumerate(rows) if all_fields or r["field"] not in HELD_OUT_FIELDS]
        self.domains = {}
        for n, i in enumerate(issues):
            self.domains.setdefault(i["domain"], []).append(n)

    def gold(self, n):
        """[(issue, stance)] of statement n; the issue may be `other`."""
        return [(self.index[p["issue"]], p["stance"]) for p in self.read.rows[n]["positions"]]

    def goal(self, n):
        """Weights of issues for statement n: its own, and less those that are acceptable too."""
        w = {}
        for p in self.read.rows[n]["positions"]:
            w[self.index[p["issue"]]] = 1.0
            for k in p.get("also") or []:
                w.setdefault(self.index[k], 0.25)
        return w or {len(self.issues): 1.0}

    def act(self, n):
        p = self.read.rows[n]["positions"]
        return inputs.ACTS.index(p[0]["act"]) if p else -1

    def pairs(self, kind, n, random, likely):
        """[(proposition ids, class)] to read together with one statement; `likely`: issues it may be taken for."""
        other, found = len(self.issues), []
        if kind == "field":
            r = self.fields.rows[n]
            i = self.field_index[r["proposition"]]
            deny = flip(r["proposition"]) is not None and random.random() < 0.25
            stance = -r["stance"] if deny and r["stance"] is not None else r["stance"]
            found.append(((self.field_denials if deny else self.field_ids)[i], CLASS[stance]))
            if r["stance"] is not None and random.random() < 0.3:
                some = [k for k, p in enumerate(self.field_props) if p[2] == r["field"] and k != i]
                if some:
                    found.append((self.field_ids[some[random.integers(len(some))]], 3))
            return found
        gold = [g for g in self.gold(n) if g[0] != other]
        if gold:
            i, s = gold[random.integers(len(gold))]
            v = random.choice(len(self.props[i]), p=self.weights[i])
            found.append((self.props[i][v], CLASS[s * self.wordings[i][v][1]]))
        if not gold or random.random() < 0.35:
            known = set(self.goal(n))
            near = [i for i in likely if i not in known and i != other]
            if not near or random.random() < 0.3:
                near = [i for i in range(other) if i not in known]
            i = near[random.integers(len(near))]
            found.append((self.props[i][0 if random.random() < 0.6 else random.integers(len(self.props[i]))], 3))
        return found


def optimiser(model, rate, heads):
    """AdamW; heads learn fastest, the lower half slowest. `step(share)` follows the share of the training that is done:
    warm-up over the first 4 %, then linear decay."""
    groups = {"lower": [], "up": [], "head": []}
    for n, p in model.named_parameters():
        if p.requires_grad:
            groups["lower" if n.startswith("lower.") else "up" if ".up." in n else "head"].append(p)
    rates = {"lower": rate * 0.6, "up": rate, "head": rate * heads}
    opt = torch.optim.AdamW([{"params": p, "lr": 0.0, "full": rates[k]} for k, p in groups.items()], weight_decay=0.02)

    def step(share):
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in opt.param_groups:
            group["lr"] = group["full"] * min(share / 0.04, 1.0) * max(0.02, 1 - share)
        opt.step()
        opt.zero_grad(set_to_none=False)
    return step


def part_loss(model, m, batch, random, share, with_pairs):
    """Loss of one part of a batch, already scaled by its share; backward is called. -> numbers for the log."""
    reader, other = model.reader, len(m.issues)
    items, goals, acts, sides, counts, weight = [], [], [], [], [], []
    own, pair_rows = [], []
    for j, (kind, n) in enumerate(batch):
        act, side, count = -1, None, -1.0
        if kind == "statement":
            item, goal, act = m.read.worn(n, random), m.goal(n), m.act(n)
            gold = [g for g in m.gold(n) if g[0] != other]
            side = gold[random.integers(len(gold))] if gold else None
            own.append(("issue", gold[random.integers(len(gold))][0]) if gold else None)
            count = m.read.rows[n].get("counts", 1.0)
            if count == 0.0:
                goal, side, act, own[-1] = {}, None, -1, None
        elif kind == "field":
            item, goal = m.fields.worn(n, random), {}
            own.append(("field", m.field_index[m.fields.rows[n]["proposition"]]) if m.fields.rows[n]["stance"] is not None else None)
        elif kind == "words":
            item, goal = marked(m.words[n][0], inputs.EVIDENCE), {m.words[n][1]: 1.0}
            own.append(("issue", m.words[n][1]))
        else:
            item, goal = marked(m.props[n[0]][n[1]], inputs.EVIDENCE), {n[0]: 1.0}
            side, _ = (n[0], m.wordings[n[0]][n[1]][1]), own.append(("issue", n[0]))
        items.append(item), goals.append(goal), acts.append(act), sides.append(side), counts.append(count)
        weight.append(1.0 if kind == "statement" else 0.3)
    unique = sorted({o for o in own if o})
    with torch.autocast("cpu", dtype=torch.bfloat16):
        ids, marks = pad(items)
        states = model.lower(ids)
        issue, act, left, polar, count = reader(states, marks)
        likely = issue.detach().float().topk(4, -1).indices.tolist()
        for j, (kind, n) in enumerate(batch):
            if with_pairs and kind in ("statement", "field") and counts[j] != 0.0:
                pair_rows += [(j, p, c) for p, c in m.pairs(kind, n, random, likely[j])]
        near = [m.field_ids[n] if k == "field" else m.props[n][random.choice(len(m.props[n]), p=m.weights[n])] for k, n in unique]
        asked = near + [p for _, p, _ in pair_rows]
        pids, pmarks = pad([marked(p, inputs.PROPOSITION) for p in asked])
        pstates = model.lower(pids)
        right = reader.proposition(pstates[:len(near)], pmarks[:len(near)]) if near else None
        stance = None
        if pair_rows:
            joined, jm = [], []
            for k, (j, p, _) in enumerate(pair_rows):
                a, b = len(items[j][1]), len(p)
                joined.append(torch.cat([states[j, :a], pstates[len(near) + k, 1:b]]))
                jm.append(np.concatenate([items[j][1], [inputs.PROPOSITION] * (b - 2), [inputs.EDGE]]))
            n = max(len(x) for x in jm)
            x = torch.stack([F.pad(s, (0, 0, 0, n - len(s))) for s in joined])
            k = torch.full((len(jm), n), -1)
            for i, v in enumerate(jm):
                k[i, :len(v)] = torch.as_tensor(v)
            stance = model.pair(x, k)
    zero = issue.float().sum() * 0
    has = torch.tensor([bool(g) for g in goals])
    goal = torch.full((len(batch), other + 1), 0.1 / (other + 1))
    for j, g in enumerate(goals):
        for i, v in g.items():
            goal[j, i] += 0.9 * v / sum(g.values())
    losses = [(-(goal * issue.float().log_softmax(-1)).sum(-1) * torch.tensor(weight))[has].sum() / max(1, int(has.sum())) if has.any() else zero]
    acts = torch.tensor(acts)
    losses.append(F.cross_entropy(act.float(), acts, ignore_index=-1, label_smoothing=0.1) if (acts >= 0).any() else zero)
    column = torch.tensor([unique.index(o) if o else -1 for o in own])
    losses.append(F.cross_entropy(left.float() @ right.float().T * 16, column, ignore_index=-1) if near else zero)
    at = [j for j, s in enumerate(sides) if s]
    losses.append(F.cross_entropy(polar.float()[at, [sides[j][0] for j in at]], torch.tensor([CLASS[sides[j][1]] for j in at]), label_smoothing=0.05) if at else zero)
    losses.append(F.cross_entropy(stance.float(), torch.tensor([c for *_, c in pair_rows]), label_smoothing=0.05) if pair_rows else zero)
    told = torch.tensor(counts)
    losses.append(F.binary_cross_entropy_with_logits(count.float()[told >= 0], told[told >= 0]) if (told >= 0).any() else zero)
    (share * (0.8 * losses[0] + 0.5 * losses[1] + 0.3 * losses[2] + losses[3] + losses[4] + 0.3 * losses[5])).backward()
    return [float(v.detach()) for v in losses]


def train(model, material, epochs, rate, seed, size=32, parts=2, average=0.985, with_pairs=True, say=print, after=None):
    """Trains in place; the moving average of the weights is what remains.

    `material` is what it reads, or a function that is asked for it at the start of each epoch; `after(model, m, epoch)` is called at its end."""
    torch.set_num_threads(1)
    random = np.random.default_rng(seed)
    step, mean = optimiser(model, rate, 4), copy.deepcopy(model).requires_grad_(False)
    pool, done = concurrent.futures.ThreadPoolExecutor(parts), 0
    for epoch in range(epochs):
        m = material() if callable(material) else material
        items = [("statement", n) for n in range(len(m.read.rows))] + [("field", n) for n in m.train_fields]
        items += [("words", n) for n in range(len(m.words))] + [("wording", (k, v)) for k, w in enumerate(m.wordings) for v in range(len(w))]
        lengths = [len({"statement": m.read.ids, "field": m.fields.ids}[k][n]) if k in ("statement", "field") else
                   len(m.words[n][0] if k == "words" else m.props[n[0]][n[1]]) for k, n in items]
        model.train()
        began, total, count = time.time(), np.zeros(6), 0
        order = batches(lengths, size, random)
        for rows in order:
            batch = [items[i] for i in rows]
            split = [batch[k::parts] for k in range(parts) if batch[k::parts]]
            seeds = [np.random.default_rng(random.integers(1 << 60)) for _ in split]
            found = list(pool.map(lambda x: part_loss(model, m, x[0], x[1], len(x[0]) / len(batch), with_pairs), zip(split, seeds)))
            step((epoch + count / len(order)) / epochs + 1e-4)
            done += 1
            keep = min(average, (1 + done) / (10 + done))
            with torch.no_grad():
                for a, b in zip(mean.parameters(), model.parameters()):
                    if b.requires_grad:
                        a.lerp_(b, 1 - keep)
            total, count = total + np.mean(found, 0), count + 1
            if count % 50 == 0:
                say(f"  {count}/{len(order)}: " + " ".join(f"{v / count:.3f}" for v in total) + f", {time.time() - began:.0f} s", flush=True)
        say(f"epoch {epoch + 1}/{epochs}: issue {total[0] / count:.3f} act {total[1] / count:.3f} likeness {total[2] / count:.3f} "
            f"stance {total[3] / count:.3f} pair {total[4] / count:.3f} counts {total[5] / count:.3f}, {time.time() - began:.0f} s", flush=True)
        if after:
            after(mean.eval(), m, epoch)
    model.load_state_dict(mean.state_dict())


def train_pair(model, m, epochs, rate, seed, size=32, parts=2, statements=1.0, say=print):
    """Trains the reader of statement and proposition alone, on a lower half that stays as it is.

    `statements`: share of the statements that is read in each epoch; pairs of other fields are all read."""
    torch.set_num_threads(1)
    random = np.random.default_rng(seed)
    opt = torch.optim.AdamW(model.pair.parameters(), lr=rate, weight_decay=0.02)
    pool = concurrent.futures.ThreadPoolExecutor(parts)
    everything = list(range(len(m.issues)))
    model.eval(), model.pair.train()

    def loss(rows):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            with torch.no_grad():
                states = model.lower(pad([(ids, marks) for ids, marks, _, _ in rows])[0])
                props = model.lower(pad([marked(p, inputs.PROPOSITION) for _, _, p, _ in rows])[0])
            x = [torch.cat([states[j, :len(k)], props[j, 1:len(p)]]) for j, (_, k, p, _) in enumerate(rows)]
            marks = [np.concatenate([k, [inputs.PROPOSITION] * (len(p) - 2), [inputs.EDGE]]) for _, k, p, _ in rows]
            n = max(map(len, marks))
            padded = torch.full((len(rows), n), -1)
            for j, k in enumerate(marks):
                padded[j, :len(k)] = torch.as_tensor(k)
            found = model.pair(torch.stack([F.pad(s, (0, 0, 0, n - len(s))) for s in x]), padded)
        value = F.cross_entropy(found.float(), torch.tensor([c for *_, c in rows]), label_smoothing=0.05)
        (value / parts).backward()
        return float(value.detach())

    for epoch in range(epochs):
        found = []
        for n in range(len(m.read.rows)):
            if m.read.rows[n].get("counts", 1.0) and random.random() < statements:
                found += [(*m.read.worn(n, random), p, c) for p, c in m.pairs("statement", n, random, everything)]
        for n in m.train_fields:
            found += [(*m.fields.worn(n, random), p, c) for p, c in m.pairs("field", n, random, everything)]
        order = batches([len(f[0]) + len(f[2]) for f in found], size, random)
        began, total = time.time(), []
        for k, rows in enumerate(order):
            share = (epoch + k / len(order)) / epochs
            opt.param_groups[0]["lr"] = rate * min(share / 0.04 + 0.02, 1.0) * max(0.02, 1 - share)
            total += list(pool.map(loss, [[found[i] for i in rows[j::parts]] for j in range(parts) if rows[j::parts]]))
            torch.nn.utils.clip_grad_norm_(model.pair.parameters(), 1.0)
            opt.step()
            opt.zero_grad(set_to_none=False)
        say(f"pair epoch {epoch + 1}/{epochs}: {np.mean(total):.3f}, {time.time() - began:.0f} s", flush=True)
    model.eval()
