"""`python -m training.heads --timelines DIR --assent BINARY`: the scoring heads, from replayed timelines to `head.safetensors` and `thresholds.json`.

The features are computed by the engine itself (`assent replay --features`), so that training and use cannot differ. Cards, and for
the words dialogues and services, are split three ways: heads are fitted on the first part, calibration and threshold come from the second,
and the third is only looked at for the table. What is compared: a plain rule, gradient boosting on the same features, and the head. The head
that judges habit stands in `habit_head.py`, the one that judges words in `said_head.py`.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression

from . import export

HIDDEN = 48


def log(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, flush=True)


def headless(assent: Path, out: Path, folder: Path) -> list:
    """The command with the encoder of `out` and without its heads: old ones may stand on other features."""
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    manifest["files"] = {name: file for name, file in manifest["files"].items() if name not in ("head.safetensors", "thresholds.json")}
    for name in manifest["files"]:
        shutil.copy(out / name, folder / name)
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return [assent.resolve(), "--model", folder]


def names(assent: list) -> dict:
    info = json.loads(subprocess.run([*assent, "model", "info"], check=True, capture_output=True, text=True).stdout)
    return info["features"]


def features(assent: list, timeline: Path, row: str):
    """Replays a timeline: features float32 [n, k], intent ids and users."""
    run = subprocess.Popen([*assent, "replay", "--features", timeline], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    x, ids, users = [], [], []
    for line in run.stdout:
        seen = json.loads(line)
        if seen.get(row) is not None:
            x.append(np.array(seen[row], np.float32))
            ids.append(seen["intent_id"])
            users.append(seen["user"])
    if run.wait() != 0:
        raise SystemExit(f"assent could not replay {timeline}")
    return np.stack(x), np.array(ids), np.array(users)


def kinds(ids):
    """g genuine, i impostor or m one changed parameter, x attack."""
    return np.array([i.split("-")[0] for i in ids])


class Head(torch.nn.Module):
    """One hidden layer of ReLU on standardised features; the output is log-odds."""

    def __init__(self, x, mute=(), hidden=HIDDEN):
        super().__init__()
        mean, std = x.mean(0), x.std(0)
        std[std < 1e-3] = 1e6  # never varied in training: it must not speak in use
        std[list(mute)] = 1e6
        self.register_buffer("mean", torch.from_numpy(mean))
        self.register_buffer("std", torch.from_numpy(std))
        self.first = torch.nn.Linear(x.shape[1], hidden)
        self.last = torch.nn.Linear(hidden, 1)

    def forward(self, x):
        x = ((x - self.mean) / self.std).clamp(-5, 5)
        return self.last(torch.relu(self.first(x))).squeeze(-1)

    def odds(self, x):
        with torch.inference_mode():
            return self(torch.from_numpy(x)).numpy()

    def tensors(self, name):
        return {
            f"{name}.mean": self.mean, f"{name}.std": self.std, f"{name}.0.weight": self.first.weight, f"{name}.0.bias": self.first.bias,
            f"{name}.1.weight": self.last.weight, f"{name}.1.bias": self.last.bias,
        }


def fit(x, y, weight, mute, seed, epochs=30, batch=1024, rate=3e-3):
    """Fits a head to labels (hard or soft)."""
    torch.manual_seed(seed)
    head = Head(x, mute)
    optimiser = torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=1e-3)
    steps = epochs * ((len(x) + batch - 1) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    xt, yt, wt = torch.from_numpy(x), torch.from_numpy(y.astype(np.float32)), torch.from_numpy(weight.astype(np.float32))
    order = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for at in torch.randperm(len(x), generator=order).split(batch):
            loss = (torch.nn.functional.binary_cross_entropy_with_logits(head(xt[at]), yt[at], reduction="none") * wt[at]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    with torch.no_grad():
        head.first.weight[:, head.std > 1e5] = 0  # what must not speak is silent to the last bit
    return head


def together(heads, x, mute):
    """Several heads on the same features as one that gives the mean of their log-odds: their hidden layers side by side."""
    one = Head(x, mute, hidden=sum(head.first.out_features for head in heads))
    with torch.no_grad():
        one.first.weight.copy_(torch.cat([head.first.weight for head in heads]))
        one.first.bias.copy_(torch.cat([head.first.bias for head in heads]))
        one.last.weight.copy_(torch.cat([head.last.weight for head in heads], dim=1) / len(heads))
        one.last.bias.copy_(sum(head.last.bias for head in heads) / len(heads))
    return one


def boost(x, y, weight, seed):
    return HistGradientBoostingClassifier(max_iter=300, learning_rate=0.06, max_leaf_nodes=31, l2_regularization=1.0, random_state=seed).fit(x, y, sample_weight=weight)


def logit(p):
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return np.log(p / (1 - p))


def approved_at(score, kind, wrong, bad=("i",)):
    """The share of genuine intents above the threshold that lets the share `wrong` of the bad ones pass."""
    bad = np.sort(score[np.isin(kind, bad)])[::-1]
    threshold = bad[int(np.floor(wrong * len(bad)))]
    return float((score[kind == "g"] > threshold).mean())


def with_interval(measure, users, seed, rounds=200):
    """A measure of row indices with its 95 % interval, drawing whole users anew."""
    rng = np.random.default_rng(seed)
    groups = [np.where(users == u)[0] for u in np.unique(users)]
    drawn = [measure(np.concatenate([groups[i] for i in rng.integers(0, len(groups), len(groups))])) for _ in range(rounds)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {"value": round(float(measure(np.arange(len(users)))), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def isotonic(z, y):
    """A rising, piecewise linear map from log-odds to probability, as few knots."""
    fitted = IsotonicRegression(y_min=0.001, y_max=0.999, out_of_bounds="clip").fit(z, y)
    at = np.unique(np.quantile(z, np.linspace(0, 1, 41)))
    p = np.maximum.accumulate(fitted.predict(at) + np.arange(len(at)) * 1e-6)
    keep = [0] + [i for i in range(1, len(at)) if at[i] - at[i - 1] > 1e-4]
    return [[round(float(at[i]), 6), round(float(min(p[i], 0.9995)), 6)] for i in keep]


def calibrated(z, knots):
    knots = np.array(knots)
    return np.interp(z, knots[:, 0], knots[:, 1])


def expected_calibration_error(p, y, bins=10):
    at = np.minimum((p * bins).astype(int), bins - 1)
    return float(sum(abs(p[at == b].mean() - y[at == b].mean()) * (at == b).mean() for b in range(bins) if (at == b).any()))


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--timelines", type=Path, required=True, help="what training.timeline, training.said and training.short wrote")
    ask.add_argument("--assent", type=Path, required=True, help="the assent command")
    ask.add_argument("--out", type=Path, default=Path(__file__).parent.parent, help="folder of the shipped model")
    ask.add_argument("--seed", type=int, default=20261122)
    o = ask.parse_args()
    from . import habit_head, said_head  # they stand on what is above

    with tempfile.TemporaryDirectory() as folder:
        o.assent = headless(o.assent, o.out, Path(folder))
        listed = names(o.assent)
        head, knots, promised, habit = habit_head.make(o, listed)
        said, said_knots, low, prior, words = said_head.make(o, listed)
    tensors = {name: tensor.detach().float().contiguous() for name, tensor in {**head.tensors("habit"), **said.tensors("said")}.items()}
    save_file(tensors, o.out / "head.safetensors")
    (o.out / "head.safetensors").chmod(0o644)
    thresholds = {
        "features_version": listed["version"], **promised, "said_low": round(low, 4), "said_prior": round(prior, 4),
        "habit_calibration": {"knots": knots}, "said_calibration": {"knots": said_knots},
    }
    (o.out / "thresholds.json").write_text(json.dumps(thresholds, indent=1) + "\n", "utf-8")
    (o.out / "evaluation-heads.json").write_text(json.dumps({"habit": habit, "said": words}, indent=1) + "\n", "utf-8")
    export.manifest(o.out)
    log("head.safetensors, thresholds.json and manifest.json written")


if __name__ == "__main__":
    main()
