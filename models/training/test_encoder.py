"""`python -m unittest training.test_encoder` (from models/): what the parts of the encoder and of the category head promise."""

import random
import unittest

import numpy as np

from . import asked, category, descriptors, known, letters, sound, tokens

SYLLABLE = {"麦": "mai", "当": "dang", "劳": "lao", "温": "wen", "迪": "di"}


def small_tokenizer():
    return tokens.train(["coffee shop", "the corner store", "星巴克咖啡"] * 3, list("星巴克咖啡店"), 200)


class Sounds(unittest.TestCase):
    def test_a_character_shares_parts_with_a_spelling_of_its_sound(self):
        rows = sound.features({"[PAD]": 0, "温": 1, "wen": 2, "##wen": 3, "迪": 4, "7": 5}, SYLLABLE)
        parts = [set(r[r > 0]) for r in rows]
        self.assertTrue(parts[1] & parts[2] and parts[2] & parts[3])
        self.assertFalse(parts[1] & parts[4])
        self.assertFalse(parts[0] or parts[5])
        self.assertLess(rows.max(), sound.BUCKETS)

    def test_spelling_leaves_what_it_does_not_know(self):
        self.assertEqual(sound.spell("麦当劳 24h", SYLLABLE, " "), "mai dang lao 24h")
        self.assertEqual(sound.spell("麦当劳", SYLLABLE, ""), "maidanglao")


class Letters(unittest.TestCase):
    def test_words(self):
        t = small_tokenizer()
        self.assertEqual(letters.words(t, "SQ *McDonald's 0123 LONDON（王府井店） 星巴克"), ["sq", "mcdonalds", "london", "王府井店", "星巴克"])
        self.assertEqual(letters.words(t, "Café　Crème 7-ELEVEn №5"), ["cafe", "creme", "eleven", "no"])
        self.assertEqual(letters.words(t, "' 12 **"), [])

    def test_hash_is_fnv(self):
        self.assertEqual(letters.fnv("a"), 0xE40C292C)
        self.assertEqual(letters.grams("茶x", 2, 3), [" 茶", "茶x", "x ", " 茶x", "茶x ", "茶"])


class KnownNames(unittest.TestCase):
    def setUp(self):
        self.tokenizer = small_tokenizer()
        rng = random.Random(1)
        made = {"".join(rng.choice(["ka", "lo", "mi", "ren", "tu", "sso", "ber", "gi"]) for _ in range(4)) for _ in range(120)}
        self.names = sorted(made | {"星巴克", "blue bottle coffee", "green garden"})
        self.index = known.Known(self.names, list(range(len(self.names))))

    def test_a_name_is_found_through_noise_and_another_is_not(self):
        rng = random.Random(2)
        hits = 0
        for i, name in enumerate(self.names):
            found = self.index.find(self.tokenizer, descriptors.noisy(name, rng))
            hits += found is not None and found[0] == i
        self.assertGreaterEqual(hits / len(self.names), 0.95)
        self.assertIsNone(self.index.find(self.tokenizer, "1234 *"))

    def test_shares_are_shares(self):
        for text in ("SQ *BLUE BOTTLE COF", "blue bot", "星巴克（南京路店）", "blue bottle coffee"):
            _, lies, of_text, weight, length, begins, _ = self.index.find(self.tokenizer, text)
            self.assertTrue(0 <= lies <= 1 and 0 < of_text <= 1.0001 and weight > 0 and length > 0 and begins)

    def test_what_slips_cost(self):
        name = [(c, at == 0) for word in ("blue", "bottle") for at, c in enumerate(word)]
        for parts, cost in ((["blue", "bottle"], 0), (["sq", "bluebottle", "west"], 0), (["blue", "bttl"], 0.8), (["blue", "bot"], 1.4), (["bluf", "bottle"], 1), (["xblue", "bottle"], 1)):
            self.assertAlmostEqual(known.slips(name, parts), cost, msg=str(parts))

    def test_the_most_common_category_of_a_name_wins(self):
        self.assertEqual(known.collect(self.tokenizer, [("Shell", 6), ("SHELL", 0), ("shell", 6), ("12", 1)]), (["shell"], [6]))


class NGrams(unittest.TestCase):
    def test_the_shipped_form_learns_and_knows_nothing_of_strange_letters(self):
        t = small_tokenizer()
        texts = [f"{a} {b}" for a in ("pharmacy", "bakery") for b in ("north", "south", "west", "east", "blue")]
        label = np.array([0] * 5 + [1] * 5)
        rows = [letters.hashes(t, x, category.LEAST, category.MOST) for x in texts]
        grams = category.fit_grams(rows, label, np.ones(10), range(10), 1, epochs=30)
        self.assertTrue((np.diff(grams.hashes.astype(np.int64)) > 0).all())
        logits = grams.logits([letters.hashes(t, x, category.LEAST, category.MOST) for x in ("old pharmacy", "old bakery", "щщщ")])
        self.assertEqual(logits[:2, :2].argmax(1).tolist(), [0, 1])
        self.assertTrue(np.allclose(logits[2], grams.bias))


class Requests(unittest.TestCase):
    def test_templates_are_filled_and_never_the_test(self):
        rows = asked.sentences(random.Random(1), 20)
        self.assertFalse([r for r in rows if "{" in r[1] + r[2]])
        self.assertTrue(all(descriptors.has_han(zh) for _, _, zh in rows))
        test = asked.chinese_test()
        self.assertFalse({zh for _, _, zh in rows} & {zh for _, zh in test})
        self.assertEqual(len({kind for kind, _ in test}), 16)
        self.assertTrue({kind for kind, _ in test} <= {kind for kind, _, _ in rows})


if __name__ == "__main__":
    unittest.main()
