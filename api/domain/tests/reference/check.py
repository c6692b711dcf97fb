"""Recomputes the measures from the CSV export of the sample corpus, apart from Plenary's own code.

    python check.py PATH-OF-PLENARY

Starts `plenary demo` on a free port with a data folder of its own, reads `GET /v1/positions` as CSV and
nothing else of the records, and compares every number that the comparisons answer: to 1e-9 where it is
exact, within the error of simulation where it is drawn. Networks are read from GraphML and GEXF by
networkx. Needs the packages of requirements.txt.
"""

import csv
import io
import itertools
import json
import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections import Counter, defaultdict
from datetime import date

import krippendorff
import networkx as nx
import numpy as np

STANCES = {"oppose": -1, "neutral": 0, "support": 1}
EXACT = 1e-9
# Bootstraps and posteriors are drawn anew here, with other random numbers.
DRAWN = 0.06
checks = Counter()


def same(what, mine, theirs, within=EXACT):
    """Fails unless two numbers are the same, or are both undefined."""
    checks[what] += 1
    if mine is None or theirs is None:
        assert mine is None and theirs is None, f"{what}: {mine} here, {theirs} there"
    else:
        assert abs(mine - theirs) <= within, f"{what}: {mine} here, {theirs} there"


class Server:
    """The real binary with the sample corpus."""

    def __init__(self, binary, folder):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PLENARY_", "DATABASE_"))}
        self.process = subprocess.Popen(
            [binary, "demo", "--port", "0", "--data-dir", folder],
            stdout=subprocess.PIPE, text=True, env=environment)
        for line in self.process.stdout:
            found = re.search(r"serves at (http://\S+)", line)
            if found:
                self.base = found[1]
                return
        raise SystemExit("plenary demo did not start")

    def text(self, path, accept, **query):
        query = urllib.parse.urlencode(query)
        request = urllib.request.Request(f"{self.base}{path}?{query}", headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.read().decode()

    def json(self, path, **query):
        return json.loads(self.text(path, "application/json", **query))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)


def read(text):
    """The positions of a CSV export."""
    rows = list(csv.DictReader(io.StringIO(text)))
    for row in rows:
        row["k"] = STANCES[row["stance"]]
    return rows


def profiles(rows, side):
    """x[a][j]: counts of oppose, neutral, support."""
    x = defaultdict(lambda: defaultdict(lambda: np.zeros(3)))
    for row in rows:
        x[row[side]][row["issue"]][row["k"] + 1] += 1
    return x


LIKE = np.array([[1 - abs(k - l) / 2 for l in (-1, 0, 1)] for k in (-1, 0, 1)])


def tie(x, a, b):
    """Congruence and conflict of two profiles."""
    congruence = conflict = 0.0
    for issue in x[a].keys() & x[b].keys():
        pairs = np.outer(x[a][issue], x[b][issue])
        congruence += float((pairs * LIKE).sum())
        conflict += float((pairs * (1 - LIKE)).sum())
    return congruence, conflict


def normalised(name, weight, x, a, b):
    n = lambda s: sum(cell.sum() for cell in x[s].values())
    own = lambda s: tie(x, s, s)[0]
    divisor = {
        "none": lambda: 1,
        "average": lambda: (n(a) + n(b)) / 2,
        "jaccard": lambda: own(a) + own(b) - tie(x, a, b)[0],
        "cosine": lambda: math.sqrt(own(a) * own(b)),
        "dna_product": lambda: n(a) * n(b),
    }[name]()
    return weight / divisor if divisor > 0 else None


def check_agreement(server, rows, side):
    rows = [row for row in rows if row[side]]
    x = profiles(rows, side)
    for name in ("none", "average", "jaccard", "cosine", "dna_product"):
        answer = server.json("/v1/comparisons/agreement", by=side, normalisation=name, replicates=0)
        ties = {(t["a"][side]["slug"], t["b"][side]["slug"]): t for t in answer["windows"][0]["ties"]}
        mine = {}
        for a, b in itertools.combinations(sorted(x, key=str.encode), 2):
            c, f = tie(x, a, b)
            if c + f > 0:
                mine[a, b] = (c, f)
        assert ties.keys() == mine.keys(), f"agreement by {side}: other pairs"
        for pair, (c, f) in mine.items():
            same("agreement: congruence", normalised(name, c, x, *pair), ties[pair]["congruence"])
            same("agreement: conflict", normalised(name, f, x, *pair), ties[pair]["conflict"])
            same("agreement: subtract", normalised(name, c - f, x, *pair), ties[pair]["subtract"])
            same("agreement: agreement", c / (c + f), ties[pair]["agreement"])


