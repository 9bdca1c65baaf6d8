"""Replay lines of short spoken orders, English and Chinese, for the words evidence: `python -m training.short --data DIR --out DIR`.

`said.py` has long talks with every detail said; here are the few words that people really say to a device. Each order is shown twice with
the same words: as meant (`g-FORM-LANGUAGE-N`, label 1; FORM names what was said, e.g. `item+amount`) and with exactly one thing changed
against the words (`m-KIND-LANGUAGE-N`, label 0; KIND is payee, item, extra, amount, quantity, place, or other: words about something else).
What was not said may be anything, and "the usual" fits every order.

Three parts share no template, item, dish, place or person. Shops of `test` and `calibrate` are among those the encoder did not learn from
either. `said-short-train.jsonl` holds the parts `fit` and `calibrate` (in the user's id), `said-short-test.jsonl` the part `test`.
"""

import argparse
import csv
import hashlib
import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from . import corpus, descriptors, lexicon, taxonomy
from .spoken import chinese, dress, english, money, spoken

ORDERS = {"fit": 8000, "calibrate": 2000, "test": 3000}
"""Pairs of a part, half in each language; coffee orders that people really said come on top."""
WHEN = "2026-03-02T12:00:00+08:00"

GOODS = ["dining", "fast_food", "coffee", "groceries", "bakery", "clothing", "electronics", "home", "beauty", "books", "pharmacy", "pets", "hardware", "sport", "games", "gifts"]
BILLS = ["utilities", "telecom", "subscription", "insurance", "rent", "software", "education"]
_NO_GOODS = re.compile(r"(?i)shop|store|market|restaurant|house|cafe|florist|canteen|butcher|cuisine|[店铺馆场餐厅园]$")
_GIVEN = "Anna=安娜|Ben=小本|Carla=卡拉|Daniel=丹尼尔|Emma=艾玛|Farid=法里德|Grace=格蕾丝|Hannah=汉娜|Ivan=伊万|Jack=杰克|Karen=凯伦|Leo=小乐|Maria=玛丽亚|Nina=妮娜|Oscar=奥斯卡|Paula=保拉|Rob=罗布|Sophie=苏菲|Tariq=塔里克|Victor=维克多|Li Lei=李雷|Han Meimei=韩梅梅|Wang Wei=王伟|Zhang Min=张敏|Liu Yang=刘洋|Chen Jie=陈杰|Yang Fan=杨帆|Zhao Lei=赵磊|Huang Li=黄丽|Zhou Tao=周涛|Wu Qiang=吴强|Xu Jing=徐静|Sun Hao=孙浩|Ma Lin=马琳|Gao Yuan=高远|Lin Xiao=林晓|He Ping=何平|Guo Rui=郭锐|Tang Ning=唐宁|Feng Yu=冯宇"
_CABS = "City Cabs=城市出租|DiDi=滴滴出行|Uber=优步|Bolt=闪电出行|Green Taxi=绿色出租|T3 Mobility=T3出行|Cao Cao=曹操出行|Star Cars=星辰专车|Amap Ride=高德打车|Harbour Ride=海湾出行|Metro Taxis=大都会出租|Swift Cars=雨燕专车"
_MEASURES = {"coffee": "杯", "books": "本", "clothing": "件", "electronics": "台"}


@dataclass(frozen=True)
class Name:
    """One thing by its English and Chinese name; either may be missing."""

    en: str
    zh: str
    category: str

    def to(self, language: str) -> str:
        return (self.en or self.zh) if language == "en" else (self.zh or self.en)


def part_of(key: str, held=None) -> str:
    """fit, calibrate or test, always the same for the same key; where `held` is known, fit is what the encoder learned from."""
    at = _hash(key) % 100
    if held is None:
        return "fit" if at < 64 else "calibrate" if at < 78 else "test"
    return "fit" if not held else "calibrate" if at < 45 else "test"


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.sha256(("short:" + key.strip().lower()).encode()).digest()[:4], "big")


def dealt(rows: list, key, part: str) -> list:
    """A short list dealt out to the three parts, so that none goes without: three fifths, one fifth, one fifth."""
    order = sorted(rows, key=lambda row: _hash(key(row)))
    return [row for at, row in enumerate(order) if ("fit", "test", "fit", "calibrate", "fit")[at % 5] == part]


