"""A merchant's name in words and letter n-grams: what the category head sees beside the encoder's vector.

`core/model/src/category_words.rs` does the same to the letter; `reference.json` holds the two together.
"""

from .descriptors import has_han

APOSTROPHES = "'’`"


def words(tokenizer, text: str) -> list[str]:
    """The text's words after the tokenizer's own cleaning: Han characters in a row are one word, an apostrophe joins what stands around it,
    digits and other signs are left out."""
    out, joins, in_han = [], False, False
    for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(text)):
        if word in APOSTROPHES:
            joins, in_han = bool(out), False
        elif len(word) == 1 and has_han(word):
            if in_han:
                out[-1] += word
            else:
                out.append(word)
            joins, in_han = False, True
        elif any(c.isalpha() for c in word):
            if joins:
                out[-1] += word
            else:
                out.append(word)
            joins, in_han = False, False
        else:
            joins, in_han = False, False
    return out


def grams(word: str, least: int, most: int) -> list[str]:
    """The n-grams of a word with a space on either side; of a word with Han characters also each character."""
    framed = f" {word} "
    out = [framed[i : i + n] for n in range(least, most + 1) for i in range(len(framed) - n + 1)]
    return out + [c for c in word if has_han(c)]


_HASHES: dict[str, int] = {}


def fnv(text: str) -> int:
    """FNV-1a, 32 bits, of the UTF-8 bytes."""
    known = _HASHES.get(text)
    if known is None:
        known = 0x811C9DC5
        for byte in text.encode():
            known = ((known ^ byte) * 0x01000193) & 0xFFFFFFFF
        _HASHES[text] = known
    return known


def hashes(tokenizer, text: str, least: int, most: int) -> list[int]:
    """Hashes of the distinct n-grams of a text, in order of appearance."""
    return list(dict.fromkeys(fnv(g) for w in words(tokenizer, text) for g in grams(w, least, most)))
