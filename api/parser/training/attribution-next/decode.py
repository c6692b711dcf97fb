"""From the network's scores to attributions. DECODING.md describes the same steps in words.

A `run` function maps ids and shape, int64 [windows, length], to tag scores [windows, length, 7] and
pointer scores [windows, length, length]; PyTorch and ONNX Runtime backends are at the end.
"""
import bisect
import math

import numpy as np

import features
from data import CLS, INNER, SEP, WINDOW
from network import BEGIN, NEVER, TAGS

NAME = {tag: name for name, tag in BEGIN.items()}
HALF = INNER // 2
DEFAULT = {"outside": 0.0, "blend": True, "source_line": 4.0, "cue_line": 2.0, "quote": 4.0, "words": 5, "least": 0.0,
           "lone": False, "confidence": None}


def window_starts(n):
    return list(range(0, n - INNER + HALF, HALF)) if n > INNER else [0]


def lay_out(ids, shape):
    """ids and shape, int64 [windows, length], and [(start, size)]; tokens of window r stand at 1 + i - start."""
    starts = window_starts(len(ids))
    width = WINDOW if len(ids) > INNER else len(ids) + 2
    x = np.zeros((2, len(starts), width), np.int64)
    spots = []
    for row, s in enumerate(starts):
        part = ids[s:s + INNER]
        x[0, row, 0], x[0, row, 1:len(part) + 1], x[0, row, len(part) + 1] = CLS, part, SEP
        x[1, row, 1:len(part) + 1] = shape[s:s + INNER]
        spots.append((s, len(part)))
    return x[0], x[1], spots


def depth_of(i, s, size, n):
    """How far token i stands from the edge of the window; an edge of the text is none."""
    left = i - s if s else 10 ** 6
    right = s + size - 1 - i if s + size < n else 10 ** 6
    return min(left, right)


def join_windows(tags, spots, n, blend):
    """Scores per token [n, 7] and for each token the window in which it stands deepest.

    With `blend` the scores are the mean of the windows' scores, each weighted by its depth plus one, at most 64;
    without, those of the deepest window.
    """
    total, weight = np.zeros((n, TAGS)), np.zeros(n)
    best, depth = [0] * n, [-1] * n
    for row, (s, size) in enumerate(spots):
        for i in range(s, s + size):
            d = depth_of(i, s, size, n)
            w = float(min(d + 1, 64))
            if not blend:
                if d > depth[i]:
                    total[i], weight[i] = 0, 0
                else:
                    w = 0.0
            total[i] += w * tags[row, 1 + i - s]
            weight[i] += w
            if d > depth[i]:
                best[i], depth[i] = row, d
    return total / weight[:, None], best


def quote_scores(text, offsets, much, words):
    """[n, 7] to add to the scores: a closed quotation of `words` words or more is content and is not cut inside.

    In its stretch, marks included, every tag but the content tags costs `much`, and so does a content that
    begins anywhere but at the first token.
    """
    add = np.zeros((len(offsets), TAGS))
    starts = [s for s, _ in offsets]
    for start, end, closed in features.quotations(text):
        if not closed or len(text[start:end].split()) < words:
            continue
        # A straight mark closed by a curly one is two quotations of which one is broken.
        if (text[start] == features.STRAIGHT) != (text[end - 1] == features.STRAIGHT):
            continue
        i, j = bisect.bisect_left(starts, start), bisect.bisect_left(starts, end)
        add[i:j, :5] -= much
        add[i + 1:j, 5] -= much
    return add


def viterbi(emit, step, start):
    """Best tags for scores [n, 7] under transitions [7, 7] and scores of the first tag [7]."""
    score, back = emit[0] + start, []
    for row in emit[1:]:
        path = score[:, None] + step
        best = path.argmax(0)
        back.append(best)
        score = path[best, range(TAGS)] + row
    found = [int(score.argmax())]
    for best in reversed(back):
        found.append(int(best[found[-1]]))
    return found[::-1]


def posterior(emit, step, start):
    """Probability of each tag of each token [n, 7] by forward-backward."""
    n = len(emit)
    e = np.exp(emit - emit.max(1, keepdims=True))
    move = np.exp(step)
    ahead, behind = np.empty((n, TAGS)), np.ones((n, TAGS))
    a = np.exp(start) * e[0]
    for t in range(n):
        if t:
            a = (a @ move) * e[t]
        a = a / a.sum()
        ahead[t] = a
    for t in range(n - 2, -1, -1):
        b = move @ (e[t + 1] * behind[t + 1])
        behind[t] = b / b.sum()
    p = ahead * behind
    return p / p.sum(1, keepdims=True)


def softmax(x):
    e = np.exp(np.asarray(x) - np.max(x))
    return e / e.sum()


