"""Writes what the parser's test expects of the shipped weights: tests/data/tagger_reference.jsonl.

    python reference.py MODEL_FOLDER > ../../tests/data/tagger_reference.jsonl

MODEL_FOLDER holds tagger.onnx, tokenizer.json, crf.json and decoding.json. Each line has a made-up text, its
tokens, their shapes and tags, and the attributions with their confidence.
"""
import json
import sys

import decode
import features
import sample
from tokenizers import Tokenizer

SENTENCES = """
Ana Torvald, the envoy of Vardania, said on Tuesday that her government would wait until spring.
“We will not sign this paper,” said Bosko. “It has no dates and no names.”
Bosko called the offer unfair, adding that nobody had asked for it, and left the hall without a word.
The ministry denied that inspectors had been turned away, but officials in Lindal claimed the opposite.
Snow fell on the pass, and the lorries stood in a long line until the morning.
According to the harbour master, three ships are waiting, and he expects two more before the end of the week.
"No ship has left since 12 May," the UNICO agency's spokesman told reporters.
""".strip().split("\n")


def main():
    folder = sys.argv[1]
    tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
    tokenizer.no_truncation(), tokenizer.no_padding()
    with open(f"{folder}/crf.json", encoding="utf-8") as crf, open(f"{folder}/decoding.json", encoding="utf-8") as options:
        tagger = decode.Decoder(tokenizer, decode.onnx_run(f"{folder}/tagger.onnx"), json.load(crf), json.load(options))
    # All together are long enough for several windows.
    whole = "\n\n".join([*SENTENCES, *(article["text"] for article in sample.articles())])
    for text in [*SENTENCES, whole]:
        forward = tagger.forward(text)
        offsets = forward["offsets"]
        emit = decode.join_windows(forward["tags"], forward["spots"], len(offsets))
        attributions = tagger.attributions(text, forward)
        for a in attributions:
            del a["signs"]
            a["confidence"] = round(a["confidence"], 3)
        print(json.dumps({
            "text": text,
            "ids": tokenizer.encode(text, add_special_tokens=False).ids,
            "shapes": features.shape_codes(text, offsets),
            "path": decode.viterbi(emit, tagger.step, tagger.start),
            "attributions": attributions,
        }, ensure_ascii=False))


if __name__ == "__main__":
    main()
