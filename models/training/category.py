"""The category head: letter n-grams and the encoder's vector, weighed against each other, and a list of known names."""

import random
from collections import Counter

import numpy as np
import torch
import torch.nn.functional as F

from . import letters
from .descriptors import noisy
from .known import INPUTS, Known, collect, trust_inputs
from .taxonomy import CATEGORIES

_SHARE = {"brand": 1.0, "brand-zh": 1.0, "brand-noisy": 0.5, "brand-zh-noisy": 0.5, "brand-pinyin": 0.3, "lexicon-en": 2.0, "lexicon-zh": 2.0, "mcc": 1.0, "woz": 0.3, "pcard": 0.5}
_GRAM_SHARE = _SHARE | {"brand-noisy": 0.3, "brand-zh-noisy": 0.3, "lexicon-en": 1.0, "lexicon-zh": 1.0, "mcc": 0.7}
LEAST, MOST, GRAMS, KEPT = 2, 5, 40000, 6
"""Lengths of the n-grams, how many ship, and how many categories each speaks for."""


class Grams:
    """A linear model on letter n-grams, as it ships: sorted hashes, a rarity of 0..255 each, and the six strongest weights as int8."""

    def __init__(self, hashes, rarity, category, weight, scale, bias):
        self.hashes, self.rarity, self.category, self.weight, self.scale, self.bias = hashes, rarity, category, weight, np.float32(scale), bias

    def known(self, hashes) -> np.ndarray:
        """The places of those hashes that are in the model."""
        at = np.searchsorted(self.hashes, np.array(hashes, np.uint32))
        at = np.minimum(at, len(self.hashes) - 1)
        return at[self.hashes[at] == np.array(hashes, np.uint32)] if len(hashes) else at

    def logits(self, rows) -> np.ndarray:
        """float32 [n, categories] for lists of hashes."""
        out = np.tile(self.bias, (len(rows), 1)).astype(np.float32)
        for i, row in enumerate(rows):
            at = self.known(row)
            if len(at):
                share = self.rarity[at].astype(np.float32)
                share = share / np.sqrt(np.square(share).sum()) * self.scale
                np.add.at(out[i], self.category[at].ravel(), (share[:, None] * self.weight[at]).ravel())
        return out


def fit_grams(rows, category, weight, names, seed: int, epochs: int = 5) -> Grams:
    """Multinomial logistic regression on the n-grams that stand in at least two of the `names` (numbers of rows), pruned to what ships."""
    count = Counter(h for i in names for h in rows[i])
    kept = sorted(sorted((h for h in count if count[h] >= 2), key=lambda h: (-count[h], h))[:GRAMS])
    place = {h: i for i, h in enumerate(kept)}
    rarity = np.log(1 + len(names) / (1 + np.array([count[h] for h in kept], np.float32)))
    rarity = np.clip(np.rint(rarity / rarity.max() * 255), 1, 255).astype(np.uint8)
    x = [[place[h] for h in row if h in place] for row in rows]
    torch.manual_seed(seed)
    table, bias = torch.zeros(len(kept), len(CATEGORIES), requires_grad=True), torch.zeros(len(CATEGORIES), requires_grad=True)
    optimizer = torch.optim.Adam([table, bias], lr=0.1)
    rare, y, w = torch.from_numpy(rarity.astype(np.float32)), torch.from_numpy(category), torch.from_numpy(weight.astype(np.float32))
    use = np.array([i for i in range(len(x)) if x[i]])
    rng = np.random.default_rng(seed)
    steps, done = epochs * len(range(0, len(use), 1024)), 0
    for _ in range(epochs):
        order = rng.permutation(use)
        for start in range(0, len(order), 1024):
            part = order[start : start + 1024]
            flat = torch.tensor([j for i in part for j in x[i]])
            size = torch.tensor([len(x[i]) for i in part])
            owner = torch.repeat_interleave(torch.arange(len(part)), size)
            share = rare[flat]
            norm = torch.zeros(len(part)).index_add_(0, owner, share * share).sqrt()
            share = share / norm[owner] * (torch.rand(len(flat)) > 0.15)
            z = F.embedding_bag(flat, table, torch.cumsum(size, 0) - size, mode="sum", per_sample_weights=share) + bias
            loss = (F.cross_entropy(z, y[part], reduction="none") * w[part]).sum() / w[part].sum() + 2e-6 * (table**2).sum()
            for group in optimizer.param_groups:
                group["lr"] = 0.1 * (1 - done / steps) + 1e-4
            done += 1
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    full = (table - table.mean(1, keepdim=True)).detach().numpy()
    top = np.argsort(-np.abs(full), axis=1, kind="stable")[:, :KEPT]
    strong = np.take_along_axis(full, top, 1)
    scale = np.quantile(np.abs(strong), 0.9999) / 127
    return Grams(np.array(kept, np.uint32), rarity, top.astype(np.uint8), np.clip(np.rint(strong / scale), -127, 127).astype(np.int8), scale, bias.detach().numpy())


