"""`python -m unittest training.test_training` (from models/): what the builders promise, on small made-up data."""

import csv
import gzip
import json
import random
import tempfile
import unittest
from pathlib import Path

import numpy as np

from . import all as everything
from . import corpus, descriptors, habit_head, heads, lexicon, promise, said, said_head, short, spoken, taxonomy, timeline


def fake_cards(folder: Path) -> None:
    (folder / "birmingham-pcard").mkdir(parents=True)
    rng = random.Random(3)
    cards = [f"c{i:04d}" for i in range(40)]
    with gzip.open(folder / "birmingham-pcard/pcard_dev.csv.gz", "wt", encoding="utf-8") as handle:
        out = csv.writer(handle)
        out.writerow(["card_id", "date", "gross_amount_gbp", "merchant", "expense_type", "cost_centre", "directorate"])
        for day in range(200):
            month, date = divmod(day, 28)
            for card in cards:
                if rng.random() < 0.4:
                    amount = rng.choice(["12.50", "-4.00", "25000.00", "0.00", "7.1", "100"])
                    out.writerow([card, f"2017-{month + 1:02d}-{date + 1:02d}", amount, rng.choice(["Tesco  Stores", "Shell ", "amazon"]), rng.choice(["Vehicle Fuel", ""]), "", ""])


