"""Joint training of the lower half, the reader of a statement and the reader of statement and proposition."""
import concurrent.futures
import copy
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

CLASS = {1: 0, -1: 1, 0: 2, None: 3}
# How much each loss counts.
SHARES = {"issue": 0.8, "act": 0.5, "likeness": 0.3, "stance": 1.0, "pair": 1.0, "counts": 0.3, "when": 0.4}


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


def read_pairs(pair, states, marks, pstates, pmarks):
    """Logits [b, 4] of statements beside propositions, whose [CLS] is left out; padding may stand between the two."""
    return pair(torch.cat([states, pstates[:, 1:]], 1), torch.cat([marks, pmarks[:, 1:]], 1))


@torch.no_grad()
def follow(mean, model, done, average):
    """Lets the moving average `mean` follow `model` after `done` steps; it forgets the first steps fast."""
    moving = [(a, b) for a, b in zip(mean.parameters(), model.parameters()) if b.requires_grad]
    torch._foreach_lerp_([a for a, _ in moving], [b for _, b in moving], 1 - min(average, (1 + done) / (10 + done)))


def loss_of(model, m, batch, random):
    """Loss of a batch [(kind, n)] and its parts in the order of SHARES."""
    device, other = model.lower.word.device, len(m.issues)
    items, goals, acts, sides, counts, whens, weights, own, pairs = [], [], [], [], [], [], [], [], []
    for j, (kind, n) in enumerate(batch):
        goal, act, side, count, when, weight, near = {}, -1, None, -1.0, -1, 0.3, None
        if kind in (0, 1):
            row, weight = m.reads[kind].rows[n], 1.0
            item, count = m.reads[kind].worn(n, random), row.get("counts", 1.0)
            if count:
                told = [g for g in m.gold(row) if g[0] != other]
                goal, when = m.goal(row), row.get("when", -1)
                act = inputs.ACTS.index(row["positions"][0]["act"]) if row["positions"] else -1
                side = told[random.integers(len(told))] if told else None
                near = ("issue", told[random.integers(len(told))][0]) if told else None
                pairs += [(j, p, c) for p, c in m.pairs(row, random)]
        elif kind == "field":
            row, item = m.fields.rows[n], m.fields.worn(n, random)
            near = ("field", m.field_index[row["proposition"]]) if row["stance"] is not None else None
            pairs += [(j, p, c) for p, c in m.field_pairs(row, random)]
        elif kind == "words":
            item, goal, near = marked(m.words[n][0], inputs.EVIDENCE), {m.words[n][1]: 1.0}, ("issue", m.words[n][1])
        else:
            i, v = n
            item, goal, near = marked(m.props[i][v], inputs.EVIDENCE), {i: 1.0}, ("issue", i)
            side = (i, m.wordings[i][v][1])
        for told, value in ((items, item), (goals, goal), (acts, act), (sides, side), (counts, count), (whens, when),
                            (weights, weight), (own, near)):
            told.append(value)
    unique = sorted({o for o in own if o}) or [("issue", 0)]
    pairs = pairs or [(0, m.props[0][0], 3)]
    near = [m.field_ids[n] if k == "field" else m.props[n][random.choice(len(m.props[n]), p=m.weights[n])] for k, n in unique]
    ids, marks = (x.to(device) for x in pad(items))
    pids, pmarks = (x.to(device) for x in pad([marked(p, inputs.PROPOSITION) for p in near + [p for _, p, _ in pairs]]))
    with half(device.type):
        states, pstates, k = model.lower(ids), model.lower(pids), len(near)
        issue, act, left, polar, count, when = model.reader(states, marks)
        right = model.reader.proposition(pstates[:k], pmarks[:k])
        j = torch.tensor([x for x, _, _ in pairs], device=device)
        stance = read_pairs(model.pair, states[j], marks[j], pstates[k:], pmarks[k:])
    issue, act, left, polar, count, when, right, stance = (x.float() for x in (issue, act, left, polar, count, when, right, stance))

    def numbers(values, kind=torch.long):
        return torch.tensor(values, dtype=kind, device=device)

    def cross(logits, goal, told):
        """Mean over the rows that are told; told: weights [b]."""
        return (-(goal * logits.log_softmax(-1)).sum(-1) * told).sum() / (told > 0).sum().clamp(min=1)

    def hot(values, count, smooth):
        return F.one_hot(numbers([max(0, v) for v in values]), count).float() * (1 - smooth) + smooth / count

    goal = torch.full((len(batch), other + 1), 0.1 / (other + 1))
    for x, g in enumerate(goals):
        for i, v in g.items():
            goal[x, i] += 0.9 * v / sum(g.values())
    told = numbers([w if g else 0.0 for w, g in zip(weights, goals)], torch.float)
    losses = [cross(issue, goal.to(device), told)]
    losses.append(cross(act, hot(acts, 8, 0.1), numbers([a >= 0 for a in acts], torch.float)))
    column = numbers([unique.index(o) if o else -1 for o in own])
    losses.append(F.cross_entropy(left @ right.T * 16, column, ignore_index=-1))
    sided = [x for x, s in enumerate(sides) if s]
    col, x = numbers([sides[x][0] for x in sided]), numbers(sided)
    goal = hot([CLASS[sides[x][1]] for x in sided], 3, 0.05)
    losses.append(cross(polar[x, col], goal, torch.ones(len(sided), device=device)) if sided else issue.sum() * 0)
    losses.append(F.cross_entropy(stance, numbers([c for *_, c in pairs]), label_smoothing=0.05))
    told = numbers(counts, torch.float)
    heard = told >= 0
    losses.append(F.binary_cross_entropy_with_logits(count[heard], told[heard]) if heard.any() else count.sum() * 0)
    losses.append(cross(when, hot(whens, 4, 0.05), numbers([w >= 0 for w in whens], torch.float)))
    return sum(s * v for s, v in zip(SHARES.values(), losses)), torch.stack([v.detach() for v in losses])