def check_bootstrap(server, rows):
    """The interval of agreement from a bootstrap over articles with numpy's generator."""
    answer = server.json("/v1/comparisons/agreement", replicates=2000)
    rows = [row for row in rows if row["party"]]
    articles = sorted({row["article"] for row in rows})
    sides, issues = sorted({r["party"] for r in rows}), sorted({r["issue"] for r in rows})
    counts = np.zeros((len(articles), len(sides), len(issues), 3))
    for row in rows:
        counts[articles.index(row["article"]), sides.index(row["party"]), issues.index(row["issue"]), row["k"] + 1] += 1
    generator = np.random.default_rng(7)
    times = generator.multinomial(len(articles), [1 / len(articles)] * len(articles), size=2000)
    draws = np.einsum("ra,asjk->rsjk", times, counts)
    for t in answer["windows"][0]["ties"]:
        a, b = (sides.index(t[end]["party"]["slug"]) for end in "ab")
        c = np.einsum("rjk,rjl,kl->r", draws[:, a], draws[:, b], LIKE)
        f = np.einsum("rjk,rjl,kl->r", draws[:, a], draws[:, b], 1 - LIKE)
        valid = c + f > 0
        # Near a half of the replicates, chance decides whether there is an interval.
        if abs(valid.mean() - 0.5) < 0.03:
            continue
        if valid.mean() < 0.5:
            assert t["interval"] is None, t
            continue
        shares = np.sort(c[valid] / (c[valid] + f[valid]))
        # Replicates of few articles take few values, so an end may fall on either side of a step.
        low, high = t["interval"]["low"], t["interval"]["high"]
        for mine, share in ((low, 0.025), (high, 0.975)):
            around = np.quantile(shares, [max(share - 0.03, 0), min(share + 0.03, 1)], method="nearest")
            checks["agreement: interval"] += 1
            assert around[0] - 1e-6 <= mine <= around[1] + 1e-6, (t["a"], t["b"], mine, around)


def check_two_mode(server, rows):
    rows = [row for row in rows if row["party"]]
    x = profiles(rows, "party")
    on_issue = Counter(row["issue"] for row in rows)
    for name in ("none", "activity", "prominence"):
        answer = server.json("/v1/comparisons/agreement", network="twomode", normalisation=name)
        ties = answer["windows"][0]["ties"]
        assert len(ties) == sum(len(issues) for issues in x.values())
        for t in ties:
            party, issue = t["party"]["slug"], t["issue"]["slug"]
            cell = x[party][issue]
            divisor = {"none": 1, "activity": sum(c.sum() for c in x[party].values()), "prominence": on_issue[issue]}
            same("two-mode: weight", cell.sum() / divisor[name], t["weight"])
            same("two-mode: subtract", (cell[2] - cell[0]) / divisor[name], t["subtract"])


def check_files(server, by):
    """GraphML and GEXF hold the network of the JSON answer."""
    for query in ({}, {"network": "twomode"}, {"normalisation": "cosine"}):
        query = {"by": by, **query}
        answer = server.json("/v1/comparisons/agreement", **query)
        ties = answer["windows"][0]["ties"]
        for accept, reader in (("application/graphml+xml", nx.read_graphml), ("application/gexf+xml", nx.read_gexf)):
            text = server.text("/v1/comparisons/agreement", accept, **query)
            graph = reader(io.BytesIO(text.encode()))
            assert graph.number_of_edges() == len(ties), (accept, query)
            assert not graph.is_directed() and not graph.is_multigraph()
            for t in ties:
                if "network" in query:
                    ends = (t[by]["slug"], "issue:" + t["issue"]["slug"])
                    same("files: weight", t["weight"], graph.edges[ends]["weight"])
                    same("files: support", t["support"], graph.edges[ends]["support"])
                    assert graph.nodes[ends[1]]["bipartite"] == 1
                else:
                    ends = (t["a"][by]["slug"], t["b"][by]["slug"])
                    edge = graph.edges[ends]
                    same("files: weight", t["congruence"], edge["weight"])
                    for key in ("congruence", "conflict", "subtract", "agreement"):
                        same(f"files: {key}", t[key], edge[key])
                    same("files: interval", t["interval"] and t["interval"]["low"], edge.get("agreement_low"))
                assert graph.nodes[ends[0]]["label"]
                assert graph.nodes[ends[0]]["count"] > 0
            if accept.startswith("application/graphml"):
                assert graph.graph["revision"] == str(answer["revision"])


