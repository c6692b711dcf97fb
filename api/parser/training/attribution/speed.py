"""How fast the parser's tagger is beside ONNX Runtime, on the same cores and texts, as ratios within one run.

    cargo build --release -p plenary-parser --example speed
    python speed.py target/release/examples/speed CORPUS [--recipe FOLDER] [--rounds 3]

CORPUS is a folder of Markdown articles (api/server/corpus); pairs of them make articles of about 5 kB. Two
comparisons, each on one core and on two, each side in a process of its own, one after the other, --rounds times. Beside
the ratio of speeds stands that of work done in a second of processor, which other load on the machine disturbs less:

network    tokens a second of the shipped network on the parser's windows; ONNX Runtime runs the same file one window
           a thread with one thread a window, and all windows of a length together on all threads; the faster counts.
articles   articles a second from text to attributions, against the recipe in FOLDER (its tagger.py and
           tagger.int8.onnx) run by ONNX Runtime: half-overlapping windows, one or eight at a time; the faster counts.
           Without --recipe against decode.py of this folder. Python's own work cannot use two cores at once, so each
           core has a process of its own.
"""
import argparse
import glob
import importlib.util
import json
import multiprocessing
import os
import subprocess
import sys
import time
import types
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import numpy as np
import onnxruntime

import decode
import evaluate
import train

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "../../model/attribution")
REPEAT = 3      # passes over all texts in one timing


def articles(folder):
    """About 5 kB each: the texts of two sample articles that are seven apart in the folder."""
    texts = []
    for path in sorted(glob.glob(os.path.join(folder, "*.md"))):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if text.startswith("---\n"):
            texts.append(text.split("---\n", 2)[2].strip())
    return [f"{text}\n\n{texts[(at + 7) % len(texts)]}" for at, text in enumerate(texts)]


def session(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def timed(count, run):
    """(things a second, things a second of processor)"""
    run()
    began, before = time.perf_counter(), time.process_time()
    for _ in range(REPEAT):
        run()
    return count * REPEAT / (time.perf_counter() - began), count * REPEAT / (time.process_time() - before)


def network(windows, cores):
    """Tokens a second of ONNX Runtime, for each way of running it."""
    rows = [{name: np.array([row[name]], np.int64) for name in ("ids", "shape")} for row in windows]
    tokens = sum(row["ids"].size for row in rows)
    one, lengths = session(f"{MODEL}/tagger.onnx", 1), defaultdict(list)
    for row in rows:
        lengths[row["ids"].size].append(row)
    batches = [{name: np.concatenate([row[name] for row in group[at:at + 8]]) for name in ("ids", "shape")}
               for group in lengths.values() for at in range(0, len(group), 8)]
    many = session(f"{MODEL}/tagger.onnx", cores)
    with ThreadPoolExecutor(cores) as pool:
        return {"window a thread": timed(tokens, lambda: list(pool.map(lambda row: one.run(None, row), rows))),
                "batches of 8": timed(tokens, lambda: [many.run(None, batch) for batch in batches])}


def stub(name):
    """A module that is imported and never used."""
    module = types.ModuleType(name)
    module.__getattr__ = lambda attribute: None
    sys.modules.setdefault(name, module)


def recipe(folder, rows):
    """From text to attributions by the recipe in `folder`, `rows` windows at a time, its network in ONNX Runtime."""
    for name in ("jax", "jax.numpy", "optax"):
        stub(name)
    sys.modules["jax"].numpy = sys.modules["jax.numpy"]
    spec = importlib.util.spec_from_file_location("recipe", os.path.join(folder, "tagger.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tagger = module.Tagger.__new__(module.Tagger)
    tagger.p, tagger.tokenizer = None, train.load_tokenizer(folder)
    graph = session(os.path.join(folder, "tagger.int8.onnx"), 1)
    tagger.run = lambda _, ids: graph.run(["tags", "pointer"], {"ids": ids.astype(np.int64)})
    return lambda text: tagger.attributions(text, batch=rows)


def own(_folder, _rows):
    """The same by this folder's decode.py."""
    with open(f"{MODEL}/decoding.json", encoding="utf-8") as file:
        return evaluate.decoder(f"{MODEL}/tagger.onnx", MODEL, json.load(file)).attributions


def share(maker, folder, rows, texts, core, barrier, used):
    """One core's part of the articles. `used` gets its seconds of processor."""
    os.sched_setaffinity(0, {core})
    run = maker(folder, rows)
    run(texts[0])
    barrier.wait()
    before = time.process_time()
    for _ in range(REPEAT):
        for text in texts:
            run(text)
    used.put(time.process_time() - before)
    barrier.wait()


def whole(folder, texts, cores):
    """Articles a second of ONNX Runtime, for each way of running it."""
    found, told = {}, sorted(os.sched_getaffinity(0))
    for rows in (1, 8) if folder else (1,):
        barrier, used = multiprocessing.Barrier(cores + 1), multiprocessing.Queue()
        parts = [multiprocessing.Process(target=share, args=(recipe if folder else own, folder, rows, texts[n::cores],
                                                             told[n % len(told)], barrier, used)) for n in range(cores)]
        for part in parts:
            part.start()
        barrier.wait()
        began = time.perf_counter()
        barrier.wait()
        seconds, processor = time.perf_counter() - began, sum(used.get() for _ in parts)
        found[f"{rows} windows at a time"] = len(texts) * REPEAT / seconds, len(texts) * REPEAT / processor
        for part in parts:
            part.join()
    return found


def isolated(queue, run, args, cores):
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:cores]))
    queue.put(run(*args, cores))


