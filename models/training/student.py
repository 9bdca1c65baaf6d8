"""The student encoder: a two-layer BERT, mean-pooled, trained onto the teacher's vectors."""

import numpy as np
import torch
import torch.nn.functional as F
from tqdm import tqdm
from transformers import BertConfig, BertModel

from .tokens import PAD

DIM = 128


def config(vocab: int) -> BertConfig:
    """Two layers of 128, four heads, ReLU (cheaper than GELU on phones), 64 positions."""
    return BertConfig(
        vocab_size=vocab, hidden_size=DIM, num_hidden_layers=2, num_attention_heads=4, intermediate_size=512, hidden_act="relu",
        hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.0, max_position_embeddings=64, type_vocab_size=2,
        layer_norm_eps=1e-12, pad_token_id=PAD, attn_implementation="sdpa",
    )


class Student(torch.nn.Module):
    """Token ids to an L2-normalised vector; `head` is an auxiliary category classifier, dropped after training."""

    def __init__(self, vocab: int, categories: int):
        super().__init__()
        self.bert = BertModel(config(vocab), add_pooling_layer=False)
        self.head = torch.nn.Linear(DIM, categories)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        mask = ids != PAD
        hidden = self.bert(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        return F.normalize((hidden * weight).sum(1) / weight.sum(1), dim=-1)


def pad(rows: list[np.ndarray]) -> torch.Tensor:
    """Right-padded int64 ids."""
    out = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return torch.from_numpy(out)


@torch.inference_mode()
def embed(model: Student, ids: list[np.ndarray], device: str, batch: int = 512) -> np.ndarray:
    """float32 [n, 128] in the order given."""
    model.eval()
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out = np.zeros((len(ids), DIM), np.float32)
    for start in range(0, len(order), batch):
        part = order[start : start + batch]
        out[part] = model(pad([ids[i] for i in part]).to(device)).float().cpu().numpy()
    return out


def bag_of_pieces(ids: list[np.ndarray], target: np.ndarray, weight: np.ndarray, vocab: int, ridge: float = 1.0) -> np.ndarray:
    """Piece vectors whose mean comes nearest to the target in least squares: a far better start than noise."""
    from scipy import linalg, sparse

    rows = np.concatenate([np.full(len(r), i) for i, r in enumerate(ids)])
    cols = np.concatenate(ids)
    vals = np.concatenate([np.full(len(r), 1.0 / len(r)) for r in ids])
    x = sparse.csr_matrix((vals, (rows, cols)), shape=(len(ids), vocab), dtype=np.float32)
    xw = x.multiply(weight[:, None]).tocsr()
    gram = (xw.T @ x).toarray().astype(np.float32)
    gram[np.diag_indices(vocab)] += ridge * 0.05
    return linalg.solve(gram, xw.T @ target, assume_a="pos", overwrite_a=True).astype(np.float32)


def batches(ids, rate, size, rng):
    """One epoch: every text `rate` times (fractions by chance), grouped by length, groups in random order."""
    times = np.floor(rate + rng.random(len(rate))).astype(int)
    index = np.repeat(np.arange(len(ids)), times)
    length = np.array([len(ids[i]) for i in index])
    order = index[np.lexsort((rng.random(len(index)), np.minimum(length, 48) // 3))]
    parts = [order[i : i + size] for i in range(0, len(order) - size // 2, size)]
    rng.shuffle(parts)
    return parts


def train(model, ids, target, weight, category, rate, *, epochs, batch, rate_max, seed, device, note, checkpoint):
    """Cosine to the target, the in-batch ranking of the targets (KL at temperature 0.05), and the category.

    `category` is -1 where none is known. Returns nothing; the model is trained in place. After each epoch all state is kept in the
    file `checkpoint`; a run that finds one made for the same plan goes on from there.
    """
    rng = np.random.default_rng(seed)
    target_t = torch.from_numpy(target)
    weight_t = torch.from_numpy(weight.astype(np.float32))
    category_t = torch.from_numpy(category.astype(np.int64))
    decay = [p for n, p in model.named_parameters() if p.dim() > 1]
    plain = [p for n, p in model.named_parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=rate_max, betas=(0.9, 0.98), fused=device == "cuda")
    plan = [batches(ids, rate, batch, rng) for _ in range(epochs)]
    total = sum(map(len, plan))
    warm = min(300, total // 10)
    step, done = 0, 0
    mean = {}
    identity = [total, batch, rate_max, seed, len(ids)]
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device)
        if saved["plan"] == identity:
            model.load_state_dict(saved["model"])
            optimizer.load_state_dict(saved["optimizer"])
            step, done = saved["step"], saved["epochs"]
    for epoch, parts in enumerate(plan):
        if epoch < done:
            continue
        model.train()
        bar = tqdm(parts, desc=f"epoch {epoch + 1}/{epochs}", unit="batch", mininterval=5)
        for part in bar:
            lr = rate_max * min(step / max(warm, 1), 1.0) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * step / total)))
            for group in optimizer.param_groups:
                group["lr"] = lr
            x = pad([ids[i] for i in part]).to(device)
            t, w, c = target_t[part].to(device), weight_t[part].to(device), category_t[part].to(device)
            z = model(x)
            near = ((1 - (z * t).sum(-1)) * w).sum() / w.sum()
            rank = F.kl_div(F.log_softmax(z @ t.T / 0.05, -1), F.softmax(t @ t.T / 0.05, -1), reduction="none").sum(-1)
            rank = (rank * w).sum() / w.sum()
            loss = near + 0.3 * rank
            known = c >= 0
            if known.any():
                loss = loss + 0.3 * known.float().mean() * F.cross_entropy(model.head(z[known]) * 8, c[known])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            for key, value in (("near", near), ("rank", rank)):
                mean[key] = 0.98 * mean.get(key, value.item()) + 0.02 * value.item()
            if step % 50 == 0:
                bar.set_postfix({k: f"{v:.4f}" for k, v in mean.items()})
        torch.save({"plan": identity, "model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "epochs": epoch + 1}, checkpoint)
        note(epoch)
    checkpoint.unlink(missing_ok=True)
