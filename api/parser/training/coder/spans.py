"""Statements as a parser cuts them: parts of predicted attributions, with the fields of the hand-coded statement that they
lie on, or `counts` 0 where they lie on none.

    python spans.py ARTICLES.jsonl PARSED.ndjson > EXTRA.jsonl
"""
import json
import sys

import data


def overlap(a, b):
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def rows(article, parsed):
    text, spans = article["text"], data.sentences(article["text"])
    gold = {}
    for p in article["positions"]:
        at = p.get("at", text.find(p["evidence"]))
        gold.setdefault((at, at + len(p["evidence"])), []).append(p)
    for attribution in parsed["attributions"]:
        parts = {}
        for s, e in attribution["content"]:
            for k, (b, f) in enumerate(spans):
                if overlap((s, e), (b, f)) > 2:
                    parts.setdefault(k, []).append((max(s, b), min(e, f)))
        for k, cut in parts.items():
            length = sum(e - s for s, e in cut)
            share = {g: sum(overlap(c, g) for c in cut) for g in gold}
            best = max(share, key=share.get, default=None)
            hit = share.get(best, 0)
            if hit >= 0.5 * length or (best and hit >= 0.5 * (best[1] - best[0])):
                first, counts = gold[best], 1.0
            elif hit == 0:
                first, counts = [], 0.0
            else:
                continue
            sentence, context = data.place(text, spans, cut[0][0], cut[0][1])
            at = text.find(sentence, max(0, spans[k][0] - 3))
            evidence = [(s - at, e - at) for s, e in cut]
            if at < 0 or evidence[0][0] < 0:
                continue
            yield {"article": article["id"], "title": article["title"] or "", "context": context, "sentence": sentence, "evidence": evidence,
                   "speaker": first[0]["speaker"] if first else "", "party": first[0]["party"] if first else "",
                   "positions": [{x: p[x] for x in ("issue", "stance", "act", "also")} for p in first], "counts": counts, "when": data.when(article, first[0]["meeting"]) if first else -1}


if __name__ == "__main__":
    parsed = {p["id"]: p for p in data.lines(sys.argv[2]) if "attributions" in p}
    for a in data.lines(sys.argv[1]):
        if a["id"] in parsed:
            for r in rows(a, parsed[a["id"]]):
                print(json.dumps(r, ensure_ascii=False))
