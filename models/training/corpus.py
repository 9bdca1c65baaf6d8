"""Reads the data folder into one list of texts with the teacher text each must land on.

Every `Text` names its `teacher` English text(s) with weights, its `group` (texts of one group mean the same thing and stay on
one side of the split), a category where one is known, and its side: `train` or `held`.
"""

import csv
import gzip
import hashlib
import json
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from . import asked, descriptors, lexicon, sound, taxonomy


@dataclass
class Text:
    """One training text. `teacher` is empty where no English meaning is known; such a text only teaches its category."""

    text: str
    source: str
    group: str
    held: bool
    teacher: tuple = ()
    category: int = -1
    weight: float = 1.0
    pair: str = field(default="")  # for Chinese: the English text it must find again (contrastive term)
    intent: str = ""  # kind of request as its data set labels it, "dataset:kind"


def held_by_hash(key: str, percent: int) -> bool:
    """A stable cut: the same key always falls on the same side."""
    digest = hashlib.sha256(key.strip().lower().encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < percent


def _lines(path: Path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as handle:
        yield from handle


def _jsonl(path: Path):
    for line in _lines(path):
        yield json.loads(line)


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:300]


def _sentences(data: Path, rng: random.Random):
    """English sentences and requests; each is its own teacher text. Requests carry the label of their data set."""
    seen = set()

    def give(text, source, intent="", held=None):
        text = _clean(text)
        key = text.lower()
        if len(text) < 2 or key in seen:
            return None
        seen.add(key)
        held = held_by_hash(key, 5) if held is None else held
        return Text(text, source, "s:" + key, held, ((text, 1.0),), intent=f"{source}:{intent}" if intent else "")

    rows = []
    calls_for = list(_jsonl(data / "clinc150/train_val.jsonl.gz"))
    # The validation part first, so that a sentence that stands in both stays unseen.
    for r in sorted(calls_for, key=lambda r: r["split"] != "val"):
        rows.append(give(r["text"], "clinc150", r["intent"], r["split"] == "val"))
    with open(data / "banking77/train.csv", encoding="utf-8") as handle:
        rows += [give(r["text"], "banking77", r["category"], held_by_hash(_clean(r["text"]), 10)) for r in csv.DictReader(handle)]
    rows += [give(r["text"], "hwu64", r["scenario"] + "/" + r["intent"]) for r in _jsonl(data / "hwu64/hwu64.jsonl.gz")]
    rows += [give(r["text"], "snips", r["intent"]) for r in _jsonl(data / "snips/snips.jsonl.gz")]
    turns = [(r["user"], r["system"]) for r in _jsonl(data / "sgd-dstc8/confirm_train.jsonl.gz")]
    rng.shuffle(turns)
    for user, system in turns[:9000]:
        rows += [give(user, "sgd"), give(system, "sgd")]
    calls = [t for r in _jsonl(data / "sgd-dstc8/calls_train.jsonl.gz") for who, t in r["turns"] if who == "USER"]
    rng.shuffle(calls)
    rows += [give(t, "sgd") for t in calls[:14000]]
    for r in _jsonl(data / "taskmaster4-coffee/tm4_dev.jsonl.gz"):
        rows += [give(t, "tm4") for who, t in r["turns"] if who == "user"]
        for item in r["final_order"].get("menu_items", []) if isinstance(r.get("final_order"), dict) else []:
            rows.append(give(item.get("menu_item_name") or "", "tm4"))
    for line in _lines(data / "rasa-financial-demo/nlu.yml"):
        if line.startswith("    - "):
            rows.append(give(re.sub(r"\[([^\]]*)\](\{[^}]*\}|\([^)]*\))", r"\1", line[6:]), "rasa"))
    return [r for r in rows if r]


def _snips_slots(data: Path) -> dict:
    """Values of Snips' slots by name, in order of appearance."""
    out = defaultdict(dict)
    for r in _jsonl(data / "snips/snips.jsonl.gz"):
        for slot, value in r["slots"]:
            out[slot][_clean(value)] = None
    return {slot: list(values) for slot, values in out.items()}


def towns(data: Path) -> list[str]:
    """Names of towns, in capitals, to follow a merchant's name on a bill."""
    return [c.upper() for c in _snips_slots(data)["city"]]


def _asked(rng: random.Random, slots: dict):
    """Requests in both languages from templates; names of songs, films, places stand untranslated in two of five."""
    names = {"playlist": "playlist", "artist": "artist", "song": "track", "movie": "movie_name", "book": "object_name", "restaurant": "restaurant_name", "cinema": "location_name", "city": "city"}
    out = []
    for intent, en, zh in asked.sentences(rng, 150, {ours: slots[theirs] for ours, theirs in names.items()}):
        label = f"asked:{intent}" if intent != "-" else ""
        out.append(Text(en, "asked-en", "x:" + en.lower(), False, ((en, 1.0),), intent=label))
        out.append(Text(zh, "asked-zh", "x:" + en.lower(), False, ((en, 1.0),), pair=en, intent=label))
    return out


def _tatoeba(data: Path, simplify):
    rows = [(_clean(r["en"]), _clean(r["zh"])) for r in _jsonl(data / "tatoeba-en-zh/tatoeba_dev.jsonl.gz")]
    unseen = {simplify(zh) for en, zh in rows if held_by_hash(en, 10)}
    out = []
    for en, zh in rows:
        held = held_by_hash(en, 10)
        if not held and simplify(zh) in unseen:
            continue  # the same Chinese sentence under another English one
        group = "t:" + en.lower()
        out.append(Text(en, "tatoeba-en", group, held, ((en, 1.0),)))
        out.append(Text(zh, "tatoeba-zh", group, held, ((en, 1.0),), pair=en))
        simple = simplify(zh)
        if simple != zh and not held:
            out.append(Text(simple, "tatoeba-zh", group, held, ((en, 1.0),), pair=en))
    return out


_CEDICT = re.compile(r"^(\S+) (\S+) \[[^\]]*\] /(.*)/\s*$")


def read_cedict(data: Path):
    """(traditional, simplified, first glosses) of every CC-CEDICT entry, and a function from traditional to simplified."""
    entries, chars = [], {}
    for line in _lines(data / "cc-cedict/cedict_1_0_ts_utf-8_mdbg.txt.gz"):
        found = _CEDICT.match(line)
        if not found:
            continue
        trad, simp, glosses = found.groups()
        if len(trad) == len(simp) == 1 and trad != simp:
            chars.setdefault(ord(trad), simp)
        entries.append((trad, simp, glosses.split("/")))
    return entries, lambda text: text.translate(chars)


def syllables(data: Path) -> dict[str, str]:
    """Han character to toneless pinyin; a traditional character sounds as its simplified one."""
    known = sound.syllables(data)
    entries, _ = read_cedict(data)
    for trad, simp, _ in entries:
        if len(trad) == 1 and trad not in known and simp in known:
            known[trad] = known[simp]
    return known


def spelt_names(texts, syllable: dict, seed: int) -> list[tuple[str, str]]:
    """(Chinese name, its pinyin in one word or several) for names that are wholly Han characters with a known reading."""
    rng = random.Random(seed)
    names = dict.fromkeys(t.text for t in texts if t.source in ("name-zh", "brand-zh", "woz", "dish") and 2 <= len(t.text) <= 8)
    return [(n, sound.spell(n, syllable, rng.choice(["", "", " "]))) for n in names if all(c in syllable for c in n)]


_DULL = re.compile(r"variant of|see |used in|surname|\babbr\b|CL:|pr\. |old name|\|")


def _gloss(glosses):
    for gloss in glosses:
        if _DULL.search(gloss):
            continue
        plain = _clean(re.sub(r"\([^)]*\)|\[[^\]]*\]", "", gloss)).split(";")[0].strip()
        if 2 <= len(plain) <= 60:
            return plain
    return None


def _cedict(entries, frequency: Counter, rng: random.Random, limit: int):
    """Words whose characters are common in our other Chinese text, single characters first."""
    scored = []
    for trad, simp, glosses in entries:
        plain = _gloss(glosses)
        if not plain or not descriptors.has_han(simp):
            continue
        rarest = min(frequency[c] for c in simp)
        scored.append((len(simp) == 1 and rarest > 0, rarest if len(simp) <= 4 else rarest / 4, rng.random(), trad, simp, plain))
    scored.sort(reverse=True)
    out = []
    for _, _, _, trad, simp, plain in scored[:limit]:
        held = len(simp) > 1 and held_by_hash(simp, 4)
        group = "c:" + simp
        weight = 0.6
        out.append(Text(simp, "cedict-zh", group, held, ((plain, 1.0),), weight=weight, pair=plain))
        if trad != simp and not held:
            out.append(Text(trad, "cedict-zh", group, held, ((plain, 1.0),), weight=weight * 0.5, pair=plain))
        out.append(Text(plain, "cedict-en", group, held, ((plain, 1.0),), weight=weight))
    return out


_NAME = re.compile(r"^(\S+) (\S+) \[([A-Z][^\]]*)\] /(.*)/\s*$")
_PLACE = re.compile(r",? (a |the |an )?(county|city|district|prefecture|township|province|river|capital|town)\b.*", re.I)


def _names(data: Path):
    """Names of people, places and firms in CC-CEDICT with the English name alone: how Chinese writes foreign sounds."""
    out = []
    for line in _lines(data / "cc-cedict/cedict_1_0_ts_utf-8_mdbg.txt.gz"):
        found = _NAME.match(line)
        if not found or len(found[2]) < 2:
            continue
        trad, simp, _, glosses = found.groups()
        for gloss in glosses.split("/"):
            if _DULL.search(gloss) or gloss.startswith("also "):
                continue
            name = re.sub(r"\([^)]*\)|\[[^\]]*\]|\b[cC]\. \d.*", "", gloss).split(",")[0].split(";")[0]
            name = _clean(_PLACE.sub("", _clean(name)))
            if 2 <= len(name) <= 40 and name[0].isupper() and descriptors.is_latin(name) and not descriptors.has_han(name):
                held = held_by_hash(simp, 4)
                out.append(Text(simp, "name-zh", "c:" + simp, held, ((name, 1.0),), weight=0.7, pair=name))
                out.append(Text(name, "name-en", "c:" + simp, held, ((name, 1.0),), weight=0.7))
                break
    return out


def _brand_groups(rows):
    """Joins rows that share a wikidata id or any name, so that one brand never sits on both sides of the split."""
    parent = list(range(len(rows)))

    def find(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first = {}
    for i, r in enumerate(rows):
        keys = [("q", r["wikidata"])] if r["wikidata"] else []
        keys += [("n", n.lower()) for n in (r["name"], r["en"], r["zh"], r["zh_hant"]) if n]
        for key in keys:
            if key in first:
                a, b = find(i), find(first[key])
                parent[max(a, b)] = min(a, b)  # the root is the first row, in whatever order rows were joined
            else:
                first[key] = i
    return [find(i) for i in range(len(rows))]


def official_names(data: Path) -> list[tuple[str, str, str]]:
    """(brand, Chinese name, English name) of held-out brands for which the source gives both."""
    rows = [r for r in _jsonl(data / "name-suggestion-index/brands_dev.jsonl.gz") if r["name"]]
    out = {}
    for r, root in zip(rows, _brand_groups(rows)):
        key = rows[root]["wikidata"] or rows[root]["name"]
        if r["zh"] and r["en"] and held_by_hash("brand:" + key, 15):
            out.setdefault((r["zh"], r["en"]), key)
    return [(key, zh, en) for (zh, en), key in out.items()]


BRAND_CATEGORY_SHARE = 0.5
"""Weight of the category phrase beside a brand's name in its target vector: the name alone says little to the teacher."""


def _brands(data: Path, rng: random.Random, cities: list[str], syllable: dict):
    rows = [r for r in _jsonl(data / "name-suggestion-index/brands_dev.jsonl.gz") if r["name"]]
    out = []
    for r, root in zip(rows, _brand_groups(rows)):
        key = rows[root]["wikidata"] or rows[root]["name"]
        group, held = "b:" + key, held_by_hash("brand:" + key, 15)
        cat = taxonomy.INDEX[taxonomy.from_osm(r["category"])]
        latin = next((n for n in (r["en"], r["name"]) if n and descriptors.is_latin(n)), None)
        phrase = taxonomy.osm_phrase(r["category"], r["cuisine"])
        share = ((latin, 1.0), (phrase, BRAND_CATEGORY_SHARE)) if latin else ((phrase, 1.0),)
        names = []
        for n in (r["name"], r["en"], r["zh"], r["zh_hant"], *r["match"][:3]):
            if n and n.lower() not in {m.lower() for m in names}:
                names.append(n)
        for n in names:
            weight = 1.0 if latin else 0.4
            zh = descriptors.has_han(n)
            pair = latin if zh and latin else ""
            source = "brand-zh" if zh else "brand"
            out.append(Text(n, source, group, held, share, cat, weight, pair))
            for _ in range(2):
                out.append(Text(descriptors.noisy(n, rng, cities), source + "-noisy", group, held, share, cat, weight * 0.7, pair))
            if zh:  # as foreign terminals print it
                spelt = sound.spell(n, syllable, rng.choice(["", " "]))
                out.append(Text(spelt.upper() if rng.random() < 0.6 else spelt, "brand-pinyin", group, held, share, cat, weight * 0.7, n))
    return out


_EXPENSE = {
    "Vehicle Fuel": "fuel", "Travel Taxis": "taxi", "Car Parking": "parking", "Electricity": "utilities", "Gas": "utilities",
    "Water Services": "utilities", "Mobiles/Radios/Pagrs": "telecom", "Vehicle R&M": "vehicle", "Vehicle Hire Charge": "car_rental",
    "Postage": "post",
}


def read_pcard(data: Path):
    """Rows of the purchase-card data, merchant normalised (lower case, single spaces, trimmed)."""
    for r in csv.DictReader(_lines(data / "birmingham-pcard/pcard_dev.csv.gz")):
        r["merchant"] = _clean(r["merchant"]).lower()
        yield r


def _pcard(data: Path):
    kinds = defaultdict(Counter)
    for r in read_pcard(data):
        if r["merchant"]:
            kinds[r["merchant"]][r["expense_type"]] += 1
    out = []
    for merchant, counts in kinds.items():
        kind, n = counts.most_common(1)[0]
        cat = -1
        if kind in _EXPENSE and n >= 3 and n >= 0.8 * sum(counts.values()):
            cat = taxonomy.INDEX[_EXPENSE[kind]]
        held = held_by_hash("pcard:" + merchant, 10)
        out.append(Text(merchant, "pcard", "p:" + merchant, held, ((merchant, 1.0),), cat, 0.7))
    for kind in sorted({k for c in kinds.values() for k in c if k}):
        out.append(Text(kind, "expense", "e:" + kind, False, ((kind, 1.0),)))
    return out


def _mcc(data: Path):
    out, seen = [], set()
    with open(data / "mcc-codes/mcc_codes.csv", encoding="utf-8") as handle:
        for r in csv.DictReader(handle):
            cat = taxonomy.from_mcc(int(r["mcc"]))
            for column in ("edited_description", "combined_description"):
                text = _clean(r[column])
                if text and text.lower() not in seen:
                    seen.add(text.lower())
                    held = held_by_hash("mcc:" + r["mcc"], 10)
                    group = "m:" + r["mcc"]
                    out.append(Text(text, "mcc", group, held, ((text, 1.0), (taxonomy.PHRASES[cat], 0.3)), taxonomy.INDEX[cat]))
    return out


_SNACK = re.compile(r"咖啡|茶|奶茶|甜品|面包|蛋糕|快餐|小吃|饼屋")


def _crosswoz(data: Path, glosses):
    """Beijing merchants teach their category; dishes with a dictionary gloss teach their meaning."""
    out, dishes = [], Counter()
    for r in _jsonl(data / "crosswoz/beijing_merchants.jsonl.gz"):
        name = _clean(r["name"])
        held = held_by_hash("woz:" + name, 15)
        kind, phrase = {
            "restaurant": ("dining", "Chinese restaurant"), "hotel": ("lodging", "hotel"), "attraction": ("entertainment", "tourist attraction tickets"),
        }[r["type"]]
        if r["type"] == "restaurant" and _SNACK.search(name):
            continue
        out.append(Text(name, "woz", "w:" + name, held, ((phrase, 1.0),), taxonomy.INDEX[kind], 0.3))
        dishes.update(r.get("dishes") or [])
    for dish, _ in dishes.most_common(3000):
        if dish in glosses:
            out.append(Text(dish, "dish", "c:" + dish, False, ((glosses[dish], 1.0),), weight=0.5, pair=glosses[dish]))
    return out


def _lexicon(rng: random.Random):
    out = []
    for cat, en, zh in lexicon.pairs():
        held = held_by_hash("lex:" + en, 8)
        index = taxonomy.INDEX[cat] if cat in taxonomy.INDEX else -1
        target = ((en, 1.0), (taxonomy.PHRASES[cat], 0.3)) if index >= 0 else ((en, 1.0),)
        for text, pair in ((en, ""), (zh, en)):
            out.append(Text(text, "lexicon-zh" if pair else "lexicon-en", "l:" + en.lower(), held, target, index, 1.5, pair))
    for en, zh in lexicon.sentences(rng):
        held = held_by_hash("tpl:" + en, 8)
        for text, pair in ((en, ""), (zh, en)):
            out.append(Text(text, "template-zh" if pair else "template-en", "x:" + en.lower(), held, ((en, 1.0),), -1, 1.0, pair))
    return out


def chinese_frequency(data: Path) -> Counter:
    """How often each Han character occurs in the Chinese sentences, brands and dialogues."""
    count = Counter()

    def add(text, times=1):
        for c in text:
            if descriptors.has_han(c):
                count[c] += times

    for r in _jsonl(data / "tatoeba-en-zh/tatoeba_dev.jsonl.gz"):
        add(r["zh"])
    for r in _jsonl(data / "name-suggestion-index/brands_dev.jsonl.gz"):
        for n in (r["name"], r["zh"], r["zh_hant"], *r["match"]):
            add(n or "", 3)
    for r in _jsonl(data / "crosswoz/crosswoz_val.jsonl.gz"):
        for turn in r["turns"]:
            add(turn[1])
    for r in _jsonl(data / "crosswoz/beijing_merchants.jsonl.gz"):
        add(r["name"], 2)
        for d in r.get("dishes") or []:
            add(d)
    for _, _, zh in lexicon.pairs():
        add(zh, 3)
    return count


def build(data: Path, seed: int, cedict_limit: int) -> list[Text]:
    """All texts, in a fixed order for a fixed seed."""
    rng = random.Random(seed)
    entries, simplify = read_cedict(data)
    glosses = {}
    for _, simp, g in entries:
        plain = _gloss(g)
        if plain:
            glosses.setdefault(simp, plain)
    frequency = chinese_frequency(data)
    slots = _snips_slots(data)
    sentences = _sentences(data, rng) + _tatoeba(data, simplify) + _asked(rng, slots)
    texts = []
    texts += _cedict(entries, frequency, rng, cedict_limit)
    texts += _names(data)
    texts += _brands(data, rng, towns(data), syllables(data))
    texts += _pcard(data)
    texts += _mcc(data)
    texts += _crosswoz(data, glosses)
    texts += _lexicon(rng)
    # A brand held out must stay unseen: its name may not come back through the dictionary or the lexicon.
    unseen = {t.text.lower() for t in texts if t.held and t.source in ("brand", "brand-zh")}
    unseen |= {simplify(n) for n in unseen}
    brandless = ("cedict-zh", "cedict-en", "name-zh", "name-en", "lexicon-zh", "lexicon-en", "dish", "woz")
    texts = [t for t in texts if not (t.source in brandless and not t.held and t.text.lower() in unseen)]
    return [t for t in sentences + texts if t.text]
