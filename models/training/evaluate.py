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


def report(texts, vectors, target, teacher_of, seed: int) -> dict:
    """All encoder measures. `teacher_of(text)` gives the teacher's full vector of an English text."""
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
    return out
