"""The head that judges habit: taught by boosting on the same features, calibrated, and given thresholds that keep a promise.

`heads.py` calls it. Nothing here looks at the test cards but the table.
"""

import json

import numpy as np
from scipy.optimize import minimize

from . import promise
from .heads import approved_at, boost, calibrated, expected_calibration_error, features, fit, kinds, log, logit, together, with_interval
from .timeline import DRAWN

PROMISES = {"approve": 0.01, "approve_least": 0.02, "approve_most": 0.005}
"""The share of wrong approvals, by count and by value, that each threshold promises to stay below. `approve` is where everybody begins; the
other two are how far a person's own answers may move it."""
DELTA = 0.05
"""How often a promise may be broken by the draw of the calibration people."""
GRID = np.round(np.concatenate([np.arange(0.5, 0.9, 0.01), np.arange(0.9, 0.99, 0.0025), np.arange(0.99, 0.9991, 0.0005)]), 4)
HEADS = 3
"""So many heads, which differ in where they began, answer together."""
NO_TRANSFER = ["amount_size", "payee_hour", "user_hour"]
"""Features that the purchase cards teach wrongly: their amounts are pounds and their times are all noon."""
GROUPS = {
    "without text": ["item_payee_near", "item_user_near", "name_near", "near_known", "near_likeness", "near_word", "near_count", "near_days_since", "near_amount_far", "near_amount_dense"],
    "without history": ["payee_", "user_", "kind_", "near_", "item_", "name_", "follows_", "same_name", "look_alike", "currency_"],
    "without attention": ["_dense", "_dense_latest", "_near", "_amount_last", "_amount_above", "_over_lowest", "kind_", "near_"],
}
"""Ablations: features that are left out, by name, by how the name begins, or by what is in it."""


def left_out(group: str, listed) -> list:
    """The indices of the features of a group."""
    match = {"without text": lambda n, g: n == g, "without history": lambda n, g: n.startswith(g), "without attention": lambda n, g: g in n}[group]
    return [at for at, n in enumerate(listed) if any(match(n, g) for g in GROUPS[group])]


def values(timeline) -> dict:
    """What each intent of a timeline would pay, by its id."""
    with open(timeline, encoding="utf-8") as lines:
        intents = (json.loads(line).get("intent") for line in lines if '"intent"' in line)
        return {i["id"]: float(i["price"]["amount"]) for i in intents if i}


def teaching(x, kind, payee_known):
    """Labels, and weights that undo how the impostors of the training cards were drawn."""
    return (kind == "g").astype(float), np.where(kind == "x", 0.5, np.where((kind == "i") & payee_known, 1 / DRAWN, 1.0))


def rising(z, y, pieces: int = 8):
    """A strictly rising map from log-odds to probability: log-odds in straight pieces of slope at least 0.1, by maximum likelihood, so
    that no two scores fall together that the head told apart."""
    cuts = np.quantile(z, np.linspace(0, 1, pieces + 1)[1:-1])
    low, high = np.append(0, cuts), np.append(cuts, np.inf)
    low[0] = -np.inf

    def steps(z):
        """How far z goes into each piece; into the first one counted from its upper end."""
        return np.stack([np.clip(z, a, b) - (b if a == -np.inf else a) for a, b in zip(low, high)], axis=1)

    inside = steps(z)

    def loss(w):
        odds = inside @ w[1:] + w[0]
        p = 1 / (1 + np.exp(-odds))
        off = p - y
        # A light pull towards slopes of one keeps the ends, where there is little, from running away.
        return np.mean(np.logaddexp(0, odds) - y * odds) + 1e-5 * np.sum((w[1:] - 1) ** 2), np.concatenate([[off.mean()], inside.T @ off / len(y) + 2e-5 * (w[1:] - 1)])

    w = minimize(loss, np.concatenate([[0.0], np.ones(pieces)]), jac=True, method="L-BFGS-B", bounds=[(None, None)] + [(0.1, 5.0)] * pieces).x
    at = np.linspace(min(z.min(), -12), max(z.max(), 12), 121)
    p = 1 / (1 + np.exp(-(steps(at) @ w[1:] + w[0])))
    return [[round(float(a), 6), round(float(b), 9)] for a, b in zip(at, p)]


def promises(p, payee_known, kind, users, value, seed):
    """Thresholds that keep PROMISES on these people, and what is known of them."""
    out, told = {}, {}
    passes = (p[:, None] >= GRID[None, :]) & payee_known[:, None]
    bad, attack = kind == "i", kind == "x"
    risks = {
        "impostors": promise.by_person(users[bad], np.ones(bad.sum()), passes[bad]),
        "impostors by value": promise.by_person(users[bad], value[bad], passes[bad]),
    }
    people = np.intersect1d(users[bad], users[attack])
    some = attack & np.isin(users, people)
    risks["attacks"] = promise.by_person(users[some], np.ones(some.sum()), passes[some])
    for name, alpha in PROMISES.items():
        found = [promise.lowest([risk], GRID, alpha, DELTA, seed) for risk in risks.values()]
        chosen = max((f[0] for f in found), default=1.0) if all(found) else 1.0
        out[name] = chosen
        at = int(np.searchsorted(GRID, chosen)) if chosen < 1 else len(GRID) - 1
        told[name] = {
            "alpha": alpha, "delta": DELTA, "threshold": chosen,
            "seen": {n: round(float(w[:, at].sum() / t.sum()), 5) for n, (t, w) in risks.items()},
            "at_most_for_any_people": round(promise.at_most_for_any_people(*[risks["impostors"][0], risks["impostors"][1][:, at]], DELTA), 4),
        }
    return out, {"people": len(np.unique(users)), "assumes": "people drawn alike; impostors as drawn here; risks by count and by value", **told}