def van_der_eijk(cell):
    """A of the counts of K ordered categories, by layers and the general formula for patterns."""
    left, total, sum_ = list(cell), sum(cell), 0.0
    while any(n > 0 for n in left):
        height = min(n for n in left if n > 0)
        pattern = [1 if n > 0 else 0 for n in left]
        k, s = len(pattern), sum(pattern)
        tu = tdu = 0
        for i, j, l in itertools.combinations(range(k), 3):
            triple = (pattern[i], pattern[j], pattern[l])
            tu += triple in ((1, 1, 0), (0, 1, 1))
            tdu += triple == (1, 0, 1)
        u = 1 if tu + tdu == 0 else ((k - 2) * tu - (k - 1) * tdu) / ((k - 2) * (tu + tdu))
        agreement = u * (1 - (s - 1) / (k - 1)) if s < k else 0.0
        sum_ += agreement * s * height
        left = [n - height if n > 0 else 0 for n in left]
    return sum_ / total


def check_polarisation(server, rows, **query):
    answer = server.json("/v1/comparisons/polarisation", **query)
    windows = answer["windows"]
    if query.get("per") == "meeting":
        assert {w["window"]["meeting"]["slug"] for w in windows} == {r["meeting"] for r in rows if r["meeting"] and r["party"]}
    for window in windows:
        part = [row for row in rows if row["party"]]
        if window["window"]:
            part = [row for row in part if row["meeting"] == window["window"]["meeting"]["slug"]]
        counts = defaultdict(lambda: np.zeros(3))
        for row in part:
            counts[row["issue"]][row["k"] + 1] += 1
        assert {issue["issue"]["slug"] for issue in window["issues"]} == counts.keys()
        for issue in window["issues"]:
            mine = (1 - van_der_eijk(counts[issue["issue"]["slug"]])) / 2
            same("polarisation: issue", mine, issue["polarisation"])
        check_network(profiles(part, "party"), window["network"])


def check_network(x, network):
    sides = sorted(x)
    positive, negative = nx.Graph(), nx.Graph()
    for graph in (positive, negative):
        graph.add_nodes_from(sides)
    for a, b in itertools.combinations(sides, 2):
        c, f = tie(x, a, b)
        if c:
            positive.add_edge(a, b, weight=c)
        if f:
            negative.add_edge(a, b, weight=f)
    c, f = positive.size("weight"), negative.size("weight")
    if c + f == 0:
        assert network is None
        return
    blocs = [{side["party"]["slug"] for side in bloc["sides"]} for bloc in network["blocs"]]
    assert blocs[0] | blocs[1] == set(sides) and not blocs[0] & blocs[1]
    cut = lambda graph, bloc: nx.cut_size(graph, bloc, weight="weight")
    parted = cut(negative, blocs[0]) - cut(positive, blocs[0])
    same("polarisation: frustration", (f - parted) / (c + f), network["frustration"])
    partition = [bloc for bloc in blocs if bloc]
    of = lambda graph: nx.community.modularity(graph, partition, weight="weight") if graph.size() else 0.0
    same("polarisation: modularity", (c * of(positive) - f * of(negative)) / (c + f), network["modularity"])
    if len(sides) > 14:
        assert not network["exact"]
        return
    best = widest = 0.0
    for n in range(len(sides)):
        for bloc in itertools.combinations(sides[1:], n):
            bloc = set(bloc)
            plus, minus = cut(positive, bloc), cut(negative, bloc)
            best, widest = max(best, minus - plus), max(widest, plus + minus)
    assert network["exact"]
    same("polarisation: best parting", best, parted)
    same("polarisation: network", best / widest, network["polarisation"])


def cells(rows):
    """{(party, issue): counts}, for rows that speak for a party."""
    x = profiles([row for row in rows if row["party"]], "party")
    return {(a, j): x[a][j] for a in x for j in x[a]}