class Decoder:
    def __init__(self, tokenizer, run, crf, options=None):
        """crf: {"step": [7, 7], "start": [7]}; transitions that are not allowed carry -10000."""
        self.tokenizer, self.run = tokenizer, run
        self.options = {**DEFAULT, **(options or {})}
        self.step, self.start = np.array(crf["step"], float), np.array(crf["start"], float)
        # A text begins with no span open.
        self.start[[2, 4, 6]] = NEVER

    def forward(self, text):
        """What the rest is computed from; kept apart so that options can be tried without the network."""
        enc = self.tokenizer.encode(text, add_special_tokens=False)
        if not enc.ids:
            return None
        ids, shape, spots = lay_out(enc.ids, features.shape_codes(text, enc.offsets))
        tags, pointer = self.run(ids, shape)
        return {"offsets": enc.offsets, "tags": tags, "pointer": pointer, "spots": spots}

    def attributions(self, text, forward=None):
        """[{"source", "cue", "content": [[start, end], ...], "confidence"}], in the order of the cues."""
        f = forward or self.forward(text)
        if f is None:
            return []
        o = self.options
        offsets, pointer, spots = f["offsets"], f["pointer"], f["spots"]
        n = len(offsets)
        emit, best = join_windows(f["tags"], spots, n, o["blend"])
        emit = emit.copy()
        emit[:, 0] -= o["outside"]
        if o["quote"]:
            emit += quote_scores(text, offsets, o["quote"], o["words"])
        path = viterbi(emit, self.step, self.start)
        prob = posterior(emit, self.step, self.start)
        spans = {name: [] for name in BEGIN}
        i = 0
        while i < n:
            j = i + 1
            if path[i] in NAME:
                while j < n and path[j] == path[i] + 1:
                    j += 1
                spans[NAME[path[i]]].append((i, j))
            i = j

        # A source stands in the line of its cue but for one in two thousand, a content's cue nearly as often.
        line = np.cumsum([text.count("\n", offsets[i - 1][0] if i else 0, offsets[i][0]) for i in range(n)])

        def row(i, j):
            """Pointer score from token i to token j, or to nothing with j None."""
            s, size = spots[best[i]]
            if j is None:
                return float(pointer[best[i], 1 + i - s, 0])
            return float(pointer[best[i], 1 + i - s, 1 + j - s]) if s <= j < s + size else None

        def chosen(i, candidates, nothing):
            """Best candidate (or None) for the span at token i and the softmax probability of it."""
            scored = [(row(i, c[0]), c) for c in candidates]
            away = o["source_line"] if nothing else o["cue_line"]
            scored = [(x - away * (line[i] != line[c[0]]), c) for x, c in scored if x is not None]
            if nothing:
                scored.append((row(i, None), None))
            if not scored:
                return None, 0.0
            p = softmax([x for x, _ in scored])
            k = int(np.argmax(p))
            return scored[k][1], float(p[k])

        def sure(i, j):
            """Mean log-probability of the tags of tokens i to j."""
            return float(np.mean([math.log(max(prob[t, path[t]], 1e-6)) for t in range(i, j)]))

        owned, alone = {}, []
        for span in spans["content"]:
            cue, p = chosen(span[0], spans["cue"], False)
            if cue:
                owned.setdefault(cue, []).append((span, p))
            elif o["lone"]:
                alone.append(span)
        chars = lambda i, j: [offsets[i][0], offsets[j - 1][1]]
        found = []
        for cue in spans["cue"]:
            if cue not in owned:
                continue
            source, p = chosen(cue[0], spans["source"], True)
            contents = [s for s, _ in owned[cue]]
            a = {"source": [chars(*source)] if source else [], "cue": [chars(*cue)],
                 "content": [chars(*s) for s in contents]}
            a["signs"] = [min(sure(*s) for s in contents), sure(*cue), sure(*source) if source else 0.0,
                          math.log(max(p, 1e-6)), math.log(max(min(q for _, q in owned[cue]), 1e-6)),
                          1.0 if source else 0.0, math.log(sum(j - i for i, j in contents)),
                          min(float(math.log(max(prob[s[0], 5], 1e-6))) for s in contents)]
            found.append(a)
        for span in alone:
            found.append({"source": [], "cue": [], "content": [chars(*span)],
                          "signs": [sure(*span), -3.0, 0.0, -3.0, -3.0, 0.0, math.log(span[1] - span[0]),
                                    float(math.log(max(prob[span[0], 5], 1e-6)))]})
        if o["confidence"]:
            c = o["confidence"]
            for a in found:
                z = c["bias"] + sum(w * x for w, x in zip(c["weights"], a["signs"]))
                a["confidence"] = 1 / (1 + math.exp(-z))
            found = [a for a in found if a["confidence"] >= o["least"]]
        return found


def torch_run(p, batch=8):
    """Backend on parameters of network.py, float32."""
    import torch

    import network

    def run(ids, shape):
        out = []
        with torch.no_grad():
            for b in range(0, len(ids), batch):
                out.append(network.scores(p, torch.from_numpy(ids[b:b + batch]), torch.from_numpy(shape[b:b + batch])))
        return np.concatenate([t.numpy() for t, _ in out]), np.concatenate([s.numpy() for _, s in out])

    return run


def onnx_run(path, batch=8, threads=2):
    """Backend on an ONNX file."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def run(ids, shape):
        out = [session.run(["tags", "pointer"], {"ids": ids[b:b + batch], "shape": shape[b:b + batch]})
               for b in range(0, len(ids), batch)]
        return np.concatenate([t for t, _ in out]), np.concatenate([s for _, s in out])

    return run
