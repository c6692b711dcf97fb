"""Training of the two networks on states of the frozen lower half."""
import time

import numpy as np
import torch
import torch.nn.functional as F

import inputs
from data import HELD_OUT_FIELDS, batches, flip, marked, pad, states, subject_words, wordings

OTHER = -1
CLASS = {1: 0, -1: 1, 0: 2, None: 3}


def held(n, fold):
    """Whether statement n is held out; every fifth is, none where fold is negative."""
    return fold >= 0 and n % 5 == fold


class Material:
    """Everything the two trainings read, as states of the lower half."""

    def __init__(self, issues, read, read_fields, tokenizer, lower, fold):
        self.issues, self.read, self.fields, self.fold = issues, read, read_fields, fold
        self.index = {i["id"]: n for n, i in enumerate(issues)}
        self.wordings = wordings(issues)

        def text(words, mark):
            return inputs.text(tokenizer, words, mark)[0]

        def coded(texts):
            return states(lower, [text(t, 0) for t in texts])
        self.props = [coded([t for t, _, _ in w]) for w in self.wordings]
        self.weights = [np.array([x for _, _, x in w]) / sum(x for _, _, x in w) for w in self.wordings]
        self.words = subject_words(issues)
        self.word_states = coded([w for w, _ in self.words])
        rows = read_fields.rows
        self.field_props = sorted({(r["proposition"], r["label"], r["field"]) for r in rows})
        self.field_index = {p[0]: n for n, p in enumerate(self.field_props)}
        self.field_states = coded([f"{label}: {p}" for p, label, _ in self.field_props])
        self.field_denials = coded([f"{label}: {flip(p) or p}" for p, label, _ in self.field_props])
        self.train_rows = [n for n in range(len(read.rows)) if not held(n, fold)]
        self.train_fields = [n for n, r in enumerate(rows) if not (fold >= 0 and r["field"] in HELD_OUT_FIELDS)]

    def gold(self, n):
        """[(issue, stance)] of statement n."""
        return [(self.index[p["issue"]], p["stance"]) for p in self.read.rows[n]["positions"]]

    def act(self, n):
        p = self.read.rows[n]["positions"]
        return inputs.ACTS.index(p[0]["act"]) if p else -1


def optimiser(model, rate, heads, steps):
    """AdamW with warm-up and linear decay; the heads learn faster than the layers."""
    up = [p for n, p in model.named_parameters() if n.startswith("up.")]
    rest = [p for n, p in model.named_parameters() if not n.startswith("up.")]
    opt = torch.optim.AdamW([{"params": up, "lr": rate}, {"params": rest, "lr": rate * heads}], weight_decay=0.02)
    plan = torch.optim.lr_scheduler.LambdaLR(opt, lambda s: min(1, s / (steps * 0.08 + 1)) * max(0.02, 1 - s / steps))

    def step(loss):
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        plan.step()
    return step


