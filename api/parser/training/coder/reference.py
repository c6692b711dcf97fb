"""Writes again what the coder makes of the statements that another implementation is checked against.

    python reference.py FOLDER --codebook default.toml ../../tests/data/coder_reference.jsonl

Each line keeps its ids and marks; the answers are made anew, by article.
"""
import argparse
import json

import data
from coder import Coder


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("folder"), args.add_argument("--codebook", required=True), args.add_argument("path")
    a = args.parse_args()
    coder, rows = Coder(a.folder), data.lines(a.path)
    coder.statement = lambda row: (row["ids"], row["marks"])
    for article in dict.fromkeys(r["article"] for r in rows):
        some = [r for r in rows if r["article"] == article]
        issues = some[0].get("codebook") or data.codebook(a.codebook)
        for r, c in zip(some, coder.code(some, coder.codebook(issues))):
            r.update(issue=c["issue"], p_issue=round(c["p_issue"], 4), stance=c["stance"], p_stance=round(c["p_stance"], 4),
                     act=c["act"], p_act=round(c["p_act"], 4))
    with open(a.path, "w", encoding="utf-8") as f:
        for r in rows:
            f.write(json.dumps(r, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