def per_issue(server, route):
    return {
        (v["party"]["slug"], v["issue"]["slug"]): v["value"]
        for v in server.json(f"/v1/comparisons/{route}")["values"]}


def check_per_issue(server, rows):
    mine = cells(rows)
    cohesion, consistency = per_issue(server, "cohesion"), per_issue(server, "consistency")
    assert mine.keys() == cohesion.keys() == consistency.keys()
    for place, cell in mine.items():
        total, largest = cell.sum(), cell.max()
        same("cohesion", (largest - (total - largest) / 2) / total, cohesion[place])
        stances = [k for k, n in zip((-1, 0, 1), cell) for _ in range(int(n))]
        pairs = [abs(k - l) / 2 for k, l in itertools.combinations(stances, 2)]
        same("consistency", 1 - np.mean(pairs) if pairs else None, consistency[place])


def check_salience(server, rows, issues):
    mine = cells(rows)
    salience = per_issue(server, "salience")
    assert mine.keys() == salience.keys()
    for place, cell in mine.items():
        n = sum(other.sum() for (party, _), other in mine.items() if party == place[0])
        same("salience", (cell.sum() + 0.5) / (n + 0.5 * issues), salience[place])


def check_loyalty(server, rows):
    answer = server.json("/v1/comparisons/loyalty")
    spoken = {(r["party"], r["actor"]) for r in rows if r["party"]}
    assert spoken == {(a["party"]["slug"], a["actor"]["slug"]) for a in answer["actors"]}
    for actor in answer["actors"]:
        of_party = [row for row in rows if row["party"] == actor["party"]["slug"]]
        x = defaultdict(lambda: defaultdict(lambda: np.zeros(3)))
        for row in of_party:
            x[row["actor"] == actor["actor"]["slug"]][row["issue"]][row["k"] + 1] += 1
        c, f = tie(x, True, False)
        same("loyalty", c / (c + f) if c + f else None, actor["loyalty"])


def check_alpha(server, rows):
    answer = server.json("/v1/comparisons/consistency")
    acts = sorted({row["act"] for row in rows})
    for reliability in answer["reliability"]:
        field, metric = reliability["field"], reliability["metric"]
        values = ["oppose", "neutral", "support"] if field == "stance" else acts
        units = defaultdict(lambda: [0] * len(values))
        for row in rows:
            if row["party"] and row["meeting"]:
                units[row["party"], row["issue"], row["meeting"]][values.index(row[field])] += 1
        units = np.array([unit for unit in units.values() if sum(unit) >= 2])
        same("alpha: units", len(units), reliability["units"])
        if len(units) == 0 or np.count_nonzero(units.sum(axis=0)) < 2:
            same("alpha", None, reliability["alpha"])
            continue
        # Values that never occur are none of the domain; leaving them out changes no distance.
        units = units[:, units.sum(axis=0) > 0]
        domain = list(range(units.shape[1]))
        of = lambda units: krippendorff.alpha(value_counts=units, value_domain=domain, level_of_measurement=metric)
        same("alpha", float(of(units)), reliability["alpha"])
        if reliability["interval"]:
            generator = np.random.default_rng(3)
            draws = []
            for _ in range(1000):
                drawn = units[generator.integers(len(units), size=len(units))]
                if np.count_nonzero(drawn.sum(axis=0)) > 1:
                    draws.append(of(drawn))
            low, high = np.quantile(draws, [0.025, 0.975])
            same("alpha: interval", low, reliability["interval"]["low"], 2 * DRAWN)
            same("alpha: interval", high, reliability["interval"]["high"], 2 * DRAWN)


def posterior(cell, generator, size=100_000):
    shares = generator.dirichlet(np.array(cell) + 1 / 3, size=size)
    return shares[:, 2] - shares[:, 0]


def shortest(draws, share=0.95):
    draws = np.sort(draws)
    n = int(share * len(draws))
    widths = draws[n:] - draws[: len(draws) - n]
    at = int(widths.argmin())
    return draws[at], draws[at + n]


