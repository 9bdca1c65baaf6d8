"""Builds our own WordPiece tokenizer and turns texts into id arrays.

NFKC, lower case, accents stripped; every Han character and every digit stands alone. About 12,000 pieces, of which some
5,000 are the Han characters met most often.
"""

import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
PAD, UNK, CLS, SEP = range(4)
MAX_TOKENS = 64


def han_pieces(frequency: Counter, dictionary: Counter, count: int) -> list[str]:
    """The `count` Han characters that matter most: seen in our texts first, then by the number of dictionary words."""
    return sorted(set(frequency) | set(dictionary), key=lambda c: (-(10 * frequency[c] + dictionary[c]), c))[:count]


def train(texts: list[str], han: list[str], size: int) -> Tokenizer:
    """Trains on `texts`; every character of `han` becomes a piece."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=60))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.NFKC(),
        normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True),
    ])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Digits(individual_digits=True)])
    tokenizer.decoder = decoders.WordPiece()
    alphabet = list("abcdefghijklmnopqrstuvwxyz0123456789.,!?'\"-/&#*()%$£€¥@[]{}<>=^`|\\~:;+_，。！？、：；（）《》·…“”‘’【】") + han
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, min_frequency=2, special_tokens=SPECIAL, initial_alphabet=alphabet, limit_alphabet=len(alphabet) + 350,
        continuing_subword_prefix="##", show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)],
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def save(tokenizer: Tokenizer, path: Path) -> None:
    """Writes tokenizer.json on one line: it ships."""
    path.write_text(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")), "utf-8")


def encode(tokenizer: Tokenizer, texts: list[str]) -> list[np.ndarray]:
    """Ids with [CLS] and [SEP], at most 64 a text."""
    out = []
    for start in range(0, len(texts), 20000):
        out += [np.array(e.ids, np.int32) for e in tokenizer.encode_batch(texts[start : start + 20000])]
    return out


def encode_loosely(tokenizer: Tokenizer, texts: list[str], drop: float, seed: int) -> list[np.ndarray]:
    """As `encode`, but each longest piece is refused with chance `drop`: names then teach their parts too."""
    rng = random.Random(seed)
    vocab = tokenizer.get_vocab()
    out = []
    for text in texts:
        ids = [CLS]
        for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(text)):
            start, pieces = 0, []
            while start < len(word):
                end = len(word)
                while end > start:
                    piece = vocab.get(("##" if start else "") + word[start:end])
                    if piece is not None and (end == start + 1 or rng.random() >= drop):
                        break
                    end -= 1
                if end == start:
                    pieces = [UNK]
                    break
                pieces.append(piece)
                start = end
            ids += pieces
        out.append(np.array(ids[: MAX_TOKENS - 1] + [SEP], np.int32))
    return out
