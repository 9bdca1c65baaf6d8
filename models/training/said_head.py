"""The head that judges what was said, slot by slot: `heads.py` calls it, or alone

`python -m training.said_head --timelines DIR --assent BINARY` fits it again and leaves the habit head of the shipped model as it is.

The engine gives a row of features for each slot of an order (`assent replay --features`). A small network judges each slot by itself; an order
is right where all its slots are, so its log-odds come from the product of theirs, and one wrong slot decides. It learns from both: from
the order's label, and from the slot that is known to have been changed. Long talks and short orders weigh the same. Boosting on the same
rows, pooled in the same way, is measured beside it.
"""

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from sklearn.ensemble import HistGradientBoostingClassifier

from . import export
from .heads import Head, expected_calibration_error, isotonic, log, logit, with_interval

EPOCHS, BATCH, RATE = 12, 512, 4e-3
SLOT_WEIGHT = 1.5
"""What the labels of single slots weigh beside those of whole orders."""


def slots_of(intent: dict) -> dict:
    """An order's slots by the paths that the engine gives them."""
    slots = {"price": json.dumps(intent["price"]), "payee": intent["service"]["name"]}
    slots |= {f"details.{name}": value for name, value in intent.get("details", {}).items()}
    for at, item in enumerate(intent.get("items", [])):
        slots |= {f"items.{at}": item["name"], f"items.{at}.quantity": item.get("quantity", 1)}
    return slots


