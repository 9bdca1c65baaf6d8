"""Names that training knows, found again through what bills do to them: branches, numbers, towns, prefixes, cut ends, slips.

A name is compared by its letter pairs and triples, each weighed by how rare it is among the known names. Trust in what is found is a
logistic function of how much of the name and of the text it covers and of what the rest of the category head thinks of it.
`core/model/src/category_known.rs` does the same.
"""

from collections import Counter

import numpy as np

from . import letters

BUCKETS = 1 << 15
LEAST, MOST = 2, 3
PLACE = [1.0, 1.0, 0.9, 0.8, 0.7]
"""What the first words of a text count, and the last number all further ones."""
FILL, BEFORE_STAR = 0.3, 0.3
FILLERS = frozenset(
    "store stores shop ltd inc llc plc co corp gmbh retail online svcs services intl com www uk gb gbr us usa cn sg de fr ca au hk pos card sp iz sq tst".split()
)


def weighed(tokenizer, text: str) -> dict[int, float]:
    """The buckets of a text's pairs and triples with their weight by place: words before the last `*` and fillers count little."""
    head, star, tail = text.rpartition("*")
    rest = letters.words(tokenizer, tail)
    if star and rest:
        parts = [(w, BEFORE_STAR) for w in letters.words(tokenizer, head)] + [(w, None) for w in rest]
    else:
        parts = [(w, None) for w in letters.words(tokenizer, text)]
    alone = sum(weight is None for _, weight in parts) < 2
    out, place = {}, 0
    for word, weight in parts:
        if weight is None:
            if word in FILLERS and not alone:
                weight = FILL
            else:
                weight = PLACE[min(place, len(PLACE) - 1)]
                place += 1
        for gram in letters.grams(word, LEAST, MOST):
            bucket = letters.fnv(gram) % BUCKETS
            out[bucket] = max(out.get(bucket, 0.0), weight)
    return out


class Known:
    """An index of names with one category each."""

    def __init__(self, names: list[str], category: list[int]):
        self.names, self.category = names, np.array(category)
        rows = [sorted({letters.fnv(g) % BUCKETS for w in n.split(" ") for g in letters.grams(w, LEAST, MOST)}) for n in names]
        count = np.bincount(np.concatenate(rows), minlength=BUCKETS)
        self.rare = np.where(count > 0, np.log(np.float32(len(names)) / np.maximum(count, 1).astype(np.float32)), 0).astype(np.float32)
        holders = [[] for _ in range(BUCKETS)]
        for i, row in enumerate(rows):
            for bucket in row:
                holders[bucket].append(i)
        self.holders = [np.array(h, np.int32) for h in holders]
        self.total = np.array([self.rare[row].sum() for row in rows], np.float32)

    def find(self, tokenizer, text: str):
        """(name's number, share of the name, share of the text, weight that matched), or None where nothing matches."""
        query = weighed(tokenizer, text)
        matched = np.zeros(len(self.names), np.float32)
        whole = np.float32(0)
        for bucket, weight in query.items():
            part = np.float32(weight) * self.rare[bucket]
            whole += part
            matched[self.holders[bucket]] += part
        score = merit(matched, self.total, whole)
        best = int(score.argmax())
        return None if matched[best] <= 0 else (best, float(matched[best] / self.total[best]), float(matched[best] / whole), float(matched[best]))


def merit(matched, total, whole):
    """What ranks names: the share of the name that matched, and the rest of the text against it a little."""
    return matched / np.maximum(total + np.float32(0.3) * (whole - matched), np.float32(1e-6))


def trust_inputs(found, agrees: float) -> np.ndarray:
    """What the trust in a find is computed from; `agrees` is the probability that the rest of the head gives to the name's category."""
    _, of_name, of_text, weight = found
    return np.array([of_name, of_name * of_name, of_text, of_name * of_text, np.log(weight + 1e-3), np.log(max(agrees, 1e-4)), 1.0], np.float32)


def collect(tokenizer, named) -> tuple[list[str], list[int]]:
    """Distinct names in words, sorted, with their most common category, from (text, category) rows."""
    seen = {}
    for text, category in named:
        name = " ".join(letters.words(tokenizer, text))
        if name:
            seen.setdefault(name, Counter())[category] += 1
    names = sorted(seen)
    return names, [min(seen[n], key=lambda c: (-seen[n][c], c)) for n in names]