def make(o, listed):
    """Fits, calibrates, promises and measures: the head, its calibration, what goes into thresholds.json, the table."""
    names = ["train", "calibrate", "calibrate-later", "test", "test-later"]
    parts = {part: features(o.assent, o.timelines / f"cards-{part}.jsonl", "habit") for part in names}
    listed = listed["habit"]
    column = lambda x, n: x[:, listed.index(n)]  # noqa: E731
    mute = [listed.index(n) for n in NO_TRANSFER]
    x, ids, _ = parts["train"]
    kind = kinds(ids)
    y, weight = teaching(x, kind, column(x, "payee_known") > 0)
    log(f"habit: {len(x)} training intents")
    heard = [at for at in range(len(listed)) if at not in mute and x[:, at].std() > 1e-3]
    trees = boost(x[:, heard], y, weight, o.seed)
    log("habit: boosting fitted")
    soft = 0.5 * y + 0.5 * trees.predict_proba(x[:, heard])[:, 1]
    cx, cids, cusers = (np.concatenate([a, b]) for a, b in zip(parts["calibrate"], parts["calibrate-later"]))
    ckind = kinds(cids)
    candidates = {"labels": fit(x, y, weight, mute, o.seed), "labels and boosting": fit(x, soft, weight, mute, o.seed)}
    on_calibration = {name: {f"approved_at_{w}": round(approved_at(head.odds(cx), ckind, w), 4) for w in (0.01, 0.05)} for name, head in candidates.items()}
    taught_by = max(on_calibration, key=lambda n: sum(on_calibration[n].values()))
    label = y if taught_by == "labels" else soft
    one = candidates[taught_by]
    head = together([one] + [fit(x, label, weight, mute, o.seed + more) for more in range(1, HEADS)], x, mute)
    log(f"habit: heads fitted, {json.dumps(on_calibration)}")
    ablated = {"one head": one} | {f"one head {group}": fit(x, label, weight, mute + left_out(group, listed), o.seed) for group in GROUPS}
    log("habit: ablations fitted")

    z = head.odds(cx)
    usual = np.isin(ckind, ["g", "i"])
    knots = rising(z[usual], (ckind[usual] == "g").astype(float))
    value = {k: v for part in ("calibrate", "calibrate-later") for k, v in values(o.timelines / f"cards-{part}.jsonl").items()}
    thresholds, told = promises(calibrated(z, knots), column(cx, "payee_known") > 0, ckind, cusers, np.array([value[i] for i in cids]), o.seed)
    log(f"habit: {json.dumps(told)}")

    def rule(x):
        """The plain rule: paid here before; ranked by how often, then by how usual the amount is."""
        return column(x, "payee_known") * (column(x, "payee_count") + column(x, "payee_amount_at_least"))

    table = {"taught_by": taught_by, "on_calibration": on_calibration, "promise": told}
    for part in ["test", "test-later"]:
        x, ids, users = parts[part]
        kind, known, worth = kinds(ids), column(x, "payee_known") > 0, values(o.timelines / f"cards-{part}.jsonl")
        worth = np.array([worth[i] for i in ids])
        p = calibrated(head.odds(x), knots)
        shipped = logit(np.where(known, p, np.minimum(p, thresholds["approve_least"] - 0.001)))
        scores = {"rule": rule(x), "boosting": logit(trees.predict_proba(x[:, heard])[:, 1]), "head": shipped, "head, payees paid before only": np.where(known, shipped, -99)}
        scores |= {name: other.odds(x) for name, other in ablated.items()}
        rows = {}
        for name, s in scores.items():
            rows[name] = {f"approved_at_{w}": with_interval(lambda i, s=s, w=w: approved_at(s[i], kind[i], w), users, o.seed) for w in (0.01, 0.05)}
        for name, threshold in thresholds.items():
            passes = known & (p >= threshold)
            share = lambda which: with_interval(lambda i: float(passes[i][which[i]].mean()) if which[i].any() else 0.0, users, o.seed)  # noqa: E731, B023
            by_value = lambda which: with_interval(lambda i: float((worth * passes)[i][which[i]].sum() / worth[i][which[i]].sum()), users, o.seed)  # noqa: E731, B023
            rows[f"at {name}, paid here before"] = {
                "genuine": share(kind == "g"), "genuine at a known payee": share((kind == "g") & known), "genuine by value": by_value(kind == "g"),
                "impostors": share(kind == "i"), "impostors by value": by_value(kind == "i"),
                "impostors at a payee the card also uses": share((kind == "i") & known), "attacks": share(kind == "x"),
                "kept": bool(max(passes[kind == "i"].mean(), (worth * passes)[kind == "i"].sum() / worth[kind == "i"].sum(), passes[kind == "x"].mean()) <= PROMISES[name]),
            }
        usual = kind != "x"
        rows["calibration_error"] = round(expected_calibration_error(p[usual], (kind[usual] == "g").astype(float)), 4)
        rows["new_payees"] = {"genuine": round(float((~known[kind == "g"]).mean()), 4), "impostors": round(float((~known[kind == "i"]).mean()), 4)}
        rows["counts"] = {"cards": len(set(users)), **{k: int((kind == k).sum()) for k in "gix"}}
        table[part] = rows
        log(f"habit {part}: {json.dumps(rows)}")
    return head, knots, {**{name: round(t, 4) for name, t in thresholds.items()}, "promise": told}, table