class Timelines(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        fake_cards(Path(cls.folder.name))
        cls.rows = timeline.load(Path(cls.folder.name))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def lines(self, split, later):
        return list(timeline.timeline(self.rows, split, later, 0.5, 1))

    def test_refunds_zero_and_large_amounts_are_left_out(self):
        self.assertTrue(self.rows)
        self.assertEqual({str(r["amount"]) for r in self.rows}, {"12.50", "7.10", "100.00"})
        self.assertEqual({r["merchant"] for r in self.rows}, {"tesco stores", "shell", "amazon"})

    def test_an_intent_is_judged_before_its_payment_and_after_the_warm_up(self):
        seen, judged, last = {}, 0, ""
        for line in self.lines("train", False):
            if "payment" in line:
                seen.setdefault(line["user"], []).append(line["payment"]["id"])
                moment = line["payment"]["at"]
            else:
                judged += 1
                moment = line["intent"]["created_at"]
                self.assertGreaterEqual(len(seen[line["user"]]), timeline.WARM_UP)
                self.assertNotIn("p-" + line["intent"]["id"].rsplit("-", 1)[1], seen[line["user"]])
                self.assertEqual(line["label"], int(line["intent"]["id"].startswith("g-")))
            self.assertLessEqual(last, moment)
            last = moment
        self.assertGreater(judged, 50)

    def test_splits_share_no_card_and_ids_are_unique(self):
        users = {s: {x["user"] for x in self.lines(s, True)} for s in timeline.SPLITS}
        self.assertFalse(users["train"] & users["calibrate"] or users["train"] & users["test"] or users["calibrate"] & users["test"])
        ids = [x["intent"]["id"] for x in self.lines("train", False) if "intent" in x]
        self.assertEqual(len(ids), len(set(ids)))

    def test_later_months_are_judged_only_in_the_later_file(self):
        for line in self.lines("train", False):
            self.assertLess((line.get("payment") or {"at": line.get("intent", {}).get("created_at")})["at"][:7], timeline.LATER)
        self.assertTrue(all(x["intent"]["created_at"][:7] >= timeline.LATER for x in self.lines("train", True) if "intent" in x))

    def test_a_look_alike_is_another_id(self):
        rng = random.Random(0)
        for name in ("uk-pcard:shell", "uk-pcard:q", "uk-pcard:tesco stores"):
            for _ in range(50):
                self.assertNotEqual(timeline.look_alike(name, rng), name)


class Promises(unittest.TestCase):
    """The procedure that chooses thresholds, on people whose true risk is known."""

    GRID = np.linspace(0.5, 1, 26)

    def people(self, seed: int, n: int = 110):
        """People of very different risks, mean 0.09 at the lowest threshold's 0.3: tried, wrong by threshold, true risk by threshold."""
        rng = np.random.default_rng(seed)
        risk, strength = rng.beta(0.4, 4, n), 0.6 * (1 - self.GRID)
        tried = rng.integers(30, 300, n)
        wrong = rng.binomial(tried[:, None], risk[:, None] * strength[None, :])
        return tried.astype(float), wrong.astype(float), 0.4 / 4.4 * strength

    def test_a_promise_is_broken_no_more_often_than_said(self):
        broken = 0
        for seed in range(120):
            tried, wrong, true = self.people(seed)
            found = promise.lowest([(tried, wrong)], self.GRID, 0.01, 0.05, seed, draws=400)
            self.assertIsNotNone(found)
            broken += true[int(np.argmin(abs(self.GRID - found[0])))] > 0.01
        self.assertLessEqual(broken, 12)  # 6 expected at most; 13 or more of 120 has a chance under 1 %

    def test_more_risks_and_smaller_ones_make_it_stricter(self):
        tried, wrong, _ = self.people(1)
        lowest = lambda risks, alpha: promise.lowest(risks, self.GRID, alpha, 0.05, 1, draws=400)[0]  # noqa: E731
        self.assertLess(lowest([(tried, wrong)], 0.02), lowest([(tried, wrong)], 0.005))
        self.assertGreater(lowest([(tried, wrong), (tried, wrong * 3)], 0.02), lowest([(tried, wrong)], 0.02))
        self.assertIsNone(promise.lowest([(tried, tried[:, None] * np.ones(26))], self.GRID, 0.01, 0.05, 1, draws=400))

    def test_without_assumptions_a_hundred_people_cannot_promise_one_percent(self):
        n = np.ones(110)
        self.assertAlmostEqual(promise.at_most_for_any_people(n, 0 * n, 0.05), 1 - 0.05 ** (1 / 110), delta=0.02)
        self.assertGreater(promise.at_most_for_any_people(n, 0 * n, 0.05), 0.01)

    def test_sums_are_by_person(self):
        tried, passing = promise.by_person(np.array(["a", "b", "a"]), np.array([1.0, 5.0, 2.0]), np.array([[1, 0], [1, 1], [1, 1]]))
        self.assertEqual((tried.tolist(), passing.tolist()), ([3.0, 5.0], [[3.0, 2.0], [5.0, 5.0]]))


class HabitHead(unittest.TestCase):
    def test_weights_undo_how_impostors_were_drawn(self):
        kind, known = np.array(["g", "i", "i", "x"]), np.array([True, True, False, True])
        y, weight = habit_head.teaching(None, kind, known)
        self.assertEqual((y.tolist(), weight.tolist()), ([1, 0, 0, 0], [1, 1 / timeline.DRAWN, 1, 0.5]))

    def test_drawn_impostors_are_of_other_cards_and_all_known_ones_stay(self):
        row = {"card": "a"}
        others = [{"card": c, "merchant": m} for c, m in [("a", "x"), ("b", "x"), ("b", "y"), ("c", "y")]]
        drawn = [o for _ in range(300) for _, o in timeline.impostors(row, others, {"x"}, 20, random.Random(_))]
        self.assertNotIn("a", {o["card"] for o in drawn})
        known = sum(o["merchant"] == "x" for o in drawn)
        self.assertAlmostEqual(known / 300, 20 / 3, delta=0.5)
        self.assertAlmostEqual((len(drawn) - known) / 300, 2 / 3, delta=0.2)

    def test_calibration_rises_everywhere_and_is_close(self):
        rng = np.random.default_rng(0)
        z = rng.normal(size=4000) * 3
        y = (rng.random(4000) < 1 / (1 + np.exp(-0.7 * z - 1))).astype(float)
        at, p = np.array(habit_head.rising(z, y)).T
        self.assertTrue((np.diff(at) > 0).all() and (np.diff(p) > 0).all())
        self.assertTrue((abs(np.interp(z, at, p) - 1 / (1 + np.exp(-0.7 * z - 1))) < 0.05).all())

    def test_heads_together_give_the_mean_and_a_muted_feature_is_silent(self):
        rng = np.random.default_rng(1)
        x = rng.normal(size=(300, 4)).astype(np.float32)
        y = (x[:, 0] > 0).astype(float)
        each = [heads.fit(x, y, np.ones(300), [2], seed, epochs=2, batch=64) for seed in (1, 2, 3)]
        one = heads.together(each, x, [2])
        self.assertTrue(np.allclose(one.odds(x), np.mean([head.odds(x) for head in each], axis=0), atol=1e-5))
        other = x.copy()
        other[:, 2] = 1e6
        self.assertTrue((one.odds(x) == one.odds(other)).all())

    def test_ablations_name_features_that_exist(self):
        listed = ["payee_known", "amount_tens", "near_word", "user_amount_dense"]
        self.assertEqual(habit_head.left_out("without text", listed), [2])
        self.assertEqual(habit_head.left_out("without history", listed), [0, 2, 3])
        self.assertEqual(habit_head.left_out("without attention", listed), [2, 3])


class Dialogues(unittest.TestCase):
    def test_exactly_one_parameter_is_changed(self):
        values = {"restaurant_name": ["Sino", "Sipan"], "seats": ["1", "2", "3"], "date": ["2019-03-01"]}
        rng = random.Random(0)
        for _ in range(200):
            params = {"restaurant_name": "Sino", "seats": "2", "date": "2019-03-01"}
            name, out = said.changed(params, values, rng)
            self.assertEqual([k for k in params if params[k] != out[k]], [name])

    def test_the_payee_follows_its_parameter(self):
        call = {"service": "Restaurants_1", "params": {}, "turns": [["USER", "x"], ["SYSTEM", "y"]], "result": {"price": "12"}}
        line = said.line(call, 7, {"restaurant_name": "Sipan"}, "m-restaurant_name-7", 0, {"named": True, "priced": True, "other_day": False, "alone": False})
        self.assertEqual((line["intent"]["service"]["name"], line["intent"]["price"]["amount"]), ("Sipan", "12"))
        self.assertEqual([t["from"] for t in line["context"]["conversation"]], ["user", "agent"])


def fake_orders(folder: Path) -> None:
    """Data sets for short orders: brands, restaurants, coffee orders and talk."""
    def write(name, rows):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(folder / name, "wt", encoding="utf-8") as handle:
            handle.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

    kinds = ["amenity/restaurant", "amenity/cafe", "shop/supermarket", "shop/clothes", "shop/electronics", "amenity/pharmacy", "shop/bakery", "shop/books"]
    blank = {"match": [], "zh_hant": None, "where": [], "wikidata": None, "cuisine": None, "id": None, "en": None}
    names = [a + b for a in "Alder Birch Cedar Dogwood Elm Fir Ginkgo Hazel".split() for b in " Row| Lane| Yard| Corner| Bridge| Gate".split("|")]
    write("name-suggestion-index/brands_dev.jsonl.gz", [{**blank, "name": n, "zh": f"{chr(0x4e10 + at)}{chr(0x5e10 + at)}", "category": kinds[at % 8]} for at, n in enumerate(names * 4 + [n + " Two" for n in names])])
    write("crosswoz/beijing_merchants.jsonl.gz", [{"type": "restaurant", "name": f"{chr(0x6210 + at)}{chr(0x7210 + at)}楼（东城店）", "dishes": [f"{chr(0x8210 + at + d)}{chr(0x6810 + 3 * d)}面" for d in range(12)]} for at in range(120)])
    drinks = ["latte", "mocha", "cortado", "espresso", "americano", "cold brew", "flat white", "steamer", "cappuccino", "earl grey", "oolong tea", "chai latte"]
    write("taskmaster4-coffee/tm4_dev.jsonl.gz", [{"turns": [["user", f"Could I get a {d}?"]], "final_call": "finish_order", "final_order": {"menu_items": [{"menu_item_name": d}]}} for d in drinks])
    for name, column in (("clinc150/train_val", "text"), ("hwu64/hwu64", "text"), ("tatoeba-en-zh/tatoeba_dev", "zh")):
        write(name + ".jsonl.gz", [{column: f"{column} {name} {n}"} for n in range(60)])


class ShortOrders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            fake_orders(Path(folder))
            cls.worlds = {part: short.World(Path(folder), part) for part in short.ORDERS}
        cls.rows = {part: list(short.lines(world, 1200, 5)) for part, world in cls.worlds.items()}

    def pairs(self, part="test"):
        intents = [r for r in self.rows[part] if "intent" in r]
        return list(zip(intents[::2], intents[1::2]))

    def test_parts_share_nothing_that_a_head_could_learn_by_heart(self):
        seen = [
            lambda w: {t["words"] for t in w.templates}, lambda w: set(w.items), lambda w: set(w.bills), lambda w: set(w.people), lambda w: set(w.cabs),
            lambda w: set(w.places), lambda w: set(w.shops), lambda w: {m for m, _ in w.meals}, lambda w: {d for _, ds in w.meals for d in ds}, lambda w: {c for _, c in w.coffees},
        ]
        for of in seen:
            fit, calibrate, test = (of(self.worlds[p]) for p in ("fit", "calibrate", "test"))
            self.assertTrue(fit and test)
            self.assertFalse(fit & calibrate or fit & test or calibrate & test)

    def test_every_part_has_every_kind_of_template(self):
        for world in self.worlds.values():
            kinds = {(t["language"], t["group"]) for t in world.templates}
            self.assertEqual(kinds, {(lang, group) for lang in ("en", "zh") for group in ("buy", "usual", "send", "bill", "ride")})
        self.assertGreaterEqual(min(sum(t["language"] == lang for w in self.worlds.values() for t in w.templates) for lang in ("en", "zh")), 60)

    def test_a_pair_differs_in_exactly_one_thing(self):
        field = {"amount": "price", "payee": "service", "item": "items", "extra": "items", "quantity": "items", "place": "details", "other": "context"}
        kinds = set()
        for true, false in self.pairs():
            self.assertEqual((true["label"], false["label"], true["user"]), (1, 0, false["user"]))
            kind = false["intent"]["id"].split("-")[1]
            flat = lambda row: {**row["intent"], "id": "", "context": row["context"]}  # noqa: E731
            a, b = flat(true), flat(false)
            self.assertEqual([k for k in a if a[k] != b.get(k)], [field[kind]], false["intent"]["id"])
            kinds.add(kind)
        self.assertEqual(kinds, set(field))

    def test_what_is_changed_was_said(self):
        slot = {"amount": {"amount", "ceiling", "about"}, "payee": {"payee"}, "item": {"item", "real"}, "extra": {"item"}, "quantity": {"quantity"}, "place": {"place"}}
        for true, false in self.pairs():
            kind, form = false["intent"]["id"].split("-")[1], true["intent"]["id"].split("-")[1]
            if kind != "other":
                self.assertTrue(slot[kind] & set(form.split("+")), (form, kind))

    def test_an_amount_that_was_changed_is_not_allowed_by_the_words(self):
        rng = random.Random(2)
        order = short.Order("buy", self.worlds["fit"].shops[0], [], 2950, "CNY")
        for _ in range(300):
            self.assertGreater(short.other_amount(order, ("ceiling", 3000), rng), 3000)
            self.assertGreater(short.other_amount(order, ("about", 3000), rng), 3600)
            self.assertNotIn(short.other_amount(order, ("amount", 2950), rng), (0, 2950))

    def test_ids_are_unique_and_runs_are_the_same(self):
        ids = [r["intent"]["id"] for part in self.rows for r in self.rows[part] if "intent" in r]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(self.rows["test"], list(short.lines(self.worlds["test"], 1200, 5)))

    def test_numbers_are_said_right(self):
        self.assertEqual([spoken.english(n) for n in (0, 12, 20, 47, 105, 340)], ["zero", "twelve", "twenty", "forty-seven", "one hundred and five", "three hundred and forty"])
        self.assertEqual([spoken.chinese(n) for n in (2, 10, 15, 20, 47, 105, 340)], ["二", "十", "十五", "二十", "四十七", "一百零五", "三百四十"])
        self.assertEqual(spoken.money(2905), "29.05")

    def test_the_head_learns_from_fit_only(self):
        self.assertEqual([said_head.part_of(u) for u in ("s-fit-5", "s-calibrate-6", "sgd-5", "sgd-6")], ["fit", "calibrate", "calibrate", "fit"])
        self.assertEqual({said_head.part_of(r["user"]) for r in self.rows["calibrate"]}, {"calibrate"})

    def test_a_cut_off_run_goes_on_with_what_is_missing(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in everything.TIMELINES["timeline"] + everything.TIMELINES["said"][:1]:
                (Path(folder) / name).touch()
            self.assertEqual(everything.missing(Path(folder)), ["said", "short"])


class Texts(unittest.TestCase):
    def test_the_lexicon_is_sound(self):
        pairs = lexicon.pairs()
        self.assertTrue(all(c in taxonomy.INDEX or c == "-" for c, _, _ in pairs))
        self.assertTrue(all(descriptors.has_han(zh) for _, _, zh in pairs))
        self.assertEqual({c for c, _, _ in pairs} - {"-"}, set(taxonomy.CATEGORIES))
        self.assertFalse([s for s in lexicon.sentences(random.Random(1), 3) if "{" in "".join(s)])

    def test_the_split_is_stable(self):
        self.assertEqual(corpus.held_by_hash("Starbucks", 15), corpus.held_by_hash(" starbucks ", 15))
        self.assertTrue(1200 < sum(corpus.held_by_hash(str(i), 15) for i in range(10000)) < 1800)

    def test_brands_that_share_a_name_are_one_group(self):
        rows = [{"wikidata": "Q1", "name": "A", "en": None, "zh": "甲", "zh_hant": None}, {"wikidata": None, "name": "甲", "en": None, "zh": None, "zh_hant": None},
                {"wikidata": "Q2", "name": "B", "en": None, "zh": None, "zh_hant": None}]
        a, b, c = corpus._brand_groups(rows)
        self.assertEqual(a, b)
        self.assertNotEqual(a, c)

    def test_merchant_codes(self):
        for code, want in ((5411, "groceries"), (5812, "dining"), (5814, "fast_food"), (3058, "airline"), (7995, "gambling"), (4784, "tolls"), (5734, "software"), (6051, "crypto")):
            self.assertEqual(taxonomy.from_mcc(code), want)


class TheWordsHead(unittest.TestCase):
    def test_one_wrong_slot_decides_and_one_more_only_lowers(self):
        order = np.array([0, 0, 1, 1, 1, 2])
        odds = said_head.pooled(np.array([4.0, 4.0, 4.0, -3.0, 4.0, 4.0]), order, 3)
        self.assertLess(odds[1], -2.9)
        self.assertLess(odds[0], odds[2])
        self.assertAlmostEqual(float(odds[2]), 4.0, places=5)

    def test_the_calibration_keeps_unlike_orders_apart(self):
        z = np.concatenate([np.linspace(-6, 0, 300), np.linspace(0, 6, 300)])
        knots = said_head.rising(z, (z > 0).astype(float))
        self.assertTrue(all(a[0] < b[0] and a[1] < b[1] for a, b in zip(knots, knots[1:])))


if __name__ == "__main__":
    unittest.main()