def train_reader(model, m, epochs, rate, seed, size=32, say=print):
    """Issue, act, likeness to propositions and stance towards the known issue, from one statement."""
    random, other = np.random.default_rng(seed), model.issues - 1
    items = [("statement", n, sorted({i for i, _ in m.gold(n)}) or [other]) for n in m.train_rows]
    items += [("field", n, []) for n in m.train_fields if m.fields.rows[n]["stance"] is not None]
    items += [("words", n, [i]) for n, (_, i) in enumerate(m.words)]
    items += [("wording", (k, v), [k]) for k, w in enumerate(m.wordings) for v in range(len(w))]

    def get(kind, n):
        if kind == "statement":
            return m.read.worn(n, random)
        if kind == "field":
            return m.fields.worn(n, random)
        return marked(m.word_states[n] if kind == "words" else m.props[n[0]][n[1]], inputs.EVIDENCE)
    lengths = [len({"statement": m.read.states, "field": m.fields.states, "words": m.word_states}[k][n])
               if k != "wording" else len(m.props[n[0]][n[1]]) for k, n, _ in items]
    step = optimiser(model, rate, 6, epochs * (len(items) // size + 1))
    for epoch in range(epochs):
        model.train()
        began, total, count = time.time(), np.zeros(4), 0
        for rows in batches(lengths, size, random):
            batch = [items[i] for i in rows]
            # One proposition for each statement: the others of the batch are its negatives.
            own = [("field", m.field_index[m.fields.rows[n]["proposition"]]) if k == "field" else
                   ("issue", y[random.integers(len(y))]) for k, n, y in batch]
            own = [o if o != ("issue", other) else None for o in own]
            unique = sorted({o for o in own if o})
            if not unique:
                continue
            props = [m.field_states[n] if k == "field" else m.props[n][random.choice(len(m.props[n]), p=m.weights[n])] for k, n in unique]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                issue, act, left, polar = model(*pad([get(k, n) for k, n, _ in batch]))
                right = model.proposition(*pad([marked(p, inputs.PROPOSITION) for p in props]))
            has = torch.tensor([bool(y) for _, _, y in batch])
            weight = torch.tensor([0.3 if k in ("words", "wording") else 1.0 for k, _, _ in batch])
            goal = torch.full((len(batch), model.issues), 0.1 / model.issues)
            for j, (_, _, y) in enumerate(batch):
                for i in y:
                    goal[j, i] += 0.9 / len(y)
            losses = [(-(goal * issue.float().log_softmax(-1)).sum(-1) * weight)[has].sum() / has.sum().clamp(min=1)]
            acts = torch.tensor([m.act(n) if k == "statement" else -1 for k, n, _ in batch])
            losses.append(F.cross_entropy(act.float(), acts, ignore_index=-1, label_smoothing=0.1) if (acts >= 0).any() else act.sum() * 0)
            column = torch.tensor([unique.index(o) if o else -1 for o in own])
            losses.append(F.cross_entropy(left.float() @ right.float().T * 16, column, ignore_index=-1))
            at, issues, sides = [], [], []
            for j, (k, n, y) in enumerate(batch):
                if k == "wording":
                    at.append(j), issues.append(y[0]), sides.append(CLASS[m.wordings[n[0]][n[1]][1]])
                elif k == "statement" and m.gold(n):
                    i, s = m.gold(n)[random.integers(len(m.gold(n)))]
                    at.append(j), issues.append(i), sides.append(CLASS[s])
            losses.append(F.cross_entropy(polar.float()[at, issues], torch.tensor(sides), label_smoothing=0.05) if at else polar.sum() * 0)
            step(0.7 * losses[0] + 0.5 * losses[1] + 0.4 * losses[2] + losses[3])
            total, count = total + [float(v.detach()) for v in losses], count + 1
        say(f"reader epoch {epoch + 1}/{epochs}: issue {total[0] / count:.3f} act {total[1] / count:.3f} "
            f"likeness {total[2] / count:.3f} stance {total[3] / count:.3f}, {time.time() - began:.0f} s")


def pairs(m, random, unrelated=0.2):
    """[(source, n, proposition states, class, length)] of one epoch, with denials and unrelated issues."""
    found = []
    domains = {}
    for n, i in enumerate(m.issues):
        domains.setdefault(i["domain"], []).append(n)
    for n in m.train_rows:
        gold = {}
        for i, s in m.gold(n):
            gold.setdefault(i, []).append(s)
        for i, s in gold.items():
            v = random.choice(len(m.props[i]), p=m.weights[i])
            found.append((m.read, n, m.props[i][v], CLASS[s[random.integers(len(s))] * m.wordings[i][v][1]]))
        if random.random() < (unrelated if gold else 1):
            near = next((d for d in domains.values() if set(gold) & set(d)), range(len(m.issues)))
            some = [i for i in (near if random.random() < 0.7 else range(len(m.issues))) if i not in gold]
            i = some[random.integers(len(some))]
            found.append((m.read, n, m.props[i][0 if random.random() < 0.6 else random.integers(len(m.props[i]))], 3))
    for n in m.train_fields:
        r = m.fields.rows[n]
        i = m.field_index[r["proposition"]]
        deny = flip(r["proposition"]) is not None and random.random() < 0.25
        stance = -r["stance"] if deny and r["stance"] is not None else r["stance"]
        found.append((m.fields, n, (m.field_denials if deny else m.field_states)[i], CLASS[stance]))
        if r["stance"] is not None and random.random() < 0.25:
            some = [k for k, p in enumerate(m.field_props) if p[2] == r["field"] and k != i]
            if some:
                found.append((m.fields, n, m.field_states[some[random.integers(len(some))]], 3))
    return found


def joined(statement, proposition):
    """States and marks of a statement followed by those of a proposition without its [CLS]."""
    x, marks = statement
    return torch.cat([x, proposition[1:]]), np.concatenate([marks, [inputs.PROPOSITION] * (len(proposition) - 2), [inputs.EDGE]])


def train_pair(model, m, epochs, rate, seed, size=32, say=print):
    """Support, opposition, neutrality or no bearing, from statement and proposition together."""
    random = np.random.default_rng(seed)
    step = optimiser(model, rate, 4, epochs * (len(pairs(m, random)) // size + 1))
    for epoch in range(epochs):
        model.train()
        began, total, found = time.time(), [], pairs(m, random)
        for rows in batches([len(s.ids[n]) + len(p) for s, n, p, _ in found], size, random):
            batch = [found[i] for i in rows]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                stance, act = model(*pad([joined(s.worn(n, random), p) for s, n, p, _ in batch]))
            loss = F.cross_entropy(stance.float(), torch.tensor([c for *_, c in batch]), label_smoothing=0.05)
            acts = torch.tensor([m.act(n) if s is m.read else -1 for s, n, _, _ in batch])
            if (acts >= 0).any():
                loss = loss + 0.3 * F.cross_entropy(act.float(), acts, ignore_index=-1)
            step(loss)
            total.append(float(loss.detach()))
        say(f"pair epoch {epoch + 1}/{epochs}: loss {np.mean(total):.3f}, {time.time() - began:.0f} s")