def check_grid(server, rows):
    generator = np.random.default_rng(11)
    known = {}
    for by in ("party", "actor"):
        grid = server.json("/v1/comparisons/positions", by=by)
        cells = defaultdict(lambda: np.zeros(3))
        articles = defaultdict(set)
        for row in rows:
            place = (row[by], row["issue"], row["meeting"])
            cells[place][row["k"] + 1] += 1
            articles[place].add(row["article"])
        drawn = {}
        for row in grid["rows"]:
            for cell in row["cells"]:
                slug = row[by]["slug"] if row[by] else ""
                drawn[slug, row["issue"]["slug"], cell["meeting"] or ""] = cell
        assert drawn.keys() == cells.keys()
        assert grid["positions"] == len(rows) == sum(cell["count"] for cell in drawn.values())
        for place, counts in cells.items():
            o, z, s = counts
            cell = drawn[place]
            same("grid: stance", (s - o) / (s + z + o), cell["stance"])
            same("grid: articles", len(articles[place]), cell["articles"])
            same("grid: scaled position", math.log((s + 0.5) / (o + 0.5)), cell["scaled"]["position"])
            same("grid: variance", 1 / (s + 0.5) + 1 / (o + 0.5), cell["scaled"]["variance"])
            key = tuple(counts)
            if key not in known:
                known[key] = posterior(counts, generator)
            low, high = cell["interval"]["low"], cell["interval"]["high"]
            # The shortest interval of a flat posterior can lie in many places; what it holds and how
            # long it is cannot differ.
            inside = np.mean((known[key] >= low) & (known[key] <= high))
            mine = shortest(known[key])
            same("grid: interval holds", 0.955, float(inside), 0.015)
            same("grid: interval length", mine[1] - mine[0], high - low, DRAWN)
            assert cell["sufficient"] == (low > 0 or high < 0)


def check_grid_table(server):
    """The grid as CSV says by the names of its columns what it says as JSON."""
    lines = list(csv.DictReader(io.StringIO(server.text("/v1/comparisons/positions", "text/csv"))))
    table = {(line["side"], line["issue"], line["meeting"]): line for line in lines}
    shown = 0
    for row in server.json("/v1/comparisons/positions")["rows"]:
        for cell in row["cells"]:
            side = row["party"]["slug"] if row["party"] else ""
            line = table[side, row["issue"]["slug"], cell["meeting"] or ""]
            for name in ("count", "support", "neutral", "oppose", "stance", "articles"):
                same("grid: columns", cell[name], float(line[name]))
            for name, value in line.items():
                if name.startswith("act_"):
                    same("grid: columns of acts", cell["acts"].get(name[4:], 0), int(value))
            shown += 1
    assert shown == len(lines) == len(table)


def p_value(before, after):
    """Permutation p-value of a difference of means, by all ways to part the union."""
    n, m = int(sum(before)), int(sum(after))
    whole = [int(a + b) for a, b in zip(before, after)]
    mean = lambda c: (c[2] - c[0]) / sum(c)
    seen = abs(mean(after) - mean(before))
    p = 0.0
    for o in range(whole[0] + 1):
        for z in range(whole[1] + 1):
            s = m - o - z
            if 0 <= s <= whole[2]:
                part = (o, z, s)
                rest = [w - c for w, c in zip(whole, part)]
                if abs(mean(part) - mean(rest)) >= seen - 1e-9:
                    ways = math.prod(math.comb(w, c) for w, c in zip(whole, part))
                    p += ways / math.comb(n + m, m)
    return p


