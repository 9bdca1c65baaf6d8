"""Measures an encoder on texts that training never saw."""

import numpy as np
from scipy.stats import spearmanr


def cosine_by_source(vectors, target, sources, held) -> dict:
    """Mean cosine to the (reduced) teacher target per source, held-out texts only."""
    cos = (vectors * target).sum(1)
    return {s: {"n": int(n), "cos": round(float(cos[held & (sources == s)].mean()), 4)}
            for s in sorted(set(sources)) if (n := (held & (sources == s)).sum()) >= 20}


def similarity_rank(student, teacher, seed: int, each: int = 3000) -> float:
    """Spearman of the student's against the teacher's full cosine: half random pairs, half pairs from the teacher's ten nearest."""
    rng = np.random.default_rng(seed)
    n = len(teacher)
    sims = teacher @ teacher.T
    np.fill_diagonal(sims, -1)
    left = rng.integers(0, n, each)
    near = np.argpartition(-sims[left], 10, axis=1)[:, :10]
    right = near[np.arange(each), rng.integers(0, 10, each)]
    far_left, far_right = rng.integers(0, n, each), rng.integers(0, n, each)
    keep = far_left != far_right
    a, b = np.concatenate([left, far_left[keep]]), np.concatenate([right, far_right[keep]])
    return round(float(spearmanr((student[a] * student[b]).sum(1), sims[a, b]).statistic), 4)


def retrieval(query, query_group, pool, pool_group) -> float:
    """Share of queries whose nearest vector of the pool belongs to the same group."""
    best = (query @ pool.T).argmax(1)
    return round(float(np.mean([query_group[i] == pool_group[j] for i, j in enumerate(best)])), 4)


def report(texts, vectors, target, teacher_of, embed_texts, seed: int) -> dict:
    """All encoder measures. `teacher_of(text)` gives the teacher's full vector of an English text, `embed_texts` ours of new texts."""
    from .descriptors import has_han, is_latin

    sources = np.array([t.source for t in texts])
    held = np.array([t.held for t in texts])
    has_teacher = np.array([bool(t.teacher) for t in texts])
    out = {"cosine_to_target_held_out": cosine_by_source(vectors, target, sources, held & has_teacher)}

    english = [i for i, t in enumerate(texts) if t.held and t.source in ("tatoeba-en", "sgd", "tm4", "banking77", "clinc150", "hwu64", "snips")]
    english = list(np.random.default_rng(seed).permutation(english)[:5000])
    out["spearman_english_held_out"] = similarity_rank(vectors[english], np.stack([teacher_of(texts[i].text) for i in english]), seed)
    chinese = [i for i, t in enumerate(texts) if t.held and t.source == "tatoeba-zh"]
    out["spearman_chinese_held_out"] = similarity_rank(vectors[chinese], np.stack([teacher_of(texts[i].pair) for i in chinese]), seed)

    pairs = {}
    for i in chinese:
        pairs.setdefault(texts[i].group, i)
    english_of = {t.group: i for i, t in enumerate(texts) if t.held and t.source == "tatoeba-en"}
    groups = [str(g) for g in np.random.default_rng(seed).permutation(sorted(pairs))[:2000]]
    zh, en = [pairs[g] for g in groups], [english_of[g] for g in groups]
    out["tatoeba_zh_to_en_top1"] = {"n": len(groups), "top1": retrieval(vectors[zh], groups, vectors[en], groups)}
    out["tatoeba_en_to_zh_top1"] = {"n": len(groups), "top1": retrieval(vectors[en], groups, vectors[zh], groups)}

    latin = [i for i, t in enumerate(texts) if t.held and t.source == "brand" and is_latin(t.text)]
    named = {texts[i].group for i in latin}
    queries = [i for i, t in enumerate(texts) if t.held and t.source == "brand-zh" and t.group in named and t.pair and not any(c.isascii() and c.isalpha() for c in t.text)]
    wanted = {texts[i].group for i in queries}
    small = [i for i in latin if texts[i].group in wanted]
    group = lambda ix: [texts[i].group for i in ix]  # noqa: E731
    out["brand_zh_to_en_recall1"] = {
        "queries": len(queries), "brands": len(wanted),
        "among_brands_with_both_names": retrieval(vectors[queries], group(queries), vectors[small], group(small)),
        "among_all_held_out_brands": retrieval(vectors[queries], group(queries), vectors[latin], group(latin)),
    }
    noisy = [i for i, t in enumerate(texts) if t.held and t.source == "brand-noisy" and is_latin(t.text)]
    out["brand_descriptor_to_name_recall1"] = {
        "queries": len(noisy), "pool": len(latin), "recall1": retrieval(vectors[noisy], group(noisy), vectors[latin], group(latin)),
    }
    assert not any(has_han(texts[i].text) for i in latin)
    out["requests"] = requests(texts, vectors, embed_texts)
    return out


