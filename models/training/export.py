"""Writes what ships: int8 weights under BERT's tensor names, the category head, configs, the reference and the manifest."""

import hashlib
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from .taxonomy import CATEGORIES

NAME, VERSION = "assent-first", "0.1.0"
SHIPS = ["encoder.safetensors", "encoder.json", "tokenizer.json", "category.safetensors", "categories.json"]
HEADS = ["head.safetensors", "thresholds.json"]

REFERENCE = [
    "coffee", "一杯拿铁", "STARBUCKS STORE 01234 SEATTLE WA", "星巴克（王府井店）", "Shell", "shell 4471 leeds gb", "中国石化加油站",
    "book a taxi to the airport", "打车去机场", "transfer 200 yuan to my mum", "给我妈妈转200块钱", "pay the electricity bill", "交电费",
    "two tickets for the film tonight", "今晚两张电影票", "train from Shanghai to Beijing tomorrow", "明天从上海到北京的高铁",
    "SQ *BLUE BOTTLE COF", "ALIPAY*MEITUAN", "美团外卖", "Vehicle Fuel", "Purchases Food", "amazon mktplace pmts", "tesco stores 2641",
    "yes, go ahead", "好的，付吧", "no, cancel it", "不要，取消", "Confirming: I will reserve a table for 2 people at Sino in San Jose.",
    "a large oat milk latte, no sugar", "大杯燕麦拿铁，不加糖", "ＦＵＬＬ　ＷＩＤＴＨ １２３", "Café Crème", "", "?!", "🙂 emoji", "龘", "99.90", "麥當勞", "McDonald's",
    "[PAD] coffee [SEP] [CLS] [UNK]",
    "the quick brown fox jumps over the lazy dog " * 10,
]


def write(out: Path, config, tensors: dict, tokenizer, head, embed, evaluation: dict) -> None:
    """Writes every file into `out`. `tensors` are the encoder's as int8 (int8.py); `embed` computes with them."""
    _tensors(tensors, out / "encoder.safetensors")
    c = config
    encoder = {
        "model_type": "bert", "vocab_size": c.vocab_size, "hidden_size": c.hidden_size, "num_hidden_layers": c.num_hidden_layers,
        "num_attention_heads": c.num_attention_heads, "intermediate_size": c.intermediate_size, "hidden_act": c.hidden_act,
        "hidden_dropout_prob": 0.0, "max_position_embeddings": c.max_position_embeddings, "type_vocab_size": c.type_vocab_size,
        "initializer_range": c.initializer_range, "layer_norm_eps": c.layer_norm_eps, "pad_token_id": c.pad_token_id,
        "position_embedding_type": "absolute", "use_cache": False,
    }
    _json(out / "encoder.json", encoder, indent=1)
    grams, known = head.grams, head.known
    _tensors({
        "weight": np.asarray(head.weight, np.float32), "bias": np.asarray(head.bias, np.float32),
        "gram.hash": grams.hashes.astype(np.uint32), "gram.rarity": grams.rarity, "gram.category": grams.category, "gram.weight": grams.weight,
        "gram.scale": np.array([grams.scale], np.float32),
        "known.names": np.frombuffer("\n".join(known.names).encode(), np.uint8), "known.category": known.category.astype(np.uint8),
        "known.trust": np.asarray(head.trust, np.float32),
    }, out / "category.safetensors")
    _json(out / "categories.json", CATEGORIES)
    ids = [tokenizer.encode(t).ids for t in REFERENCE]
    vectors = embed([np.array(i, np.int32) for i in ids])
    chances = head.probabilities(REFERENCE, vectors)
    rows = [{"text": t, "ids": i, "vector": [round(float(x), 7) for x in v], "category": CATEGORIES[int(p.argmax())], "probability": round(float(p.max()), 6)}
            for t, i, v, p in zip(REFERENCE, ids, vectors, chances)]
    (out / "reference.json").write_text("[\n" + ",\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n]\n", "utf-8")
    _json(out / "evaluation.json", evaluation, indent=1)
    manifest(out)


def manifest(out: Path) -> None:
    """Names, hashes and sizes of every file the engine loads."""
    files = {}
    for name in SHIPS + [head for head in HEADS if (out / head).exists()]:
        content = (out / name).read_bytes()
        files[name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    _json(out / "manifest.json", {"name": NAME, "version": VERSION, "files": files}, indent=1)


def _tensors(tensors: dict, path: Path) -> None:
    save_file({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}, path)
    path.chmod(0o644)


def _json(path: Path, value, indent=None) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=indent) + "\n", "utf-8")
