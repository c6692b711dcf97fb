"""Reads and checks coded articles; their format is told in articles/README.md.

    python articles.py --codebook default.toml articles/*.txt > ARTICLES.jsonl

prints them in the form of the position benchmark, or says on standard error what is wrong and exits with 1.
"""
import argparse
import json
import re
import sys
import tomllib

import inputs

MARK = re.compile(r"\[\[([a-z]{1,2}):\s*(.*?)\s*\]\]", re.S)
QUOTED = re.compile(r'["“‘«][^"“”‘’«»]*["”’»]')


def mode(before, words):
    """How much of the words is quoted; `before` is the text up to them."""
    line = before.rsplit("\n", 1)[-1]
    inside = line.count('"') % 2 == 1 or line.rfind("“") > line.rfind("”")
    quoted = sum(len(q) for q in QUOTED.findall(words))
    return "direct" if inside or quoted > 0.9 * len(words) else "mixed" if quoted else "indirect"


def meeting(value):
    """`name | venue | start | end | parties` -> meeting; None where it is malformed."""
    told = [x.strip() for x in value.split("|")]
    if len(told) != 5 or not re.fullmatch(r"\d{4}-\d\d(-\d\d)?", told[2]):
        return None
    name, venue, start, end, parties = told
    slug = re.sub(r"[^a-z0-9]+", "-", venue.lower()).strip("-") or "unknown"
    return {"key": f"{slug}-{start}", "name": name, "venue": venue, "start": start if len(start) == 10 else start + "-01",
            "end": end or start, "parties": [p.strip() for p in parties.split(";") if p.strip()]}


def position(line, meetings, spans, text):
    """One row -> (label, position); a string where it is malformed."""
    told = [x.strip() for x in line.split("|")]
    if len(told) not in (7, 8):
        return "a row has 7 or 8 fields"
    label, speaker, party, at, issue, stance, act = told[:7]
    if label not in spans or stance not in ("1", "0", "-1") or act not in inputs.ACTS or (at != "-" and at not in meetings):
        return "unknown mark, stance, act or meeting"
    start, words = spans[label]
    also = [x.strip() for x in told[7].split(",") if x.strip()] if len(told) == 8 else []
    return label, {"speaker": speaker, "party": None if party == "-" else party, "meeting": meetings[at]["key"] if at != "-" else None,
                   "issue": issue, "also": also, "stance": int(stance), "act": act, "mode": mode(text[:start], words),
                   "evidence": words, "at": start}


def read(path, issues=None):
    """-> (articles, errors). `issues`: ids that positions may have besides `other`; any where None."""
    found, errors = [], []
    with open(path, encoding="utf-8") as f:
        blocks = re.split(r"(?m)^### ", f.read())[1:]
    for block in blocks:
        parts = re.split(r"(?m)^---[ \t]*$", block)
        head = parts[0].strip().split("\n")
        bad = [] if len(parts) == 3 else ["an article has a head, a text and rows, parted by ---"]
        article, meetings, text, at, spans = {"id": head[0].strip(), "published": None, "outlet": None, "title": None}, {}, "", 0, {}
        for line in head[1:]:
            key, _, value = (x.strip() for x in line.partition(":"))
            if key.startswith("meeting "):
                meetings[key[8:].strip()] = meeting(value)
            elif key in article:
                article[key] = value
        if None in meetings.values():
            bad.append("a meeting is malformed")
        if bad:
            errors += [f"{path}: {article['id']}: {x}" for x in bad]
            continue
        for m in MARK.finditer(parts[1].strip("\n")):
            text += m.string[at:m.start()]
            spans[m[1]] = (len(text), m[2])
            text, at = text + m[2], m.end()
        article["text"] = text + parts[1].strip("\n")[at:]
        rows = [position(line, meetings, spans, text) for line in parts[2].strip().split("\n")]
        bad += [r for r in rows if isinstance(r, str)]
        bad += [f"mark {x} has no row" for x in spans if x not in {r[0] for r in rows}]
        positions = [r[1] for r in rows if not isinstance(r, str)]
        bad += [f"issue {x}" for p in positions for x in [p["issue"], *p["also"]] if issues and x not in issues and x != "other"]
        errors += [f"{path}: {article['id']}: {x}" for x in bad]
        found.append({**article, "meetings": list(meetings.values()), "positions": positions})
    return found, errors


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--codebook", required=True), args.add_argument("paths", nargs="+")
    a = args.parse_args()
    with open(a.codebook, "rb") as f:
        issues = {i["id"] for i in tomllib.load(f)["issue"]}
    errors = []
    for path in a.paths:
        articles, wrong = read(path, issues)
        errors += wrong
        for article in articles:
            print(json.dumps(article, ensure_ascii=False))
    print("\n".join(errors), end="", file=sys.stderr)
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
