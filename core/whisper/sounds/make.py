"""Makes the tables of words that sound alike, `en.txt` and `zh.txt` beside this file.

    python3 core/whisper/sounds/make.py --data DIR

DIR holds `stt-noise/cmudict.dict.gz` (CMU Pronouncing Dictionary, BSD-2-Clause) and `stt-noise/kMandarin_8105.txt` (pinyin-data, MIT),
for example `../shared/data`.
English: words of the grammar and every other word with the very same phonemes. Chinese: characters by syllable, without tones and with
zh/z, ch/c, sh/s, ng/n, l/n as one, which are what speech recognition takes for each other.
"""

import argparse
import collections
import gzip
import pathlib
import re
import unicodedata

here = pathlib.Path(__file__).parent


def syllable(pinyin: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", pinyin) if c.isascii() or c == "\u0308")
    plain = plain.replace("u\u0308", "v").replace("\u0308", "")
    plain = re.sub(r"^(z|c|s)h", r"\1", plain)
    plain = re.sub(r"^l", "n", plain)
    return re.sub(r"ng$", "n", plain)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    data = parser.parse_args().data / "stt-noise"

    vocabulary = set(re.findall(r"[a-z]+", (here.parent / "grammar/en.txt").read_text()))
    # `hello, ai` is no `aye`, `fine weather` no `whether`.
    vocabulary -= {"aye", "whether"}
    by_sound = collections.defaultdict(set)
    for line in gzip.open(data / "cmudict.dict.gz", "rt", encoding="utf-8"):
        word, *phonemes = line.split("#")[0].split()
        if word.isalpha():
            by_sound[" ".join(p.rstrip("012") for p in phonemes)].add(word)
    with (here / "en.txt").open("w") as out:
        out.write("# Words that sound the same as a word of the grammar. From the CMU Pronouncing Dictionary (BSD-2-Clause).\n")
        for words in sorted(sorted(words - {"aye"}) for words in by_sound.values()):
            if len(words) > 1 and vocabulary & set(words):
                out.write(" ".join(words) + "\n")

    by_syllable = collections.defaultdict(str)
    for line in (data / "kMandarin_8105.txt").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"U\+([0-9A-F]+): (\S+)", line):
            by_syllable[syllable(match[2].split(",")[0])] += chr(int(match[1], 16))
    with (here / "zh.txt").open("w", encoding="utf-8") as out:
        out.write("# Characters that sound alike, a line for each syllable. From pinyin-data, kMandarin_8105 (MIT).\n")
        for name in sorted(by_syllable):
            out.write(f"{name} {by_syllable[name]}\n")


main()
