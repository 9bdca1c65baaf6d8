"""Measures the reading of replies on public data: how many yeses are found, how many refusals and corrections are taken for one.

    python3 core/whisper/measure.py --data DIR [--held-out] [--noise]

DIR holds `sgd-dstc8`, `clinc150` and `stt-noise`, for example `../shared/data`. The grammar was written on the part that is read without
`--held-out`: SGD's training dialogues and CLINC150's training split; the held-out part, SGD's development dialogues and CLINC150's
validation split, was measured and not read. With `--noise` every reply goes through what speech recognition does to it: no punctuation and no
capitals, a filler in every fourth reply, and one word in ten written as another word with the very same sound (Chinese, with
`--chinese FILE.jsonl`: one character in thirty as another of the same syllable and tone).
SGD's `affirm+request` replies say yes and ask something; those that ask for the amount are counted apart, since the right reading of
them is a question: the amount is answered and asked again.
"""

import argparse
import collections
import gzip
import hashlib
import json
import pathlib
import random
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
AMOUNT = re.compile(
    r"how much|\bcosts?\b|costing|\bprices?\b|price range|\bpric(e)?y\b|\bfares?\b|\btotal\b|expensive|\bcharges?\b|\brent\b|\bpay\b|\bfees?\b|\bmoney\b|\bbill\b|"
    r"\bamount\b|\brates?\b|costly|\bdamage\b|wallet",
    re.IGNORECASE,
)


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def replies(data, held_out):
    part = "dev" if held_out else "train"
    for row in lines(data / f"sgd-dstc8/confirm_{part}.jsonl.gz"):
        label = row["label"]
        if label == "affirm+request" and AMOUNT.search(row["user"]):
            label = "affirm, asks amount"
        yield "sgd " + label, row["user"]
    part = "val" if held_out else "train"
    for row in lines(data / "clinc150/train_val.jsonl.gz"):
        if row["split"] == part and row["intent"] in ("yes", "no", "cancel", "maybe", "repeat"):
            yield "clinc " + row["intent"], row["text"]


def same_sound(data):
    english, chinese = collections.defaultdict(list), collections.defaultdict(list)
    sounds = collections.defaultdict(list)
    for row in gzip.open(data / "stt-noise/cmudict.dict.gz", "rt", encoding="utf-8"):
        word, *phonemes = row.split("#")[0].split()
        if word.isalpha():
            sounds[" ".join(phonemes)].append(word)
    for words in sounds.values():
        for word in words:
            english[word] += [w for w in words if w != word]
    syllables = collections.defaultdict(list)
    for row in (data / "stt-noise/kMandarin_8105.txt").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"U\+([0-9A-F]+): (\S+)", row):
            syllables[match[2].split(",")[0]].append(chr(int(match[1], 16)))
    for characters in syllables.values():
        for c in characters:
            chinese[c] = [other for other in characters if other != c]
    return english, chinese


def noisy(words, tables):
    english, chinese = tables
    dice = random.Random(hashlib.sha256(words.encode()).digest())
    if re.search(r"[\u4e00-\u9fff]", words):
        text = re.sub(r"[^\w]", "", words)
        text = "".join(dice.choice(chinese[c]) if chinese.get(c) and dice.random() < 1 / 30 else c for c in text)
        return dice.choice(["嗯", "呃", "那个"]) + text if dice.random() < 0.25 else text
    text = re.sub(r"[^\w' ]", " ", words.lower()).split()
    text = [dice.choice(english[w]) if english.get(w) and dice.random() < 0.1 else w for w in text]
    if dice.random() < 0.25:
        text.insert(dice.randrange(len(text) + 1), dice.choice(["um", "uh", "er", "hmm"]))
    return " ".join(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--noise", action="store_true")
    parser.add_argument("--chinese", type=pathlib.Path, help="lines of {words, meaning}")
    args = parser.parse_args()
    rows = list(replies(args.data, args.held_out))
    if args.chinese:
        rows += [("chinese " + r["meaning"], r["words"]) for r in map(json.loads, args.chinese.open(encoding="utf-8"))]
    if args.noise:
        tables = same_sound(args.data)
        rows = [(label, noisy(words, tables)) for label, words in rows]
    lines_in = "".join(json.dumps({"words": w, "meaning": label}) + "\n" for label, w in rows)
    command = ["cargo", "run", "-q", "-p", "assent-whisper", "--example", "measure"]
    subprocess.run(command, input=lines_in, text=True, check=True, cwd=ROOT)


main()
