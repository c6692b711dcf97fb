"""Predicts and scores.

    python evaluate.py MODEL TOKENIZER_FOLDER ARTICLES.jsonl[.gz] [--decoding decoding.json] [--out PRED.jsonl]

MODEL is a .safetensors of train.py or an .onnx of onnx_export.py with its crf.json beside it. --scorer names
the project's score_attribution.py; without it only predictions are written.
"""
import argparse
import importlib.util
import json
import os

from safetensors.numpy import load_file

import data
import decode
import onnx_export
import train


def decoder(model, folder, options=None):
    """A Decoder on a .safetensors or an .onnx file."""
    tokenizer = train.load_tokenizer(folder)
    if model.endswith(".onnx"):
        with open(os.path.join(os.path.dirname(model) or ".", "crf.json"), encoding="utf-8") as lines:
            return decode.Decoder(tokenizer, decode.onnx_run(model), json.load(lines), options)
    return decode.Decoder(tokenizer, decode.torch_run(train.load(model)), onnx_export.crf(model), options)


def load_scorer(path):
    spec = importlib.util.spec_from_file_location("score_attribution", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(scorer, articles, predictions, interval=False):
    """The scorer's report for predictions [{"id", "attributions"}]."""
    spans = lambda a: {role: [tuple(f) for f in a[role]] for role in ("source", "cue", "content")}
    gold = {a["id"]: (a["text"], [spans(x) for x in a["attributions"]]) for a in articles}
    return scorer.score(gold, {p["id"]: [spans(x) for x in p["attributions"]] for p in predictions}, interval)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("model"), args.add_argument("tokenizer"), args.add_argument("articles")
    args.add_argument("--decoding"), args.add_argument("--out"), args.add_argument("--scorer")
    a = args.parse_args()
    options = None
    if a.decoding:
        with open(a.decoding, encoding="utf-8") as lines:
            options = json.load(lines)
    tagger = decoder(a.model, a.tokenizer, options)
    articles = data.read(a.articles)
    predictions = [{"id": x["id"], "attributions": tagger.attributions(x["text"])} for x in articles]
    if a.out:
        with open(a.out, "w", encoding="utf-8") as out:
            for p in predictions:
                for x in p["attributions"]:
                    x.pop("signs", None)
                out.write(json.dumps(p) + "\n")
    if a.scorer:
        scorer = load_scorer(a.scorer)
        print(scorer.table(report(scorer, articles, predictions, True)))


if __name__ == "__main__":
    main()
