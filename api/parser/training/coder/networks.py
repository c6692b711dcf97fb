"""The trained networks on one lower half. Marks are -1 on padding. Shapes: b texts, n tokens, W wide, I issues with `other`."""
import torch
import torch.nn.functional as F
from torch import nn

from encoder import WIDTH, Lower, upper_layers
from inputs import EVIDENCE, PROPOSITION


class Pool(nn.Module):
    """Attention pooling with one learned query."""

    def __init__(self):
        super().__init__()
        self.q = nn.Linear(WIDTH, 1)

    def forward(self, h, chosen):
        """h [b, n, W], chosen bool [b, n] -> [b, W]."""
        a = self.q(h)[..., 0].masked_fill(~chosen, -1e4).softmax(-1)
        return (a[..., None] * h).sum(1)


def mean(h, chosen):
    return (h * chosen[..., None]).sum(1) / chosen.sum(1, keepdim=True).clamp(min=1)


class Upper(nn.Module):
    """An upper half on marked states."""

    def __init__(self, weights):
        super().__init__()
        self.up = upper_layers(weights)
        self.mark = nn.Parameter(torch.randn(5, WIDTH) * 0.02)
        self.drop = nn.Dropout(0.2)

    def states(self, x, marks):
        token = marks >= 0
        h = x + self.mark[marks.clamp(min=0)]
        for layer in self.up:
            h = layer(h, token)
        return h, token


class Reader(Upper):
    """Reads one statement: issue, act, vector for any codebook, stance towards each known issue, whether it counts,
    at what meeting it was made (`inputs.WHEN`)."""

    def __init__(self, weights, issues):
        super().__init__(weights)
        self.issues = issues
        self.pool, self.pact, self.ps = Pool(), Pool(), Pool()
        self.issue, self.act = nn.Linear(2 * WIDTH, issues), nn.Linear(2 * WIDTH, 8)
        self.left, self.right = nn.Linear(2 * WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.polar, self.each = nn.Linear(2 * WIDTH, 3), nn.Linear(2 * WIDTH, 3 * issues)
        self.counts = nn.Linear(2 * WIDTH, 1)
        self.pw, self.when = Pool(), nn.Linear(2 * WIDTH, 4)
        with torch.no_grad():
            for part in (self.issue, self.act, self.each, self.counts, self.when):
                part.weight.mul_(0.3)
            self.each.bias.zero_()
            self.left.weight.copy_(torch.cat([0.7 * torch.eye(WIDTH), 0.3 * torch.eye(WIDTH)], 1))
            self.right.weight.copy_(torch.eye(WIDTH))

    def forward(self, x, marks):
        """-> issue [b, I], act [b, 8], left [b, W], polar [b, I, 3], counts [b], when [b, 4]."""
        h, token = self.states(x, marks)
        evidence = mean(h, marks == EVIDENCE)
        z = torch.cat([evidence, self.pool(h, token)], -1)
        za = self.drop(torch.cat([evidence, self.pact(h, token)], -1))
        zs = self.drop(torch.cat([evidence, self.ps(h, token)], -1))
        polar = self.each(zs).view(-1, self.issues, 3) + self.polar(zs)[:, None]
        zw = self.drop(torch.cat([evidence, self.pw(h, token)], -1))
        return self.issue(self.drop(z)), self.act(za), F.normalize(self.left(z), dim=-1), polar, self.counts(za)[:, 0], self.when(zw)

    def proposition(self, x, marks):
        """-> right [b, W]."""
        h, token = self.states(x, marks)
        return F.normalize(self.right(mean(h, token)), dim=-1)


class Pair(Upper):
    """Reads a statement and a proposition together: +1, -1, 0, unrelated."""

    def __init__(self, weights):
        super().__init__(weights)
        self.pe, self.pp = Pool(), Pool()
        self.hid, self.out = nn.Linear(3 * WIDTH, WIDTH), nn.Linear(WIDTH, 4)

    def forward(self, states, marks, pstates, pmarks):
        """States of statements and of propositions, whose [CLS] is left out; padding may stand between the two -> stance [b, 4]."""
        marks = torch.cat([marks, pmarks[:, 1:]], 1)
        h, _ = self.states(torch.cat([states, pstates[:, 1:]], 1), marks)
        z = torch.cat([h[:, 0], self.pe(h, marks == EVIDENCE), self.pp(h, marks == PROPOSITION)], -1)
        return self.out(self.drop(torch.tanh(self.hid(self.drop(z)))))


class Coder(nn.Module):
    """The lower half and both readers."""

    def __init__(self, weights, issues):
        super().__init__()
        self.lower, self.reader, self.pair = Lower(weights), Reader(weights, issues), Pair(weights)

    def forward(self, b):
        """A batch (`train.made`) -> what the reader answers, right [k, W] of its propositions, stance [q, 4] of its pairs."""
        states, at = self.lower(b["ids"]), b["pair_at"]
        told = self.reader(states, b["marks"])
        right = self.reader.proposition(self.lower(b["near"]), b["near_marks"])
        return *told, right, self.pair(states[at], b["marks"][at], self.lower(b["pair"]), b["pair_marks"])
