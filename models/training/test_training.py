"""`python -m unittest training.test_training` (from models/): what the builders promise, on small made-up data."""

import csv
import gzip
import json
import random
import tempfile
import unittest
from pathlib import Path

from . import corpus, descriptors, lexicon, said, taxonomy, timeline


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
        line = said.line(call, 7, {"restaurant_name": "Sipan"}, "m-restaurant_name-7", 0)
        self.assertEqual((line["intent"]["service"]["name"], line["intent"]["price"]["amount"]), ("Sipan", "12"))
        self.assertEqual([t["from"] for t in line["context"]["conversation"]], ["user", "agent"])


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


if __name__ == "__main__":
    unittest.main()