class Rows:
    """The rows of many orders: `x` and slot labels `y` by slot, `order` the order each belongs to; `ids`, `users`, labels by order."""

    def __init__(self, assent: list, timeline: Path):
        orders = {}
        for line in open(timeline, encoding="utf-8"):
            row = json.loads(line)
            if "intent" in row:
                orders[row["intent"]["id"]] = (row["user"], slots_of(row["intent"]), row["label"])
        meant = {user: slots for user, slots, label in orders.values() if label == 1}
        x, y, order, ids, users, labels, paths = [], [], [], [], [], [], []
        run = subprocess.Popen([*assent, "replay", "--features", timeline], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in run.stdout:
            seen = json.loads(line)
            if seen.get("said") is None:
                continue
            user, slots, label = orders[seen["intent_id"]]
            for slot in seen["said"]:
                path = slot["slot"]
                # Words about something else support no slot.
                same = slots.get(path) == meant[user].get(path) and not seen["intent_id"].startswith("m-other")
                x.append(np.array(slot["row"], np.float32))
                y.append(float(label == 1 or same))
                order.append(len(ids))
                paths.append(path)
            ids.append(seen["intent_id"])
            users.append(user)
            labels.append(label)
        if run.wait() != 0:
            raise SystemExit(f"assent could not replay {timeline}")
        self.x, self.y, self.order, self.paths = np.stack(x), np.array(y, np.float32), np.array(order), np.array(paths)
        self.ids, self.users, self.label = np.array(ids), np.array(users), np.array(labels, np.float32)

    def only(self, which):
        """The orders for which `which` is true."""
        out = object.__new__(Rows)
        rows = which[self.order]
        out.x, out.y, out.paths = self.x[rows], self.y[rows], self.paths[rows]
        out.order = (np.cumsum(which) - 1)[self.order[rows]]
        out.ids, out.users, out.label = self.ids[which], self.users[which], self.label[which]
        return out


def part_of(user: str) -> str:
    """fit or calibrate. Dialogues by number, one in five kept for calibration; short orders say it in their id."""
    head, _, number = user.rpartition("-")
    return head.removeprefix("s-") if head.startswith("s-") else "fit" if int(number) % 5 else "calibrate"


def all_right(z, order, n):
    """The logarithm of the probability that every slot is right."""
    return -torch.zeros(n, dtype=z.dtype).index_add_(0, order, torch.nn.functional.softplus(-z))


def pooled(z, order, n):
    """The log-odds of orders from those of their slots, as the engine computes them."""
    log_all = np.minimum(all_right(torch.from_numpy(np.asarray(z, np.float64)), torch.from_numpy(order), n).numpy(), -1e-9)
    return log_all - np.log(-np.expm1(log_all))


def fit(parts, seed, mute=()):
    """Fits the head; each part weighs the same."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    x = np.concatenate([part.x for part in parts])
    sizes = [len(part.ids) for part in parts]
    order = np.concatenate([part.order + sum(sizes[:at]) for at, part in enumerate(parts)])
    n = sum(sizes)
    first, last = np.searchsorted(order, np.arange(n)), np.searchsorted(order, np.arange(n), side="right")
    head = Head(x, mute)
    xt, yt, label = torch.from_numpy(x), torch.from_numpy(np.concatenate([p.y for p in parts])), torch.from_numpy(np.concatenate([p.label for p in parts]))
    weight = torch.from_numpy(np.concatenate([np.full(size, n / len(sizes) / size, np.float32) for size in sizes]))
    optimiser = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=EPOCHS * ((n + BATCH - 1) // BATCH))
    for _ in range(EPOCHS):
        drawn = rng.permutation(n)
        for at in range(0, n, BATCH):
            orders = drawn[at : at + BATCH]
            many = last[orders] - first[orders]
            rows = torch.from_numpy(np.concatenate([np.arange(first[i], last[i]) for i in orders]))
            of = torch.from_numpy(np.repeat(np.arange(len(orders)), many))
            z, y = head(xt[rows]), label[orders]
            log_all = all_right(z, of, len(orders)).clamp(max=-1e-6)
            whole = -(y * log_all + (1 - y) * torch.log(-torch.expm1(log_all)))
            single = torch.nn.functional.binary_cross_entropy_with_logits(z, yt[rows], reduction="none")
            loss = (whole * weight[orders]).mean() + SLOT_WEIGHT * (single * weight[orders][of]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return head


def boost(parts, seed):
    """Boosting on the rows of slots."""
    x, y = np.concatenate([p.x for p in parts]), np.concatenate([p.y for p in parts])
    weight = np.concatenate([np.full(len(p.y), 1 / len(p.y)) for p in parts]) * len(y)
    return HistGradientBoostingClassifier(max_iter=200, learning_rate=0.08, max_leaf_nodes=24, l2_regularization=1.0, random_state=seed).fit(x, y, sample_weight=weight)


def make(o, listed):
    """Fits, calibrates and measures: head, knots of the calibration, floor, prior, table."""
    read = {name: Rows(o.assent, o.timelines / f"{name}.jsonl") for name in ["said-train", "said-short-train"]}
    fitted = [rows.only(np.array([part_of(u) == "fit" for u in rows.users])) for rows in read.values()]
    held = [rows.only(np.array([part_of(u) == "calibrate" for u in rows.users])) for rows in read.values()]
    log(f"said: {[len(p.ids) for p in fitted]} orders to fit, {[len(p.ids) for p in held]} to calibrate")
    trees = boost(fitted, o.seed)
    head = fit(fitted, o.seed)
    log("said: fitted")
    odds = lambda rows: pooled(head.odds(rows.x), rows.order, len(rows.ids))  # noqa: E731
    z, y = np.concatenate([odds(p) for p in held]), np.concatenate([p.label for p in held])
    knots = rising(z, y)
    p = calibrated_odds(z, knots)
    low = round(float(np.quantile(p[y == 1], 0.05)), 4)  # as it ships, so that the tables measure what ships
    table = {"said_low": low, "counts": {"fit": [len(p.ids) for p in fitted], "calibrate": [len(p.ids) for p in held]}}
    for name in ["said-seen", "said-unseen", "said-short-test"]:
        rows = Rows(o.assent, o.timelines / f"{name}.jsonl")
        scores = {
            "boosting": pooled(logit(trees.predict_proba(rows.x)[:, 1]), rows.order, len(rows.ids)), "head": odds(rows),
            "share of slots said": share_said(rows, listed["said"]),
        }
        table[name] = tabled(scores, calibrated_odds(scores["head"], knots), low, rows, o.seed)
        log(f"{name}: {json.dumps({k: v for k, v in table[name].items() if 'accepted' not in k or k in ('changed_accepted', 'true_accepted')})}")
    return head, knots, low, float(y.mean()), table


def rising(z, y):
    """Isotonic knots, a little of a straight line mixed in: a flat step would make unlike orders equal."""
    knots = np.array(isotonic(z, y))
    line = 1 / (1 + np.exp(-np.clip(knots[:, 0], -8, 8)))
    p = np.maximum.accumulate(0.95 * knots[:, 1] + 0.05 * line)
    return [[round(float(a), 6), round(float(min(b, 0.9995)), 6)] for a, b in zip(knots[:, 0], p)]


def calibrated_odds(z, knots):
    """What the engine makes of the log-odds."""
    knots = np.array(knots)
    return np.interp(z, knots[:, 0], knots[:, 1])


def share_said(rows, names):
    """The plain rule: the share of an order's slots that were said, but for price and quantities."""
    told = ~np.array([path == "price" or path.endswith(".quantity") for path in rows.paths])
    said = np.maximum(rows.x[:, names.index("user")], rows.x[:, names.index("agreed")]) * told
    return np.bincount(rows.order, said, len(rows.ids)) / np.maximum(np.bincount(rows.order, told, len(rows.ids)), 1)


def tabled(scores, p, low, rows, seed):
    """How many changed orders pass where 90 % of the true ones do, by method; for the head also by what was changed and at the shipped floor."""
    true, ids, users = rows.label == 1, rows.ids, rows.users

    def accepted(i, s, share):
        return float((s[i][~true[i]] >= np.quantile(s[i][true[i]], 1 - share)).mean())

    out = {n: {f"changed_accepted_at_{int(share * 100)}": with_interval(lambda i, s=s, share=share: accepted(i, s, share), users, seed) for share in (0.9, 0.95)} for n, s in scores.items()}
    passes = {"at_90": scores["head"] >= np.quantile(scores["head"][true], 0.10), "at_said_low": p >= low}

    def share(which):
        return {"n": int(which.sum()), **{cut: with_interval(lambda i: float(ok[which][i].mean()), users[which], seed) for cut, ok in passes.items()}}

    out["true_accepted"], out["changed_accepted"] = share(true), share(~true)
    out["calibration_error"] = round(expected_calibration_error(p, true.astype(float)), 4)
    # g-N and m-KIND-N of talks; g-FORM-LANGUAGE-N and m-KIND-LANGUAGE-N of short orders.
    what = np.array([" ".join(i.split("-")[1:-1]) for i in ids])
    for title, side in (("true_accepted_by_form", true), ("changed_accepted_by_kind", ~true)):
        out[title] = {f: share(side & (what == f)) for f in np.unique(what[side]) if f and (side & (what == f)).sum() >= 20}
    out["counts"] = {"orders": int(true.sum()), "changed": int((~true).sum())}
    return out


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--timelines", type=Path, required=True, help="what training.said and training.short wrote")
    ask.add_argument("--assent", type=Path, required=True, help="the assent command")
    ask.add_argument("--out", type=Path, default=Path(__file__).parent.parent, help="folder of the shipped model, heads included")
    ask.add_argument("--seed", type=int, default=20261122)
    o = ask.parse_args()
    o.assent = [o.assent]
    listed = json.loads(subprocess.run([*o.assent, "model", "info"], check=True, capture_output=True, text=True).stdout)["features"]
    head, knots, low, prior, table = make(o, listed)
    write(o.out, head.tensors("said"), {"said_low": round(low, 4), "said_prior": round(prior, 4), "said_calibration": {"knots": knots}}, table)


def write(out: Path, tensors: dict, thresholds: dict, table: dict) -> None:
    """Puts the head in place of the one in the shipped model."""
    kept = {name: tensor for name, tensor in load_file(out / "head.safetensors").items() if not name.startswith("said.")}
    save_file({**kept, **{name: tensor.detach().float().contiguous() for name, tensor in tensors.items()}}, out / "head.safetensors")
    (out / "head.safetensors").chmod(0o644)
    for name, change in (("thresholds.json", thresholds), ("evaluation-heads.json", {"said": table})):
        was = json.loads((out / name).read_text("utf-8"))
        (out / name).write_text(json.dumps({**was, **change}, indent=1) + "\n", "utf-8")
    export.manifest(out)


if __name__ == "__main__":
    main()
