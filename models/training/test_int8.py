"""`python -m unittest training.test_int8` (from models/): what the step to int8 promises."""

import unittest

import numpy as np

from . import int8


class Quantise(unittest.TestCase):
    def setUp(self):
        self.weight = np.random.default_rng(1).standard_normal((40, 96)).astype(np.float32)

    def test_it_stays_within_127_and_near_the_weights(self):
        self.weight[0, 0] = 50.0
        whole, scale = int8.quantise(self.weight)
        self.assertEqual((whole.dtype, scale.dtype), (np.int8, np.float32))
        self.assertGreaterEqual(int(whole.min()), -127)
        lost = np.square(whole * scale[:, None] - self.weight).sum(1)
        plain = np.abs(self.weight).max(1) / 127
        rounded = np.square(np.rint(self.weight / plain[:, None]) * plain[:, None] - self.weight).sum(1)
        self.assertTrue((lost <= rounded * 1.0001).all())

    def test_a_row_of_zeros_is_a_row_of_zeros(self):
        self.weight[3] = 0
        whole, scale = int8.quantise(self.weight)
        self.assertEqual(scale[3], 0)
        self.assertFalse(whole[3].any())

    def test_what_ships_widens_to_what_the_engine_computes_with(self):
        state = {
            "embeddings.word_embeddings.weight": self.weight, "embeddings.position_embeddings.weight": self.weight,
            "encoder.layer.0.output.dense.weight": self.weight, "encoder.layer.0.output.dense.bias": self.weight[:, 0],
            "embeddings.position_ids": np.arange(4),
        }
        tensors = int8.shipped(state)
        self.assertEqual(
            sorted(tensors),
            ["embeddings.position_embeddings.weight", "embeddings.word_embeddings.scale", "embeddings.word_embeddings.weight",
             "encoder.layer.0.output.dense.bias", "encoder.layer.0.output.dense.scale", "encoder.layer.0.output.dense.weight"],
        )
        wide = int8.widened(tensors)
        np.testing.assert_array_equal(wide["embeddings.position_embeddings.weight"], self.weight)
        np.testing.assert_allclose(wide["encoder.layer.0.output.dense.weight"], self.weight, atol=0.02)
        # What is int8 once stays what it is.
        again = int8.shipped(wide)
        for name in tensors:
            np.testing.assert_allclose(again[name].astype(np.float32), tensors[name].astype(np.float32), rtol=1e-6, err_msg=name)


if __name__ == "__main__":
    unittest.main()