def _table(text: str):
    return [tuple(p.split("=")) for p in text.split("|")]


def slots_of(template: dict) -> str:
    """Which of amounts and quantity a template names: rare ones must occur in every part."""
    return next((slot for slot in ("quantity", "ceiling", "about", "amount") if slot in template["words"]), "")


class World:
    """What one part of the split orders from: everything by group, so that a wrong choice is a likely one."""

    def __init__(self, data: Path, part: str):
        self.part = part
        mine = lambda key, held=None: part_of(key, held) == part  # noqa: E731
        rows = [Name(en, zh, c) for c, en, zh in lexicon.pairs() if mine("item:" + en)]
        self.items = [n for n in rows if n.category in GOODS and not _NO_GOODS.search(n.en) and not _NO_GOODS.search(n.zh)]
        self.bills = [n for n in rows if n.category in BILLS]
        self.people = [Name(en, zh, "transfer") for en, zh in dealt(_table(_GIVEN), "/".join, part)]
        self.cabs = [Name(en, zh, "taxi") for en, zh in dealt(_table(_CABS), "/".join, part)]
        self.places = [Name(en, zh, "-") for en, zh in dealt(lexicon._FIXED["place"] + lexicon._FIXED["city"], "/".join, part)]
        self.shops = self._shops(data, mine)
        self.by_category = defaultdict(list)
        for shop in self.shops:
            self.by_category[shop.category].append(shop)
        self.meals = self._meals(data, mine)
        with open(Path(__file__).with_name("short.tsv"), encoding="utf-8") as handle:
            kinds = defaultdict(list)
            for row in csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE):
                kinds[row["language"], row["group"], slots_of(row)].append(row)
        self.templates = [row for rows in kinds.values() for row in dealt(rows, lambda r: r["words"], part)]
        self.talk = {"en": [], "zh": []}
        for name, language, column in (("clinc150/train_val", "en", "text"), ("hwu64/hwu64", "en", "text"), ("tatoeba-en-zh/tatoeba_dev", "zh", "zh")):
            self.talk[language] += [r[column] for r in corpus._jsonl(data / f"{name}.jsonl.gz") if mine("talk:" + r[column])]
        self.coffees = self._coffees(data, mine)

    @staticmethod
    def _shops(data, mine):
        rows = [r for r in corpus._jsonl(data / "name-suggestion-index/brands_dev.jsonl.gz") if r["name"]]
        out = []
        for r, root in zip(rows, corpus._brand_groups(rows)):
            category = taxonomy.from_osm(r["category"])
            key = "brand:" + (rows[root]["wikidata"] or rows[root]["name"])
            if category not in GOODS + BILLS or not mine(key, corpus.held_by_hash(key, 15)):
                continue
            names = [n for n in (r["en"], r["name"], r["zh"]) if n]
            latin = next((n for n in names if descriptors.is_latin(n)), "")
            zh = next((n for n in names[::-1] if descriptors.has_han(n)), "")
            if (latin or zh) and 2 <= len(latin or zh) <= 30:
                out.append(Name(latin, zh, category))
        return sorted(set(out), key=lambda n: (n.en, n.zh, n.category))

    @staticmethod
    def _meals(data, mine):
        """(restaurant, its dishes of this part)."""
        out = []
        for r in corpus._jsonl(data / "crosswoz/beijing_merchants.jsonl.gz"):
            name = corpus._clean(r["name"])
            if r["type"] == "restaurant" and mine("woz:" + name, corpus.held_by_hash("woz:" + name, 15)):
                dishes = [Name("", d, "dining") for d in r["dishes"] or [] if 2 <= len(d) <= 8 and not re.search("老字号|风味|餐厅|口味|营业|建筑|景观", d) and mine("dish:" + d)]
                if len(dishes) > 1:
                    out.append((Name("", name, "dining"), dishes))
        return out

    @staticmethod
    def _coffees(data, mine):
        """(words, item) of coffee orders that people really gave and that were sent off."""
        out = []
        for r in corpus._jsonl(data / "taskmaster4-coffee/tm4_dev.jsonl.gz"):
            order = r["final_order"] if isinstance(r["final_order"], dict) else {}
            names = [(i.get("menu_item_name") or "").strip().lower() for i in order.get("menu_items", [])]
            if r["final_call"] != "finish_order" or len(names) != 1 or not re.fullmatch(r"(?!i |could|may|var)[a-z ]{3,28}", names[0]) or not mine("coffee:" + names[0]):
                continue
            words = r["turns"][0][1].strip()
            if r["turns"][0][0] == "user" and set(names[0].split()) & set(re.findall(r"[a-z]+", words.lower())) and len(words) < 200:
                out.append((words, Name(names[0], "", "coffee")))
        return out


