"""From the network's scores to attributions. DECODING.md describes the same steps in words.

A `run` function maps ids and shape, int64 [1, length], to tag scores [1, length, 7] and pointer scores
[1, length, length]; PyTorch and ONNX Runtime backends are at the end.
"""
import bisect
import math

import numpy as np

import features
from data import CLS, INNER, SEP
from network import BEGIN, NEVER, TAGS

NAME = {tag: name for name, tag in BEGIN.items()}
SHARED = 32            # least number of tokens that two neighbouring windows share
LEAST_STEP = INNER // 4
DEEP = 16              # what windows say of a token counts by its depth in each, up to this one
DEFAULT = {"outside": 0.0, "source_line": 4.0, "cue_line": 2.0, "quote": 4.0, "words": 5, "least": 0.0,
           "confidence": None}


def heads(text, offsets):
    """For each token whether a line begins with it."""
    return [i > 0 and "\n" in text[offsets[i - 1][1]:offsets[i][0]] for i in range(len(offsets))]


def windows(head):
    """[(start, size)]: each as long as it may be, all but the first from the head of a line where there is one.

    A window that begins with a line reads no sentence without its head, so that little overlap does: on
    the hold-out and on dev it was within 0.6 points of windows that overlap by half, with 0.7 of the tokens.
    """
    n, start, found = len(head), 0, []
    while start < n:
        end = min(n, start + INNER)
        found.append((start, end - start))
        if end == n:
            break
        last = end - SHARED
        start = next((i for i in range(last, start + LEAST_STEP - 1, -1) if head[i]), last)
    return found


def depth_of(i, s, size, n):
    """How far token i stands from the edge of the window; an edge of the text is none."""
    left = i - s if s else 10 ** 6
    right = s + size - 1 - i if s + size < n else 10 ** 6
    return min(left, right)


def weight_of(i, s, size, n):
    return float(min(depth_of(i, s, size, n) + 1, DEEP))


def join_windows(tags, spots, n):
    """Scores per token [n, 7]: the mean of the windows' scores, each weighted by the token's depth in it."""
    total, weight = np.zeros((n, TAGS)), np.zeros(n)
    for row, (s, size) in zip(tags, spots):
        for i in range(s, s + size):
            w = weight_of(i, s, size, n)
            total[i] += w * row[1 + i - s]
            weight[i] += w
    return total / weight[:, None]


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
        ids, shape = np.array(enc.ids, np.int64), np.array(features.shape_codes(text, enc.offsets), np.int64)
        spots = windows(heads(text, enc.offsets))
        # Each window by itself and without padding: an 8-bit step is shared by all that is run at once.
        rows = [self.run(np.concatenate([[CLS], ids[s:s + size], [SEP]])[None],
                         np.concatenate([[0], shape[s:s + size], [0]])[None]) for s, size in spots]
        return {"offsets": enc.offsets, "tags": [t[0] for t, _ in rows], "pointer": [p[0] for _, p in rows],
                "spots": spots}

    def attributions(self, text, forward=None):
        """[{"source", "cue", "content": [[start, end], ...], "confidence"}], in the order of the cues, then those without."""
        f = forward or self.forward(text)
        if f is None:
            return []
        o = self.options
        offsets, pointer, spots = f["offsets"], f["pointer"], f["spots"]
        n = len(offsets)
        emit = join_windows(f["tags"], spots, n)
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
            """Pointer score from token i to token j, or to nothing with j None: the mean over windows with both."""
            total = weight = 0.0
            for scores, (s, size) in zip(pointer, spots):
                if s <= i < s + size and (j is None or s <= j < s + size):
                    w = min(weight_of(k, s, size, n) for k in (i, j) if k is not None)
                    total += w * float(scores[1 + i - s, 0 if j is None else 1 + j - s])
                    weight += w
            return total / weight if weight else None

        def chosen(i, candidates, away):
            """Best candidate for the span at token i, or None where nothing fits better; and its probability."""
            scored = [(row(i, c[0]), c) for c in candidates]
            scored = [(x - away * (line[i] != line[c[0]]), c) for x, c in scored if x is not None]
            scored.append((row(i, None), None))
            p = softmax([x for x, _ in scored])
            k = int(np.argmax(p))
            return scored[k][1], float(p[k])

        def sure(i, j):
            """Mean log-probability of the tags of tokens i to j."""
            return float(np.mean([math.log(max(prob[t, path[t]], 1e-6)) for t in range(i, j)]))

        def signs(source, p, cue, contents):
            """What the confidence is told from; contents come with the probability of their cue, or of none."""
            log = lambda x: math.log(max(x, 1e-6))
            return [min(sure(*s) for s, _ in contents), sure(*cue) if cue else 0.0, sure(*source) if source else 0.0,
                    log(p), log(min(q for _, q in contents)), 1.0 if source else 0.0,
                    math.log(sum(j - i for (i, j), _ in contents)), min(log(float(prob[s[0], 5])) for s, _ in contents),
                    1.0 if cue else 0.0]

        owned, alone = {}, []
        for span in spans["content"]:
            cue, p = chosen(span[0], spans["cue"], o["cue_line"])
            if cue:
                owned.setdefault(cue, []).append((span, p))
            else:
                alone.append((span, p))
        chars = lambda i, j: [offsets[i][0], offsets[j - 1][1]]
        found = []

        def add(source, p, cue, contents):
            found.append({"source": [chars(*source)] if source else [], "cue": [chars(*cue)] if cue else [],
                          "content": [chars(*s) for s, _ in contents], "signs": signs(source, p, cue, contents)})

        for cue in spans["cue"]:
            if cue in owned:
                add(*chosen(cue[0], spans["source"], o["source_line"]), cue, owned[cue])
        for span, p in alone:
            # Without a cue, the last source before it in its line speaks on.
            before = [s for s in spans["source"] if s[1] <= span[0] and line[s[0]] == line[span[0]]]
            add(before[-1] if before else None, 1.0, None, [(span, p)])
        if o["confidence"]:
            c = o["confidence"]
            for a in found:
                z = c["bias"] + sum(w * x for w, x in zip(c["weights"], a["signs"]))
                a["confidence"] = 1 / (1 + math.exp(-z))
            found = [a for a in found if a["confidence"] >= o["least"]]
        return found


def torch_run(p):
    """Backend on parameters of network.py, float32."""
    import torch

    import network

    def run(ids, shape):
        with torch.no_grad():
            tags, pointer = network.scores(p, torch.from_numpy(ids), torch.from_numpy(shape))
        return tags.numpy(), pointer.numpy()

    return run


def onnx_run(path, threads=2):
    """Backend on an ONNX file."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda ids, shape: session.run(["tags", "pointer"], {"ids": ids, "shape": shape})
