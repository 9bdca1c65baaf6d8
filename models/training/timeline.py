"""Replay timelines from real purchase-card payments, for fitting and judging the habit scorer with `assent replay`.

`python -m training.timeline --data DIR --out DIR` writes one file per split of the cards (train, calibrate, test: 60/20/20 by hash
of the card) and, for each, the later months in a file of their own: there all payments are learned but only the later ones judged.

Three in ten of the training cards are shown without items, as most bills and agents give none: otherwise the scorer would take an item
that is not named for one that does not fit. The calibration and test cards keep theirs.

Each payment of a card after the first 20 is judged before it is learned, beside one impostor. What an intent is stands in its id:
`g-…` genuine; `i-…` a payment of another card of the same split and month; `x-KIND-…` the genuine one changed by one attack.

Only few impostors meet a payee that the card knows, and they are the ones worth learning from. So the training cards get 20 impostors drawn
for each payment, of which all at a known payee are kept and one in 20 of the others: whoever fits to them gives the former a weight of 1/20.
"""

import argparse
import hashlib
import json
import random
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from tqdm import tqdm

from .corpus import read_pcard

WARM_UP = 20
MIN_PAYMENTS = 40
MAX_AMOUNT = Decimal(20000)
LATER = "2017-05"
"""First month that is kept apart as `later`."""

DRAWN = 20
"""How many impostors are drawn for each payment of a training card."""

SPLITS = ["train", "calibrate", "test"]
_LOOK_ALIKE = [("l", "1"), ("o", "0"), ("m", "rn"), ("i", "l"), ("s", "5"), ("e", "3"), (" ", "-"), ("a", "4")]


def split_of(card: str) -> str:
    """train, calibrate or test, 60/20/20, always the same for the same card."""
    part = int.from_bytes(hashlib.sha256(("card:" + card).encode()).digest()[:4], "big") % 10
    return "train" if part < 6 else "calibrate" if part < 8 else "test"


def without_items(card: str) -> bool:
    """Whether this card is shown without items, always the same for the same card."""
    return split_of(card) == "train" and hashlib.sha256(("bare:" + card).encode()).digest()[0] % 10 < 3


def shown(line: dict, card: str) -> dict:
    """The line as this card shows it."""
    if without_items(card):
        line.get("intent", line.get("payment")).pop("items", None)
    return line


def load(data: Path):
    """Payments in time order, refunds and amounts that are not card-like left out, of cards with at least 40 of them."""
    rows, count = [], defaultdict(int)
    for number, r in enumerate(read_pcard(data)):
        try:
            amount = Decimal(r["gross_amount_gbp"]).quantize(Decimal("0.01"))
        except ArithmeticError:
            continue
        merchant = "".join(c for c in r["merchant"] if c.isprintable()).strip()
        if not merchant or not Decimal(0) < amount <= MAX_AMOUNT:
            continue
        rows.append({"n": number, "card": r["card_id"], "date": r["date"], "amount": amount, "merchant": merchant, "kind": r["expense_type"].strip()})
        count[r["card_id"]] += 1
    rows = [r for r in rows if count[r["card"]] >= MIN_PAYMENTS]
    rows.sort(key=lambda r: (r["date"], r["n"]))
    return rows


def order(row, service_id=None, amount=None, currency="GBP") -> dict:
    """What payment and intent share."""
    out = {
        "service": {"id": service_id or "uk-pcard:" + row["merchant"], "name": row["merchant"]},
        "price": {"amount": str(row["amount"] if amount is None else amount), "currency": currency},
    }
    if row["kind"]:
        out["items"] = [{"name": row["kind"]}]
    return out


def at(row) -> str:
    return row["date"] + "T12:00:00Z"


def line_of_intent(row, card: str, ident: str, when: str, label: int, **changes) -> dict:
    intent = {"id": ident, "agent": "replay", **order(row, **changes), "created_at": when}
    return {"user": card, "intent": intent, "label": label}