def official(names, embed_texts) -> dict:
    """Whether the nearest English name of all is the same brand's, and back. `names` are (brand, Chinese, English)."""
    brand = [b for b, _, _ in names]
    zh, en = embed_texts([z for _, z, _ in names]), embed_texts([e for _, _, e in names])
    there, back = (zh @ en.T).argmax(1), (en @ zh.T).argmax(1)
    hits = lambda found: _share([brand[i] == brand[j] for i, j in enumerate(found)])  # noqa: E731
    return {"zh_to_en": hits(there), "en_to_zh": hits(back)}


_XSID = {
    "snips:AddToPlaylist": "add_to_playlist", "snips:BookRestaurant": "book_restaurant", "snips:PlayMusic": "play_music", "snips:RateBook": "rate_book",
    "snips:SearchCreativeWork": "search_creative_work", "snips:SearchScreeningEvent": "search_screening", "snips:GetWeather": "weather",
    "hwu64:alarm/set": "set_alarm", "clinc150:alarm": "set_alarm", "hwu64:alarm/query": "show_alarms", "hwu64:alarm/remove": "cancel_alarm",
    "clinc150:reminder": "show_reminders", "clinc150:reminder_update": "set_reminder",
}
"""Data sets' labels onto the sixteen kinds of request; the remaining four have English templates only."""


def is_asked(text) -> bool:
    """Whether a training text fits one of the linear heads."""
    return bool(text.intent) and (text.source in ("clinc150", "banking77", "asked-en") or text.intent in _XSID)


def linear_head(x, y, seed: int = 0):
    """A plain linear classifier on frozen vectors: multinomial logistic regression by full-batch L-BFGS. Returns a predictor."""
    import torch

    names = sorted(set(y))
    index = {n: i for i, n in enumerate(names)}
    xt, yt = torch.from_numpy(x), torch.tensor([index[n] for n in y])
    layer = torch.nn.Linear(x.shape[1], len(names))
    torch.nn.init.zeros_(layer.weight)
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=40, history_size=10, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(layer(xt * 10), yt) + 1e-4 * (layer.weight ** 2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return lambda v: [names[i] for i in layer(torch.from_numpy(v) * 10).argmax(-1).tolist()]


def _share(hits) -> dict:
    n, k = len(hits), int(np.sum(hits))
    return {"n": n, "top1": round(k / n, 4), "wilson95": wilson(k, n)}


def wilson(k: int, n: int, z: float = 1.959964) -> list:
    """Wilson's 95 % interval of k out of n."""
    p, d = k / n, 1 + z * z / n
    mid, half = (p + z * z / (2 * n)) / d, z * ((p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5) / d
    return [round(mid - half, 4), round(mid + half, 4)]


def requests(texts, vectors, embed_texts) -> dict:
    """Linear heads on frozen vectors: CLINC150's validation part and a tenth of BANKING77's training part, which the encoder never saw,
    and hand-written Chinese requests under a head that saw English only."""
    from . import asked

    out = {}
    for source in ("clinc150", "banking77"):
        rows = [i for i, t in enumerate(texts) if t.source == source and t.intent and t.intent != "clinc150:oos"]
        seen, unseen = [i for i in rows if not texts[i].held], [i for i in rows if texts[i].held]
        guess = linear_head(vectors[seen], [texts[i].intent for i in seen])(vectors[unseen])
        out[source] = _share([g == texts[i].intent for g, i in zip(guess, unseen)])
    real = {i: _XSID[t.intent] for i, t in enumerate(texts) if t.intent in _XSID and not t.held}
    covered = set(real.values())
    made = {i: t.intent.split(":")[1] for i, t in enumerate(texts) if t.source == "asked-en" and t.intent and t.intent.split(":")[1] not in covered | {"modify_reminder"}}
    english = real | made
    head = linear_head(vectors[list(english)], list(english.values()))
    test = asked.chinese_test()
    guess = head(embed_texts([zh for _, zh in test]))
    out["chinese_requests_english_head"] = _share([g == kind for g, (kind, _) in zip(guess, test)])
    out["chinese_requests_real_english_only"] = _share([g == kind for g, (kind, _) in zip(guess, test) if kind in covered])
    return out