def sold_as(shop: Name, language: str, rng: random.Random) -> str:
    """The name of a shop as an intent writes it: often with a branch or a legal form."""
    other = rng.random() < 0.06
    name = shop.to(language if not other else {"en": "zh", "zh": "en"}[language])
    return descriptors.noisy(name, rng) if shop.category != "transfer" and rng.random() < 0.25 else name


def called(shop: Name, language: str) -> str:
    """What the user calls it: without the branch."""
    return re.sub(r"[（(·].*$", "", shop.to(language)).strip() or shop.to(language)


@dataclass
class Order:
    """One order as it was meant, and what may be put in its place."""

    group: str
    payee: Name
    items: list
    cents: int
    currency: str
    quantity: int = 1
    place: Name | None = None
    words_for: str = "en"
    item_language: str = "en"

    def intent(self, ident: str, names: dict) -> dict:
        title = names.setdefault(self.payee, self.payee.to(self.words_for))
        service = {"id": "short:" + hashlib.sha256(repr(self.payee).encode()).hexdigest()[:12], "name": title, "category": self.payee.category}
        out = {"id": ident, "agent": "replay", "service": service, "price": {"amount": money(self.cents), "currency": self.currency}}
        if self.items:
            out["items"] = [{"name": i.to(self.item_language)} for i in self.items]
            if self.quantity > 1:
                out["items"][0]["quantity"] = self.quantity
        if self.place:
            out["details"] = {"destination": self.place.to(self.item_language)}
        return {**out, "created_at": WHEN}


def make(world: World, template: dict, rng: random.Random):
    """An order, the words for it with the slots that were said, and the said amount's sense: exact, ceiling, about or none."""
    language, group, words = template["language"], template["group"], template["words"]
    place, items = None, []
    if group == "send":
        payee = rng.choice(world.people)
    elif group == "ride":
        payee, place = rng.choice(world.cabs), rng.choice(world.places)
        items = [Name("ride", "打车", "taxi")] if rng.random() < 0.5 else []
    elif group == "bill":
        items = [rng.choice(world.bills)]
        payee = rng.choice(world.by_category.get(items[0].category) or world.shops)
    elif rng.random() < (0.45 if language == "zh" else 0.15):
        payee, dishes = rng.choice(world.meals)
        items = [rng.choice(dishes)]
    else:
        items = [rng.choice(world.items)]
        native = [s for s in world.by_category[items[0].category] if (s.zh if language == "zh" else s.en)]
        payee = rng.choice(native or world.by_category[items[0].category] or world.shops)
    if group == "usual" and rng.random() < 0.3:
        items = []
    two = group == "buy" and "{quantity}" not in words and rng.random() < 0.1
    if two:
        pool = [i for i in world.items if i.category == items[0].category and i not in items and bool(i.en) == bool(items[0].en)]
        items += [rng.choice(pool)] if pool else []
    quantity = rng.choice([2, 2, 2, 3, 3, 4, 5, 6, 8, 10]) if "{quantity}" in words else 1
    whole = rng.random() < 0.55
    cents = rng.randrange(5, 300) * 100 if whole else rng.randrange(50, 2500) * 10 if rng.random() < 0.6 else rng.randrange(300, 25000)
    if group == "send" and rng.random() < 0.4:
        cents = rng.choice([20, 50, 100, 200, 300, 500]) * 100
    currency = "CNY" if language == "zh" else rng.choice(["GBP", "GBP", "USD", "EUR", "CNY"])
    order = Order(group, payee, items, cents, currency, quantity, place, language, language)
    if rng.random() < 0.15:  # the shop writes its menu in the other language
        order.item_language = {"en": "zh", "zh": "en"}[language]

    slots, sense = {}, "none"
    if "{payee}" in words:
        slots["payee"] = called(payee, language)
    if "{item}" in words:
        slots["item"] = (" and " if language == "en" else "和").join(i.to(language) for i in items)
    if place:
        slots["place"] = place.to(language)
    if quantity > 1:
        if language == "en":
            slots["quantity"] = english(quantity) if rng.random() < 0.7 else str(quantity)
            if slots["item"][-1] not in "s)" and not descriptors.has_han(slots["item"]) and rng.random() < 0.8:
                slots["item"] += "s"
        else:
            slots["quantity"] = ("两" if quantity == 2 else chinese(quantity) if rng.random() < 0.7 else str(quantity)) + _MEASURES.get(items[0].category, "份")
    for sense_, spread in (("amount", (1.0, 1.0)), ("ceiling", (1.0, 1.6)), ("about", (0.92, 1.08))):
        if "{%s}" % sense_ in words:
            sense = sense_
            said = cents if sense_ == "amount" else max(round(cents * rng.uniform(*spread) / 100 + (0.499 if sense_ == "ceiling" else 0)), 1) * 100
            slots[sense_], order_said = spoken(said, currency, language, rng.random() < 0.2, rng), said
    return order, words.format(**slots), frozenset(slots), (sense, order_said if sense != "none" else 0)