def look_alike(service_id: str, rng: random.Random) -> str:
    """Another id that looks like this one to a hurried eye."""
    scheme, _, name = service_id.partition(":")
    found = [(a, b) for a, b in _LOOK_ALIKE if a in name]
    if found and rng.random() < 0.8:
        a, b = rng.choice(found)
        places = [i for i, c in enumerate(name) if c == a]
        i = rng.choice(places)
        name = name[:i] + b + name[i + 1 :]
    else:
        name += rng.choice([" ltd", "-pay", ".co", " uk"])
    return f"{scheme}:{name}"


def attack(row, card: str, when: str, rng: random.Random) -> dict:
    """The genuine payment with one thing wrong."""
    kind = rng.choice(["x10", "x100", "x1000", "currency", "payee"])
    ident = f"x-{kind}-{row['n']}"
    if kind == "currency":
        currency = rng.choice(["USD", "EUR", "CNY", "JPY", "KWD"])
        places = {"JPY": "1", "KWD": "0.001"}.get(currency, "0.01")
        amount = max(row["amount"].quantize(Decimal(places), ROUND_HALF_UP), Decimal(places))
        return line_of_intent(row, card, ident, when, 0, currency=currency, amount=amount)
    if kind == "payee":
        return line_of_intent(row, card, ident, when, 0, service_id=look_alike("uk-pcard:" + row["merchant"], rng))
    return line_of_intent(row, card, ident, when, 0, amount=row["amount"] * int(kind[1:]))


def impostors(row, others, known, draws: int, rng: random.Random):
    """Payments of other cards, with a number each: all that are drawn at a payee in `known`, and one in `draws` of the rest."""
    drawn = 0
    for _ in range(50 * draws):
        other = rng.choice(others)
        if other["card"] == row["card"]:
            continue
        drawn += 1
        if draws == 1 or other["merchant"] in known or rng.random() < 1 / draws:
            yield drawn, other
        if drawn == draws:
            return


def timeline(rows, split: str, later: bool, attacks: float, seed: int, drawn: int = DRAWN):
    """The lines of one file, in time order."""
    rng = random.Random(f"{seed}-{split}-{later}")
    draws = drawn if split == "train" else 1
    rows = [r for r in rows if split_of(r["card"]) == split and (later or r["date"][:7] < LATER)]
    by_month = defaultdict(list)
    for r in rows:
        by_month[r["date"][:7]].append(r)
    seen, known = defaultdict(int), defaultdict(set)
    for r in tqdm(rows, desc=f"{split}{'-later' if later else ''}", unit="payment"):
        card, when, month = r["card"], at(r), r["date"][:7]
        if seen[card] >= WARM_UP and (not later or month >= LATER):
            lines = [line_of_intent(r, card, f"g-{r['n']}", when, 1)]
            for number, other in impostors(r, by_month[month], known[card], draws, rng):
                lines.append(line_of_intent(other, card, f"i-{r['n']}" if draws == 1 else f"i-{number}-{r['n']}", when, 0))
            if rng.random() < attacks:
                lines.append(attack(r, card, when, rng))
            rng.shuffle(lines)
            yield from (shown(line, card) for line in lines)
        seen[card] += 1
        known[card].add(r["merchant"])
        yield shown({"user": card, "payment": {"id": f"p-{r['n']}", "at": when, **order(r)}}, card)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--data", type=Path, required=True)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--attacks", type=float, default=0.3, help="share of genuine payments that are also shown changed by an attack")
    ask.add_argument("--seed", type=int, default=20261122)
    o = ask.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    rows = load(o.data)
    for split in SPLITS:
        for later in (False, True):
            with open(o.out / f"cards-{split}{'-later' if later else ''}.jsonl", "w", encoding="utf-8") as handle:
                for line in timeline(rows, split, later, o.attacks, o.seed):
                    handle.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