def fit_linear(x, y, w, seed: int):
    """Weighted multinomial logistic regression on the encoder's vectors: (weight, bias)."""
    torch.manual_seed(seed)
    x, y, w = torch.from_numpy(x), torch.from_numpy(y), torch.from_numpy(w.astype(np.float32))
    layer = torch.nn.Linear(x.shape[1], len(CATEGORIES))
    torch.nn.init.zeros_(layer.weight)
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=200, history_size=20, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = (F.cross_entropy(layer(x), y, reduction="none") * w).sum() / w.sum() + 5e-5 * (layer.weight**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return layer.weight.detach().numpy(), layer.bias.detach().numpy()


def blend(parts, y, seed: int = 0):
    """Weights of the two opinions and a common sharpness, by likelihood: (of grams, of vector)."""
    torch.manual_seed(seed)
    a, b = (torch.from_numpy(p) for p in parts)
    share = torch.tensor([0.7, 0.5], requires_grad=True)
    target = torch.from_numpy(y)
    optimizer = torch.optim.LBFGS([share], max_iter=100, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(share[0] * a + share[1] * b, target)
        loss.backward()
        return loss

    optimizer.step(closure)
    return [float(s) for s in share.detach()]


class Head:
    """The whole head, as `core/model/src/category.rs` computes it."""

    def __init__(self, tokenizer, grams, weight, bias, known, trust):
        self.tokenizer, self.grams, self.weight, self.bias, self.known, self.trust = tokenizer, grams, weight, bias, known, trust

    def open(self, texts, vectors) -> np.ndarray:
        """Probabilities without the list of names: float32 [n, categories]."""
        logits = self.grams.logits([letters.hashes(self.tokenizer, t, LEAST, MOST) for t in texts]) + vectors @ self.weight.T + self.bias
        return torch.softmax(torch.from_numpy(logits), -1).numpy()

    def probabilities(self, texts, vectors) -> np.ndarray:
        """Probabilities: float32 [n, categories]."""
        out = self.open(texts, vectors)
        for i, text in enumerate(texts):
            found = self.known.find(self.tokenizer, text)
            if found:
                category = self.known.category[found[0]]
                trust = 1 / (1 + np.exp(-float(self.trust @ trust_inputs(found, out[i, category]))))
                out[i] *= 1 - trust
                out[i, category] += trust
        return out


def fit_trust(head, texts, right, weight, vectors) -> np.ndarray:
    """How far a find is to be trusted, from texts with the set of categories that are right for each and what each counts."""
    before = head.open(texts, vectors)
    rows, hits, counts = [], [], []
    for i, text in enumerate(texts):
        found = head.known.find(head.tokenizer, text)
        if found:
            category = int(head.known.category[found[0]])
            rows.append(trust_inputs(found, before[i, category]))
            hits.append(category in right[i])
            counts.append(weight[i])
    x, y, w = torch.from_numpy(np.stack(rows)), torch.tensor(hits, dtype=torch.float32), torch.tensor(counts)
    trust = torch.zeros(x.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([trust], max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = (F.binary_cross_entropy_with_logits(x @ trust, y, reduction="none") * w).mean() + 1e-4 * (trust**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return trust.detach().numpy().astype(np.float32)


def fit(texts, vectors, tokenizer, embed_texts, cities, seed: int):
    """Returns the head and its measures. Fitted on training texts; the weights of its parts and the trust in known names on one half of
    the held-out brands (and fresh noise on known ones), measured on the other half."""
    category = np.array([t.category for t in texts])
    held = np.array([t.held for t in texts])
    source = np.array([t.source for t in texts])
    use = np.where((category >= 0) & ~held)[0]
    count = np.bincount(category[use], minlength=len(CATEGORIES)).clip(1)
    balance = (count.mean() / count[category[use]]) ** 0.35
    weight, bias = fit_linear(vectors[use], category[use], np.array([_SHARE[source[i]] for i in use]) * balance, seed)
    rows = [letters.hashes(tokenizer, texts[i].text, LEAST, MOST) for i in use]
    names = [n for n, i in enumerate(use) if source[i] in ("brand", "brand-zh", "lexicon-en", "lexicon-zh")]
    grams = fit_grams(rows, category[use], np.array([_GRAM_SHARE[source[i]] for i in use]), names, seed)

    brands, right = {}, {}
    for i, t in enumerate(texts):
        if t.category >= 0:
            right.setdefault(t.group, set()).add(t.category)
    for i in np.where(held & (category >= 0) & np.isin(source, ["brand", "brand-zh"]))[0]:
        brands.setdefault(texts[i].group, []).append(i)
    order = [brands[str(g)] for g in np.random.default_rng(seed).permutation(sorted(brands))]
    half = len(order) // 2
    tune, test = sum(order[:half], []), sum(order[half:], [])
    parts = [grams.logits([letters.hashes(tokenizer, texts[i].text, LEAST, MOST) for i in tune]), vectors[tune] @ weight.T + bias]
    of_grams, of_vector = blend(parts, category[tune])
    grams.scale, grams.bias = np.float32(grams.scale * of_grams), (grams.bias * of_grams).astype(np.float32)
    weight, bias = (weight * of_vector).astype(np.float32), (bias * of_vector).astype(np.float32)
    bias, grams.bias = bias + grams.bias, np.zeros_like(grams.bias)

    listed = [i for i in use if source[i] in ("brand", "brand-zh", "brand-pinyin")]
    head = Head(tokenizer, grams, weight, bias, Known(*collect(tokenizer, [(texts[i].text, category[i]) for i in listed])), np.zeros(INPUTS, np.float32))
    rng = random.Random(seed + 2)
    clean = [i for i in listed if source[i] != "brand-pinyin"]
    again, unseen = rng.sample(clean, min(1500, len(clean))), tune * 2
    drawn = [noisy(texts[i].text, rng, cities) for i in again] + [texts[i].text if n < len(tune) else noisy(texts[i].text, rng, cities) for n, i in enumerate(unseen)]
    head.trust = fit_trust(head, drawn, [right[texts[i].group] for i in again + unseen], [1.0] * len(again) + [2.0] * len(unseen), embed_texts(drawn))

    def score(index, names=None, any_fits=False):
        names = names or [texts[i].text for i in index]
        p = head.probabilities(names, embed_texts(names))
        guess, sure = p.argmax(1), p.max(1)
        exact = guess == category[index]
        fits = np.array([g in right[texts[i].group] for g, i in zip(guess, index)])
        top = np.argsort(-sure, kind="stable")[: int(0.4 * len(index))]
        bins = np.clip((sure * 10).astype(int), 0, 9)
        ece = sum(abs(exact[bins == b].mean() - sure[bins == b].mean()) * (bins == b).mean() for b in set(bins))
        return {"n": len(index), "top1": round(float(exact.mean()), 4), "any_of_the_brands": round(float(fits.mean()), 4), "ece": round(float(ece), 4),
                "top1_at_40_percent_coverage": round(float(exact[top].mean()), 4), "any_at_40_percent_coverage": round(float(fits[top].mean()), 4)}

    def of(*sources):
        return [int(i) for i in np.where(held & (category >= 0) & np.isin(source, sources))[0]]

    fresh = random.Random(seed + 1)
    known = fresh.sample(clean, min(2000, len(clean)))
    measures = {
        "weight_of_grams_and_vector": [round(of_grams, 3), round(of_vector, 3)],
        "unseen_brands_test_half": score(test),
        "unseen_brands_all": score(tune + test),
        "unseen_brands_chinese": score(of("brand-zh")),
        "unseen_brands_noisy": score(random.Random(seed).sample(of("brand-noisy", "brand-zh-noisy"), min(1500, len(of("brand-noisy", "brand-zh-noisy"))))),
        "unseen_lexicon": score(of("lexicon-en", "lexicon-zh")),
        "unseen_beijing_merchants": score(of("woz")),
        "known_brands_clean": score(known),
        "known_brands_fresh_noise": score(known, [noisy(texts[i].text, fresh, cities) for i in known]),
        "majority_class": round(float((category[test] == np.bincount(category[use]).argmax()).mean()), 4),
    }
    alone = {"grams_only": parts[0], "vector_only": parts[1], "both": parts[0] * of_grams + parts[1] * of_vector}
    measures["tune_half"] = {name: round(float((z.argmax(1) == category[tune]).mean()), 4) for name, z in alone.items()}
    return head, measures


def baseline(texts, seed: int) -> float:
    """Top-1 on unseen brands of a plain character n-gram TF-IDF with logistic regression, fitted on the same texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import SGDClassifier

    fit_on = [t for t in texts if t.category >= 0 and not t.held]
    test = [t for t in texts if t.category >= 0 and t.held and t.source in ("brand", "brand-zh")]
    tfidf = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), lowercase=True, sublinear_tf=True)
    x = tfidf.fit_transform([t.text for t in fit_on])
    model = SGDClassifier(loss="log_loss", alpha=2e-6, random_state=seed, max_iter=20).fit(x, [t.category for t in fit_on])
    return round(float(np.mean(model.predict(tfidf.transform([t.text for t in test])) == [t.category for t in test])), 4)