def other_amount(order: Order, sense, rng: random.Random) -> int:
    """A price that the said amount does not allow."""
    kind, said = sense
    up = rng.choice([1.1, 1.25, 1.5, 2, 3, 10, 10])
    if kind == "ceiling":
        return max(int(said * up), said + 100)
    if kind == "about":
        return int(said * max(up, 1.5))
    changed = round(order.cents * rng.choice([up, up, 1 / up]) / 10) * 10
    return changed if changed not in (0, order.cents) else order.cents + 500


def unlike(pool, name: Name, rng: random.Random):
    """Another of the pool that no word for `name` could mean."""
    for _ in range(30):
        other = rng.choice(pool)
        pairs = [(a.lower(), b.lower()) for a, b in ((other.en, name.en), (other.zh, name.zh)) if a and b]
        if other != name and not any(a in b or b in a for a, b in pairs):
            return other
    return None


def wrong(world: World, order: Order, said, sense, rng: random.Random):
    """(kind, order changed in one thing that was said), or None where nothing was said that can be changed."""
    kinds = [k for k in ("payee", "item", "place") if k in said]
    kinds += ["amount"] * (2 if sense[0] != "none" else 0) + ["quantity"] * (2 if "quantity" in said else 0) + (["extra"] if "item" in said and rng.random() < 0.3 else [])
    if not kinds:
        return None
    kind, change = rng.choice(kinds), {}
    if kind == "payee":
        near = {"send": world.people, "ride": world.cabs}.get(order.group) or world.by_category[order.payee.category]
        pool = [m for m, _ in world.meals] if order.payee in {m for m, _ in world.meals} else near
        change["payee"] = unlike(pool, order.payee, rng)
    elif kind in ("item", "extra"):
        old = order.items[-1]
        pool = world.bills if order.group == "bill" else [d for _, ds in rng.sample(world.meals, 5) for d in ds] if not old.en else world.items
        if rng.random() < 0.6 and old.en:
            pool = [i for i in pool if i.category == old.category]
        new = unlike(pool, old, rng)
        change["items"] = new and (order.items + [new] if kind == "extra" else order.items[:-1] + [new])
    elif kind == "place":
        change["place"] = unlike(world.places, order.place, rng)
    elif kind == "quantity":
        change["quantity"] = rng.choice([q for q in (1, 2, 3, 4, 5, 10, 12, 20) if q != order.quantity])
    else:
        change["cents"] = other_amount(order, sense, rng)
    if None in change.values():
        return None
    return kind, Order(**{**order.__dict__, **change})


_OFFER = {
    "en": ["Okay, {what} from {payee}, {price}. Shall I pay?", "That is {what} at {payee} for {price}, right?", "{payee}, {what}, {price}. Go ahead?"],
    "zh": ["好的，{payee}的{what}，{price}，要付吗？", "{what}，{payee}，一共{price}，对吗？", "在{payee}下单{what}，{price}，可以吗？"],
}
_AGREED = {"en": ["yes", "yeah go ahead", "yes please", "sure", "ok, that's right"], "zh": ["好的", "可以", "对，付吧", "行", "没错"]}


