"""Goes on from the shipped weights with articles in which positions are coded.

    python go_on.py DATA_FOLDER CODED.jsonl OUT_FOLDER --shipped ../../model/attribution --scorer score_attribution.py
    python go_on.py --smoke --shipped ../../model/attribution --scorer score_attribution.py

DATA_FOLDER holds train.jsonl.gz and dev.jsonl.gz, CODED lines {"id", "published", "text", "positions": [{"evidence", "at"}]}.
The float weights are restored from the shipped 8-bit file. Training sees all of train and the coded articles twice
an epoch. --smoke runs every step on sample.py's made-up articles; its scores mean nothing.
"""
import argparse
import json
import os
import shutil
import tempfile

import numpy as np
import onnx
import torch
from onnx import numpy_helper

import coded
import data
import decode
import evaluate
import run
import sample
import train


def restore(folder):
    """The float32 parameters behind tagger.onnx and crf.json of a folder."""
    graph = onnx.load(f"{folder}/tagger.onnx").graph
    w = {i.name: numpy_helper.to_array(i) for i in graph.initializer}

    def whole(name):
        return (w[name + "_quantized"].astype(np.float32) - w[name + "_zero_point"]) * w[name + "_scale"]

    ends = {".B": ".bias", ".g": ".weight", ".b": ".bias"}
    p = {n[:-2] + ends[n[-2:]]: v for n, v in w.items() if n[-2:] in ends and n != "tag.B"}
    p |= {n.removesuffix(".W_quantized") + ".weight": whole(n.removesuffix("_quantized")).T
          for n in w if n.endswith(".W_quantized")}
    p["embeddings.word_embeddings.weight"] = w["word"].astype(np.float32) * w["grain"]
    p["embeddings.position_embeddings.weight"] = whole("position")
    p["embeddings.token_type_embeddings.weight"] = np.zeros((2, p["embeddings.word_embeddings.weight"].shape[1]), np.float32)
    shape = w["shape_rows"][1:].reshape(5, 5, 5, -1)
    p["shape.case"] = shape[:, 0, 0]
    p["shape.space"] = shape[0, :, 0] - shape[0, 0, 0]
    p["shape.quote"] = shape[0, 0] - shape[0, 0, 0]
    p |= {"tag.w": w["tag.W"], "tag.b": w["tag.B"], "q": w["q.W"] * np.float32(w["q.W"].shape[1] ** .5), "k": w["k.W"]}
    with open(f"{folder}/crf.json", encoding="utf-8") as lines:
        crf = json.load(lines)
    step = np.array(crf["step"], np.float32)
    p["crf.step"], p["crf.start"] = np.where(step > -1000, step, 0), np.array(crf["start"], np.float32)
    return {n: torch.from_numpy(np.array(v, np.float32)) for n, v in p.items()}


def as_coded(article):
    """A sample article as one in which only positions are coded."""
    contents = [x["content"][0] for x in article["attributions"]]
    return {"id": article["id"], "published": article["date"], "text": article["text"],
            "positions": [{"evidence": article["text"][s:e], "at": s} for s, e in contents]}


def go_on(articles, told, develop, dev, out, a):
    """Trains on `articles` and on the coded ones of `told`; tunes on `develop`, prints scores on `dev`, writes into `out`."""
    os.makedirs(out, exist_ok=True)
    scorer = evaluate.load_scorer(a.scorer)
    with open(f"{a.shipped}/crf.json", encoding="utf-8") as crf, open(f"{a.shipped}/decoding.json", encoding="utf-8") as options:
        teacher = decode.Decoder(train.load_tokenizer(a.shipped), decode.onnx_run(f"{a.shipped}/tagger.onnx"),
                                 json.load(crf), {**json.load(options), "least": 0.2})
    extra = [coded.attributions(x, teacher) for x in told]
    mean = train.train(articles + extra * 2, train.load_tokenizer(a.shipped), restore(a.shipped), a.epochs, a.seed,
                       peak=a.peak, minutes=a.minutes)
    train.write(mean, f"{out}/weights.safetensors")
    shutil.copy(f"{a.shipped}/tokenizer.json", f"{out}/tokenizer.json")
    run.finish(f"{out}/weights.safetensors", articles, develop, dev, out, out, scorer)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "coded", "out"):
        args.add_argument(name, nargs="?")
    args.add_argument("--shipped", required=True), args.add_argument("--scorer", required=True)
    args.add_argument("--epochs", type=int, default=1), args.add_argument("--minutes", type=float)
    args.add_argument("--seed", type=int, default=3), args.add_argument("--peak", type=float, default=1.2e-4)
    args.add_argument("--smoke", action="store_true")
    a = args.parse_args()
    if a.smoke:
        some = sample.articles()
        with tempfile.TemporaryDirectory() as out:
            go_on(some[:4], [as_coded(x) for x in some[:4]], some[4:], some[4:], out, a)
        return
    if not a.out:
        args.error("DATA_FOLDER, CODED and OUT_FOLDER are needed")
    articles, develop = train.split(data.read(f"{a.data}/train.jsonl.gz"), 40)
    go_on(articles, data.read(a.coded), develop, data.read(f"{a.data}/dev.jsonl.gz"), a.out, a)


if __name__ == "__main__":
    main()
