"""Names that training knows, found again through what bills do to them: branches, numbers, towns, prefixes, cut ends, slips.

Names are looked up by letter pairs and triples, each weighed by how rare it is among the known names; the best few are then laid along the
text letter by letter. Trust in what is found is a logistic function of how well it lies, of how much of the text it covers and of what the
rest of the category head thinks of it.
`core/model/src/category_known.rs` does the same.
"""

from collections import Counter

import numpy as np

from . import letters

BUCKETS = 1 << 15
LEAST, MOST = 2, 3
PLACE = [1.0, 0.8, 0.7, 0.6, 0.5]
"""What the first words of a text count, and the last number all further ones."""
FILL, BEFORE_STAR = 0.3, 0.3
VOWEL, CUT = 0.4, 0.5
CANDIDATES = 8
"""How many of the names that share most with a text are laid along it."""
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


def slips(name: list[tuple[str, bool]], parts: list[str]) -> float:
    """What it costs to lay a name (letters, each with whether it begins a word) along a text, from a word's beginning to a word's end.

    A letter that is wrong, missing or too many costs 1; a missing vowel within a word 0.4, a letter cut off with the text's end 0.5 at most;
    to begin or end within a word costs 1.
    """
    line = "".join(parts)
    edges, length = {0}, 0
    for part in parts:
        length += len(part)
        edges.add(length)
    row = [0.0 if j in edges and j < length else 1.0 for j in range(length + 1)]
    for letter, first in name:
        missing = VOWEL if letter in "aeiou" and not first else 1.0
        new = [row[0] + 1.0]
        for j in range(1, length + 1):
            wrong = row[j - 1] + (line[j - 1] != letter)
            gone = row[j] + (min(missing, CUT) if j == length else missing)
            new.append(min(wrong, gone, new[j - 1] + 1.0))
        row = new
    return min(cost + (j not in edges) for j, cost in enumerate(row))


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
        self.found = {}

    def find(self, tokenizer, text: str):
        """(name's number, how well it lies along the text from 0 to 1, share of the text, weight that matched, letters, whether the text
        begins with its first two letters, whether with its first word), or None."""
        if text not in self.found:
            self.found[text] = self._find(tokenizer, text)
        return self.found[text]

    def _find(self, tokenizer, text: str):
        query = weighed(tokenizer, text)
        matched = np.zeros(len(self.names), np.float32)
        whole = np.float32(0)
        for bucket, weight in query.items():
            part = np.float32(weight) * self.rare[bucket]
            whole += part
            matched[self.holders[bucket]] += part
        if not matched.any():
            return None
        merit = matched / np.maximum(self.total + np.float32(0.3) * (whole - matched), np.float32(1e-6))
        some = [i for i in np.lexsort((np.arange(len(merit)), -merit))[:CANDIDATES] if matched[i] > 0]
        tail = text.rpartition("*")[2]
        parts = letters.words(tokenizer, tail) or letters.words(tokenizer, text)
        best = None
        for i in some:
            name = [(c, at == 0) for word in self.names[i].split(" ") for at, c in enumerate(word)]
            lies = max(0.0, 1 - slips(name, parts) / len(name))
            of_text = float(matched[i] / whole)
            rank = float(merit[i]) + lies + 0.3 * of_text
            if best is None or rank > best[0]:
                begins = parts[0][:2] == self.names[i][:2]
                best = (rank, (int(i), lies, of_text, float(matched[i]), len(name), begins, parts[0] == self.names[i].split(" ")[0]))
        return best[1]


INPUTS = 13
"""How many numbers trust is computed from."""


def trust_inputs(found, agrees: float) -> np.ndarray:
    """What the trust in a find is computed from; `agrees` is the probability that the rest of the head gives to the name's category."""
    _, lies, of_text, weight, length, begins, same = found
    exact = float(lies > 0.999)
    return np.array([
        lies, lies * lies, of_text, lies * of_text, np.log(weight + 1e-3), np.log(max(agrees, 1e-4)), 1.0, exact, exact * of_text, np.log(length),
        begins, begins * lies, same,
    ], np.float32)


def collect(tokenizer, named) -> tuple[list[str], list[int]]:
    """Distinct names in words, sorted, with their most common category, from (text, category) rows."""
    seen = {}
    for text, category in named:
        name = " ".join(letters.words(tokenizer, text))
        if name:
            seen.setdefault(name, Counter())[category] += 1
    names = sorted(seen)
    return names, [min(seen[n], key=lambda c: (-seen[n][c], c)) for n in names]