def context(words: str, offered: Order | None, names: dict, language: str, rng: random.Random) -> dict:
    """The words alone, or with the agent's offer and the user's yes."""
    if offered is None:
        return {"said": words, "language": language}
    what = (", " if language == "en" else "、").join(i.to(offered.item_language) for i in offered.items) or (offered.place.to(language) if offered.place else {"en": "the payment", "zh": "这笔付款"}[language])
    count = "" if offered.quantity == 1 else f"{offered.quantity} "
    offer = rng.choice(_OFFER[language]).format(what=count + what, payee=names.setdefault(offered.payee, offered.payee.to(language)), price=spoken(offered.cents, offered.currency, language, False, rng))
    turns = [("user", words), ("agent", offer), ("user", rng.choice(_AGREED[language]))]
    return {"conversation": [{"from": who, "text": text} for who, text in turns], "language": language}


def history(order: Order, other: Order | None, names: dict, user: str, rng: random.Random):
    """Past payments of the order as it was meant, and sometimes of what was put in its place."""
    for n, (kind, days) in enumerate([(order, 9), (order, 2)] + ([(other, 5)] if other and rng.random() < 0.5 else [])):
        intent = kind.intent("", names)
        past = {"id": f"p-{user}-{n}", "at": f"2026-02-{20 - days:02d}T12:00:00+08:00", **{k: intent[k] for k in ("service", "price", "items") if k in intent}}
        yield {"user": user, "payment": past}


def lines(world: World, count: int, seed: int):
    """The lines of one part."""
    rng = random.Random(f"{seed}-{world.part}")
    by_language = {lang: [t for t in world.templates if t["language"] == lang] for lang in ("en", "zh")}
    real = rng.sample(world.coffees, min(len(world.coffees), count // 8))
    for number in range(count + len(real)):
        language = ("en", "zh")[number % 2] if number < count else "en"
        if number < count:
            template = rng.choice(by_language[language])
            if template["group"] == "usual" and rng.random() < 0.4:
                template = rng.choice(by_language[language])
            order, words, said, sense = make(world, template, rng)
            form = "+".join(sorted(said)) or template["group"]
            words = dress(words, language, rng)
        else:
            words, item = real[number - count]
            payee = rng.choice(world.by_category["coffee"])
            order, said, sense, form = Order("buy", payee, [item], rng.randrange(30, 70) * 10, "USD", words_for="en"), frozenset(["item"]), ("none", 0), "real"
        if form == "real":
            other = unlike([c for _, c in world.coffees], order.items[0], rng)
            changed = other and ("item", Order(**{**order.__dict__, "items": [other]}))
        else:
            changed = wrong(world, order, said, sense, rng)
        if changed is None or rng.random() < 0.12:
            kind, meant, unsaid = "other", order, True
        else:
            (kind, meant), unsaid = changed, False
        user, names = f"s-{world.part}-{number}", {}
        names[order.payee] = sold_as(order.payee, language, rng)
        if rng.random() < 0.6:
            yield from history(order, None if unsaid else meant, names, user, rng)
        talk = rng.random() < 0.25
        foreign = dress(rng.choice(world.talk[language]), language, rng)
        if unsaid and rng.random() < 0.4:  # another order altogether
            foreign = dress(make(world, rng.choice([t for t in by_language[language] if t["group"] != "usual"]), rng)[1], language, rng)
        true = context(words, order if talk else None, names, language, rng)
        false = context(foreign, None, names, language, rng) if unsaid else true
        tag = f"{language}-{world.part}{number}"
        yield {"user": user, "intent": order.intent(f"g-{form}-{tag}", names), "context": true, "label": 1}
        yield {"user": user, "intent": meant.intent(f"m-{kind}-{tag}", names), "context": false, "label": 0}


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--data", type=Path, required=True)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--seed", type=int, default=20261122)
    o = ask.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    for name, parts in (("train", ["fit", "calibrate"]), ("test", ["test"])):
        with open(o.out / f"said-short-{name}.jsonl", "w", encoding="utf-8") as handle:
            for part in parts:
                for row in lines(World(o.data, part), ORDERS[part], o.seed):
                    handle.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
