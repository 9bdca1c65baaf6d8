"""Replay lines from task dialogues: what the user said against the call that the agent then makes.

`python -m training.said --data DIR --out DIR` writes `said-train.jsonl` (training services) and `said-unseen.jsonl` (services of the
development set, none of which is trained on). For each call one line with the true call (`g-N`, label 1) and one with exactly one parameter changed
(`m-PARAMETER-N`, label 0); the changed value is one that other calls of the same service really had, or a near number.
"""

import argparse
import gzip
import json
import random
import re
from collections import defaultdict
from pathlib import Path

from tqdm import tqdm

# The parameter that names who is paid, or what the user would call it.
PAYEE = [
    "restaurant_name", "hotel_name", "place_name", "event_name", "dentist_name", "doctor_name", "stylist_name", "therapist_name",
    "movie_name", "recipient_account_name", "recipient_name", "airlines",
]
PRICE_PARAMS = ["amount", "transfer_amount"]
PRICE_RESULTS = ["total_price", "price", "fare", "ride_fare", "price_per_night"]
NO_PRICE = "10.00"
WHEN = "2019-03-01T12:00:00Z"
"""The day that all dialogues call today."""
OTHER_DAY = "2026-03-02T12:00:00Z"
"""A day on which "tomorrow" in these talks means nothing: an order judged long after it was spoken of."""


WRONGS = 3
"""How many wrong calls are shown beside each true one that a head is fitted on: some parameters are rare."""


def price_of(params: dict, result: dict) -> str:
    for source, names in ((params, PRICE_PARAMS), (result or {}, PRICE_RESULTS)):
        for name in names:
            if re.fullmatch(r"\d+(\.\d{1,2})?", str(source.get(name, ""))) and float(source[name]) > 0:
                return str(source[name])
    return NO_PRICE


def shape(rng: random.Random) -> dict:
    """How one service writes its orders: not all name the payee as the talk does, give a price, or are judged on the day of the talk; and
    some devices hear the user alone."""
    return {"named": rng.random() < 0.6, "priced": rng.random() < 0.7, "price": f"{rng.randrange(500, 40000) / 100:.2f}", "other_day": rng.random() < 0.1, "alone": rng.random() < 0.12}


def line(call: dict, number: int, params: dict, ident: str, label: int, how: dict) -> dict:
    payee = re.sub(r"_\d+$", "", call["service"])
    if how["named"]:
        payee = next((params[p] for p in PAYEE if params.get(p)), payee)
    priced = how["priced"] or any(p in params for p in PRICE_PARAMS)
    intent = {
        "id": ident, "agent": "replay", "service": {"id": "sgd:" + call["service"], "name": str(payee)},
        "price": {"amount": price_of(params, call.get("result")) if priced else how["price"], "currency": "USD"},
        "details": {k: str(v) for k, v in params.items()}, "created_at": OTHER_DAY if how["other_day"] else WHEN,
    }
    turns = [{"from": "user" if who == "USER" else "agent", "text": text[:2000]} for who, text in call["turns"][-64:]]
    context = {"said": " ".join(turn["text"] for turn in turns if turn["from"] == "user")[:2000]} if how["alone"] else {"conversation": turns}
    return {"user": f"sgd-{number}", "intent": intent, "context": context, "label": label}


def changed(params: dict, values: dict, rng: random.Random, spent=frozenset()):
    """(parameter, params with that one changed), one that is not spent; or None where no other value is known."""
    names = sorted(params.keys() - spent)
    rng.shuffle(names)
    for name in names:
        old = str(params[name])
        pool = [v for v in values[name] if v.lower() != old.lower()]
        if old.isdigit() and rng.random() < 0.5:
            step = rng.choice([-1, 1, 10]) if int(old) > 20 else rng.choice([-1, 1])
            pool = [str(int(old) + step)] if int(old) + step > 0 else pool
        if pool:
            return name, {**params, name: rng.choice(pool)}
    return None


def lines(path: Path, seed: int, vary: bool):
    rng = random.Random(seed)
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        calls = [json.loads(row) for row in handle]
    values = defaultdict(lambda: defaultdict(set))
    for call in calls:
        for name, value in call["params"].items():
            values[call["service"]][name].add(str(value))
    pools = {service: {name: sorted(v) for name, v in names.items()} for service, names in values.items()}
    for number, call in enumerate(tqdm(calls, desc=path.name, unit="call")):
        fitted = vary and number % 5  # the rest calibrates: nothing but what is usual
        how = shape(rng) if vary else {"named": True, "priced": True, "other_day": False, "alone": False}
        how["alone"] = how["alone"] and bool(fitted)
        yield line(call, number, call["params"], f"g-{number}", 1, how)
        spent = set()
        for _ in range(WRONGS if fitted else 1):
            wrong = changed(call["params"], pools[call["service"]], rng, spent)
            if wrong:
                name, params = wrong
                spent.add(name)
                yield line(call, number, params, f"m-{name}-{number}", 0, how)


def unseen_services(train: Path, dev: Path) -> set:
    """Services of the development file that the training file does not have."""
    def services(path):
        with gzip.open(path, "rt", encoding="utf-8") as handle:
            return {json.loads(row)["service"] for row in handle}

    return services(dev) - services(train)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--data", type=Path, required=True)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--seed", type=int, default=20261122)
    o = ask.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    train, dev = (o.data / f"sgd-dstc8/calls_{name}.jsonl.gz" for name in ("train", "dev"))
    unseen = {"sgd:" + s for s in unseen_services(train, dev)}
    files = {name: open(o.out / f"said-{name}.jsonl", "w", encoding="utf-8") for name in ("train", "seen", "unseen")}
    for path in (train, dev):
        for row in lines(path, o.seed, path == train):
            name = "train" if path == train else "unseen" if row["intent"]["service"]["id"] in unseen else "seen"
            files[name].write(json.dumps(row, ensure_ascii=False) + "\n")
    for handle in files.values():
        handle.close()


if __name__ == "__main__":
    main()