def apart(run, args, cores):
    """The answer of `run` from a fresh process on so many cores."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=isolated, args=(queue, run, args, cores))
    process.start()
    answer = queue.get()
    process.join()
    return answer


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("program"), args.add_argument("corpus"), args.add_argument("--recipe")
    args.add_argument("--rounds", type=int, default=3), args.add_argument("--cores", type=int, nargs="+", default=[1, 2])
    args.add_argument("--only", choices=["network", "articles"])
    a = args.parse_args()
    texts = articles(a.corpus)
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    print(f"{len(texts)} articles of {sum(len(t.encode()) for t in texts) / len(texts):.0f} bytes")

    def program(what, cores):
        told = sorted(os.sched_getaffinity(0))[:cores]
        done = subprocess.run([a.program, what, str(REPEAT)], input=lines, capture_output=True, text=True, encoding="utf-8",
                              check=True, preexec_fn=lambda: os.sched_setaffinity(0, told))
        return done.stdout

    windows = [json.loads(line) for line in program("windows", 1).splitlines()]
    for what, other, args in (("network", network, (windows,)), ("articles", whole, (a.recipe, texts))):
        if a.only not in (None, what):
            continue
        for cores in a.cores:
            ratios = []
            for _ in range(a.rounds):
                told = json.loads(program(what, cores))
                ours = [told["count"] / (told[clock] or np.nan) for clock in ("seconds", "processor")]
                theirs = apart(other, args, cores)
                ratios.append([our / max(way[clock] for way in theirs.values()) for clock, our in enumerate(ours)])
                rows = {"parser": ours, **theirs}
                print(f"{what}, {cores} cores: " + "; ".join(f"{name} {speed:.2f}/s, {work:.2f} a second of processor"
                                                             for name, (speed, work) in rows.items()), flush=True)
            for clock, name in enumerate(("speed", "work in a second of processor")):
                some = [row[clock] for row in ratios]
                print(f"{what}, {cores} cores, {name}: {median(some):.2f} times ONNX Runtime's ("
                      + ", ".join(f"{r:.2f}" for r in some) + ")", flush=True)


if __name__ == "__main__":
    main()