def optimiser(model, rate):
    """AdamW; heads learn fastest, the lower half slowest. `step(done)` follows the share of the training that is done:
    warm-up over the first 5 %, then linear decay."""
    groups = {"lower": [], "up": [], "head": []}
    for n, p in model.named_parameters():
        if p.requires_grad:
            groups["lower" if n.startswith("lower.") else "up" if ".up." in n else "head"].append(p)
    rates = {"lower": rate * 0.6, "up": rate, "head": rate * 4}
    opt = torch.optim.AdamW([{"params": p, "lr": 0.0, "full": rates[k]} for k, p in groups.items()], weight_decay=0.02)

    def step(done):
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in opt.param_groups:
            group["lr"] = group["full"] * min(done / 0.05 + 0.002, 1.0) * max(0.01, 1 - done)
        opt.step()
        opt.zero_grad(set_to_none=True)
    return step


def train(model, m, epochs, rate, seed, minutes=None, size=256, average=0.998, say=print):
    """Trains in place, on a GPU where there is one; the moving average of the weights is what remains.

    `minutes` ends the training by the clock instead of after `epochs`."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    model.to(device).train()
    step, mean = optimiser(model, rate), copy.deepcopy(model).requires_grad_(False)
    began, done, epoch, part = time.time(), 0, 0, 0.0
    while part < 1:
        items = [(0, n) for n in range(len(m.reads[0].rows))] + [(1, n) for n in range(len(m.reads[1].rows)) if random.random() < 0.5]
        items += [("field", n) for n in m.train_fields] + [("words", n) for n in range(len(m.words))]
        items += [("wording", (k, v)) for k, w in enumerate(m.wordings) for v in range(len(w))]

        def length(kind, n):
            ids = (m.reads[kind].ids[n] if kind in (0, 1) else m.fields.ids[n] if kind == "field" else
                   m.words[n][0] if kind == "words" else m.props[n[0]][n[1]])
            return len(ids)
        order = batches([length(*i) for i in items], size, random, chunk=40 * size)
        total = []
        for k, rows in enumerate(order):
            part = (time.time() - began) / 60 / minutes if minutes else (epoch + k / len(order)) / epochs
            if part >= 1:
                break
            loss, parts = loss_of(model, m, [items[i] for i in rows], random)
            loss.backward()
            step(part)
            done += 1
            follow(mean, model, done, average)
            total.append(parts.cpu().numpy())
        epoch += 1
        part = part if minutes else epoch / epochs
        # The clock may end an epoch before its first step.
        if total:
            losses = " ".join(f"{n} {v:.3f}" for n, v in zip(SHARES, np.mean(total, 0)))
            say(f"epoch {epoch}: {losses}, {time.time() - began:.0f} s", flush=True)
    model.load_state_dict(mean.state_dict())
    model.cpu().eval()


def train_pair(model, m, passes, rate, seed, statements=2300, size=32, parts=2, say=print):
    """Trains the reader of statement and proposition on, on a lower half that stays as it is: the other fields, which are few
    beside the statements, are read whole in each pass, with so many statements drawn anew."""
    torch.set_num_threads(1)
    random = np.random.default_rng(seed)
    opt = torch.optim.AdamW(model.pair.parameters(), lr=rate, weight_decay=0.02)
    mean = copy.deepcopy(model.pair).requires_grad_(False)
    pool = concurrent.futures.ThreadPoolExecutor(parts)
    model.eval(), model.pair.train()

    def loss(rows):
        with half("cpu"):
            ids, marks = pad([(ids, marks) for ids, marks, _, _ in rows])
            pids, pmarks = pad([marked(p, inputs.PROPOSITION) for _, _, p, _ in rows])
            with torch.no_grad():
                states, pstates = model.lower(ids), model.lower(pids)
            found = read_pairs(model.pair, states, marks, pstates, pmarks)
        value = F.cross_entropy(found.float(), torch.tensor([c for *_, c in rows]), label_smoothing=0.05)
        (value / parts).backward()
        return float(value.detach())

    everything = [(read, n) for read in m.reads for n in range(len(read.rows)) if read.rows[n].get("counts", 1.0)]
    done = 0
    for at in range(passes):
        found = [(*m.fields.worn(n, random), p, c) for n in m.train_fields for p, c in m.field_pairs(m.fields.rows[n], random)]
        for k in random.choice(len(everything), min(statements, len(everything)), replace=False):
            read, n = everything[k]
            found += [(*read.worn(n, random), p, c) for p, c in m.pairs(read.rows[n], random)]
        order, began, total = batches([len(f[0]) + len(f[2]) for f in found], size, random), time.time(), []
        for k, rows in enumerate(order):
            share = (at + k / len(order)) / passes
            opt.param_groups[0]["lr"] = rate * min(share / 0.05 + 0.02, 1.0) * max(0.02, 1 - share)
            total += list(pool.map(loss, [[found[i] for i in rows[j::parts]] for j in range(parts) if rows[j::parts]]))
            torch.nn.utils.clip_grad_norm_(model.pair.parameters(), 1.0)
            opt.step()
            opt.zero_grad(set_to_none=False)
            done += 1
            follow(mean, model.pair, done, 0.98)
        say(f"pairs {at + 1}/{passes}: {np.mean(total):.3f}, {time.time() - began:.0f} s", flush=True)
    model.pair.load_state_dict(mean.state_dict())
    model.eval()