def check_shifts(server, rows):
    answer = server.json("/v1/comparisons/shifts", most=10000)
    generator = np.random.default_rng(13)
    starts = {}
    cells = defaultdict(lambda: np.zeros(3))
    for row in rows:
        if row["party"] and row["process"]:
            cells[row["party"], row["issue"], row["process"], row["meeting"]][row["k"] + 1] += 1
            starts[row["meeting"]] = (row["day"], row["meeting"])
    tracks = defaultdict(list)
    for side, issue, process, meeting in cells:
        tracks[side, issue, process].append(meeting)
    mine = {}
    for (side, issue, process), meetings in tracks.items():
        meetings.sort(key=lambda meeting: starts[meeting])
        for earlier, later in itertools.pairwise(meetings):
            mine[side, issue, earlier, later] = (
                cells[side, issue, process, earlier], cells[side, issue, process, later])
    shifts = {
        (s["party"]["slug"], s["issue"]["slug"], s["earlier"]["meeting"]["slug"], s["later"]["meeting"]["slug"]): s
        for s in answer["shifts"]}
    assert shifts.keys() == mine.keys() and answer["total"] == len(mine)
    mean = lambda c: (c[2] - c[0]) / c.sum()
    for place, (before, after) in mine.items():
        shift = shifts[place]
        same("shifts: difference", mean(after) - mean(before), shift["difference"])
        same("shifts: p-value", p_value(before, after), shift["p_value"])
        moved = posterior(after, generator) - posterior(before, generator)
        same("shifts: probability", float(np.mean(np.abs(moved) > 0.25)), shift["probability"], 0.02)
        # Stretched to the difference, which can lie outside at the ends of the scale.
        low, high = np.quantile(moved, [0.025, 0.975])
        same("shifts: interval", min(float(low), shift["difference"]), shift["interval"]["low"], DRAWN)
        same("shifts: interval", max(float(high), shift["difference"]), shift["interval"]["high"], DRAWN)
    ranked = sorted(s["p_value"] for s in shifts.values())
    bound = max((p for i, p in enumerate(ranked) if p <= 0.05 * (i + 1) / len(ranked)), default=-1)
    for shift in shifts.values():
        assert shift["significant"] == (shift["p_value"] <= bound)
        assert shift["significant"] or shift["direction"] in ("unchanged", "insufficient"), shift


def check_counting(server, rows):
    """Each duplicate rule counts what it says, in the order of storing."""
    periods = {
        "document": lambda row: row["article"],
        "week": lambda row: row["day"] and date.fromisoformat(row["day"]).isocalendar()[:2],
        "month": lambda row: row["day"][:7],
        "year": lambda row: row["day"][:4],
        "acrossrange": lambda row: 0,
        "include": lambda row: row["id"],
    }
    for rule, period in periods.items():
        for by in ("party", "actor"):
            kept = {(row[by], row["actor"], row["issue"], row["k"], period(row)) for row in rows}
            if rule == "include":
                kept = {row["id"] for row in rows}
            grid = server.json("/v1/comparisons/positions", by=by, duplicates=rule, quotes=0)
            assert grid["positions"] == len(kept), (rule, by, grid["positions"], len(kept))
            drawn = sum(cell["count"] for row in grid["rows"] for cell in row["cells"])
            same("counting rules", len(kept), drawn)


def check_timeline(server, rows):
    for per, width in (("month", 1), ("month", 3), ("week", 1), ("year", 1)):
        answer = server.json("/v1/comparisons/timeline", per=per, width=width)
        inside = [row for row in rows if row["party"] and row["day"]]
        same("timeline: outside", sum(1 for row in rows if row["party"]) - len(inside), answer["outside"])
        seen = 0
        for series in answer["series"]:
            for point in series["points"]:
                window = point["window"]
                cell = np.zeros(3)
                for row in inside:
                    if (row["party"], row["issue"]) == (series["party"]["slug"], series["issue"]["slug"]):
                        if window["from"] <= row["day"] <= window["to"]:
                            cell[row["k"] + 1] += 1
                assert cell.sum() == point["count"], (series["issue"], point)
                same("timeline: stance", (cell[2] - cell[0]) / cell.sum(), point["stance"])
                seen += point["count"]
        if width == 1:
            same("timeline: counts", len(inside), seen)


def main():
    [binary] = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)
        server = Server(binary, os.path.join(folder, "data"))
        try:
            rows = read(server.text("/v1/positions", "text/csv"))
            issues = server.json("/v1/issues", limit=1000)["total"]
            assert len(rows) > 50, "the sample corpus has hardly any positions"
            check_grid(server, rows)
            check_grid_table(server)
            check_counting(server, rows)
            # Stances on no proposition are not held against one another.
            bound = [row for row in rows if row["issue"] != "other"]
            check_shifts(server, bound)
            for by in ("party", "actor"):
                check_agreement(server, bound, by)
                check_files(server, by)
            check_bootstrap(server, bound)
            check_two_mode(server, bound)
            check_polarisation(server, bound)
            check_polarisation(server, bound, per="meeting")
            check_per_issue(server, bound)
            check_salience(server, rows, issues)
            check_loyalty(server, bound)
            check_alpha(server, bound)
            check_timeline(server, rows)
        finally:
            server.stop()
    print(f"{len(rows)} positions of the sample corpus; numbers that agree:")
    for what, count in sorted(checks.items()):
        print(f"  {what:<32}{count:>6}")


if __name__ == "__main__":
    main()
