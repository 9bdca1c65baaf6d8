"""The category head: one linear layer on frozen vectors, temperature folded in."""

import random

import numpy as np
import torch
import torch.nn.functional as F

from .descriptors import noisy
from .taxonomy import CATEGORIES

_SHARE = {"brand": 1.0, "brand-zh": 1.0, "brand-noisy": 0.5, "brand-zh-noisy": 0.5, "lexicon-en": 2.0, "lexicon-zh": 2.0, "mcc": 1.0, "woz": 0.3, "pcard": 0.5}


def fit(texts, vectors, seed: int):
    """Returns (weight [C, 128], bias [C], measures). Fitted on training texts; temperature on one half of the held-out brands,
    measured on the other half."""
    category = np.array([t.category for t in texts])
    held = np.array([t.held for t in texts])
    source = np.array([t.source for t in texts])
    use = np.where((category >= 0) & ~held)[0]
    count = np.bincount(category[use], minlength=len(CATEGORIES)).clip(1)
    weight = np.array([_SHARE[source[i]] for i in use]) * (count.mean() / count[category[use]]) ** 0.35
    torch.manual_seed(seed)
    x, y, w = torch.from_numpy(vectors[use]), torch.from_numpy(category[use]), torch.from_numpy(weight.astype(np.float32))
    layer = torch.nn.Linear(x.shape[1], len(CATEGORIES))
    torch.nn.init.zeros_(layer.weight)
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=400, history_size=20, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = (F.cross_entropy(layer(x), y, reduction="none") * w).sum() / w.sum() + 5e-5 * (layer.weight ** 2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)

    brands = {}
    for i in np.where(held & (category >= 0) & np.isin(source, ["brand", "brand-zh"]))[0]:
        brands.setdefault(texts[i].group, []).append(i)
    order = [brands[str(g)] for g in np.random.default_rng(seed).permutation(sorted(brands))]
    half = len(order) // 2
    tune, test = sum(order[:half], []), sum(order[half:], [])
    with torch.inference_mode():
        logits = layer(torch.from_numpy(vectors)).numpy()
    grid = np.exp(np.linspace(np.log(0.3), np.log(5), 120))
    nll = [F.cross_entropy(torch.from_numpy(logits[tune] / t), torch.from_numpy(category[tune])).item() for t in grid]
    temperature = float(grid[int(np.argmin(nll))])
    probability = torch.softmax(torch.from_numpy(logits / temperature), -1).numpy()
    guess, sure = probability.argmax(1), probability.max(1)

    def score(index):
        hit, p = guess[index] == category[index], sure[index]
        bins = np.clip((p * 10).astype(int), 0, 9)
        ece = sum(abs(hit[bins == b].mean() - p[bins == b].mean()) * (bins == b).mean() for b in set(bins))
        top = np.argsort(-p)[: int(0.4 * len(p))]
        return {"n": len(index), "top1": round(float(hit.mean()), 4), "ece": round(float(ece), 4), "top1_at_40_percent_coverage": round(float(hit[top].mean()), 4)}

    def of(*names):
        return [i for i in np.where(held & (category >= 0) & np.isin(source, names))[0]]

    measures = {
        "temperature": round(temperature, 3),
        "unseen_brands_test_half": score(test),
        "unseen_brands_all": score(tune + test),
        "unseen_brands_chinese": score(of("brand-zh")),
        "unseen_brands_noisy": score(of("brand-noisy", "brand-zh-noisy")),
        "unseen_lexicon": score(of("lexicon-en", "lexicon-zh")),
        "unseen_beijing_merchants": score(of("woz")),
        "known_brands_clean": score([i for i in np.where(~held & np.isin(source, ["brand", "brand-zh"]))[0]]),
        "known_brands_noisy": score([i for i in np.where(~held & np.isin(source, ["brand-noisy", "brand-zh-noisy"]))[0]]),
        "majority_class": round(float((category[test] == np.bincount(category[use]).argmax()).mean()), 4),
    }
    return layer.weight.detach().numpy() / temperature, layer.bias.detach().numpy() / temperature, measures


def known_through_fresh_noise(texts, embed_texts, weight, bias, seed: int, count: int = 3000) -> dict:
    """Top-1 on known brands whose names carry noise that training did not draw. A guess counts where any category of that brand fits."""
    rng = random.Random(seed + 1)
    brands = [t for t in texts if not t.held and t.source in ("brand", "brand-zh")]
    of_brand = {}
    for t in brands:
        of_brand.setdefault(t.group, set()).add(t.category)
    picked = rng.sample(brands, count)
    guess = (embed_texts([noisy(t.text, rng) for t in picked]) @ weight.T + bias).argmax(1)
    return {"n": count, "top1": round(float(np.mean([g in of_brand[t.group] for g, t in zip(guess, picked)])), 4)}


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
