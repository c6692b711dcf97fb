"""Does the parser know people and places by heart? Scores with every name replaced by one that nobody has.

    python unseen.py DATA_FOLDER --scorer score_attribution.py [--train 168] -- PARSE ...

PARSE reads articles as JSON lines from standard input and prints predictions, for instance
`target/release/plenary parse --format ndjson --from ndjson -`. Scored are DATA_FOLDER/dev.jsonl.gz as it is; the same
with names replaced; and articles of train.jsonl.gz, all but the 40 latest, which training did not see.

A name is a word that DATA_FOLDER writes with a capital within sentences and next to never without, and that is no
party, people, institution, day or month: those stay. A new name is made of syllables, as long as the old one, with the
same capitals, the same wherever the old one stands, and no word of DATA_FOLDER or of the tokenizer.
"""
import argparse
import json
import os
import re
import subprocess
from collections import Counter

import numpy as np

import data
import evaluate
import names

HERE = os.path.dirname(os.path.abspath(__file__))
VOCABULARY = os.path.join(HERE, "../../model/attribution/tokenizer.json")
WORD = re.compile(r"[^\W\d_]+")
NAME = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+)*")
# Share of a word's uses within sentences that may lack the capital.
LOWER = 0.05
# What names.py calls classes, by the first of each: no people and no places.
KEPT = {"Republicans", "Republican", "White House", "Congress", "Pentagon", "Americans", "American", "NATO"}
CALENDAR = set("""Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July
August September October November December Jan Feb Mar Apr Aug Sept Oct Nov Dec""".split())
OTHERS = set("""Mr Mrs Ms Dr Sen Rep Gov Lt Gen Col Rev Prof Sens Reps Democrats Democrat GOP Muslim Muslims Islam Islamic
Christian Christians Jewish Jews Catholic Catholics Hispanic Hispanics Latino Latinos English Spanish God""".split())
ONSETS = "b br d dr f fl g gr h j k kl l m n p pl r s sk st t tr v w z".split()
VOWELS = "a e i o u ai au ei".split()


def kept():
    """Words that are no people and no places."""
    told = {word for line in names.CLASSES if line[0] in KEPT for name in line for word in WORD.findall(name)}
    return told | CALENDAR | OTHERS


def named(articles):
    """The words that are names, from how all articles write them."""
    capital, lower = Counter(), Counter()
    for article in articles:
        for line in article["text"].splitlines():
            words = WORD.findall(line)
            # A headline with capitals throughout tells nothing.
            if sum(word[0].islower() for word in words) < 0.6 * len(words):
                continue
            for match in WORD.finditer(line):
                before = line[:match.start()].rstrip("“\"'‘( ")
                if match[0][0].islower():
                    lower[match[0]] += 1
                elif before and before[-1] not in ".!?:;—–-…”\"":
                    capital[match[0]] += 1
    spared = kept()
    return {word for word, count in capital.items()
            if NAME.fullmatch(word) and word not in spared
            and lower[word.lower()] <= LOWER * (count + lower[word.lower()])}


def invent(words, taken, random):
    """A new name for each word."""
    new = {}
    for word in sorted(words):
        while True:
            made = ""
            while len(made) < len(word):
                made += ONSETS[random.randint(len(ONSETS))] + VOWELS[random.randint(len(VOWELS))]
            made = made[:len(word)]
            made = "".join(m.upper() if w.isupper() else m for m, w in zip(made, word))
            # Two letters leave too few combinations to be particular.
            if made.lower() not in taken or len(word) < 3:
                break
        taken.add(made.lower())
        new[word] = made
    return new


def replaced(article, new):
    """The article with the new names, its spans moved along."""
    edits = [(m.start(), m.end(), new[m[0]]) for m in WORD.finditer(article["text"]) if m[0] in new]
    return names.apply(article, edits), len(edits)


def predict(command, articles):
    """What the command finds: [{"id", "attributions"}]."""
    lines = "".join(json.dumps({"id": a["id"], "text": a["text"]}) + "\n" for a in articles)
    done = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8", check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("data"), args.add_argument("parse", nargs="+")
    args.add_argument("--scorer", required=True), args.add_argument("--seed", type=int, default=0)
    args.add_argument("--train", type=int, default=168, help="articles of train that are scored")
    a = args.parse_args()
    scorer, random = evaluate.load_scorer(a.scorer), np.random.RandomState(a.seed)
    dev, train = data.read(f"{a.data}/dev.jsonl.gz"), data.read(f"{a.data}/train.jsonl.gz")
    words = named(dev + train)
    with open(VOCABULARY, encoding="utf-8") as file:
        taken = set(json.load(file)["model"]["vocab"])
    taken |= {word.lower() for article in dev + train for word in WORD.findall(article["text"])}
    new = invent(words, taken, random)
    changed = [replaced(article, new) for article in dev]
    total = sum(len(WORD.findall(article["text"])) for article in dev)
    print(f"{len(words)} names; {sum(n for _, n in changed)} of the {total} words of dev replaced", flush=True)
    seen = sorted(train, key=lambda article: (article.get("date", ""), article["id"]))[:-40]
    some = [seen[at] for at in sorted(random.permutation(len(seen))[:a.train])]
    for title, articles in (("dev", dev), ("dev, names replaced", [x for x, _ in changed]), (f"train, {len(some)} articles", some)):
        report = evaluate.report(scorer, articles, predict(a.parse, articles), True)
        print(f"\n{title}\n{scorer.table(report)}", flush=True)


if __name__ == "__main__":
    main()
