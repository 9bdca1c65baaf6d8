"""How pieces sound and are spelt: the parts that pieces share, so that 温迪 and "Wendy" start near each other.

Every piece of the vocabulary gets a few features, hashed into buckets: letter n-grams for Latin pieces; for a Han character its pinyin
syllable and that syllable's own letter n-grams. The encoder learns a vector per bucket and adds it to the piece's own; the sum is
folded into the embedding table when the model is exported, so that the shipped encoder knows nothing of this.
"""

import unicodedata
import zlib
from pathlib import Path

import numpy as np

BUCKETS = 8192
MOST = 12
_INITIALS = ("zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s", "y", "w")


def syllables(data: Path) -> dict[str, str]:
    """Han character to pinyin without tones ("lü" as "lv"), from pinyin-data (MIT)."""
    out = {}
    for line in (data / "stt-noise/kMandarin_8105.txt").read_text("utf-8").splitlines():
        if line.startswith("U+"):
            code, rest = line.split(":", 1)
            plain = unicodedata.normalize("NFD", rest.split("#")[0].split()[0].replace("ü", "v").replace("ǘ", "v").replace("ǚ", "v").replace("ǜ", "v").replace("ǖ", "v"))
            out[chr(int(code[2:], 16))] = "".join(c for c in plain if c.isascii() and c.isalpha())
    return out


def spell(text: str, syllable: dict[str, str], gap: str) -> str:
    """The text with its Han characters in pinyin, syllables joined by `gap`."""
    out = []
    for c in text:
        if c in syllable:
            out.append(gap + syllable[c])
        else:
            out.append(c)
    return "".join(out).strip()


def _grams(letters: str) -> list[str]:
    return [letters[i : i + n] for n in (2, 3, 4) for i in range(len(letters) - n + 1)]


def _parts(piece: str, syllable: dict[str, str]) -> list[str]:
    if piece in syllable:
        said = syllable[piece]
        start = next((i for i in _INITIALS if said.startswith(i)), "")
        return ["=" + said, "^" + start, "$" + said[len(start) :]] + _grams(said)
    if piece.startswith("##"):
        return _grams(piece[2:]) if piece[2:].isalpha() else []
    return ["^" + piece[:2]] + _grams(piece) if piece.isalpha() and len(piece) > 1 else []


def features(vocab: dict[str, int], syllable: dict[str, str]) -> np.ndarray:
    """int64 [pieces, MOST]: the buckets of each piece; 0 is no feature."""
    out = np.zeros((max(vocab.values()) + 1, MOST), np.int64)
    for piece, i in vocab.items():
        buckets = list(dict.fromkeys(1 + zlib.crc32(p.encode()) % (BUCKETS - 1) for p in _parts(piece, syllable)))[:MOST]
        out[i, : len(buckets)] = buckets
    return out
