"""The student encoder: a small BERT, mean-pooled, trained onto the teacher's vectors.

While it learns, a piece's vector is its own plus those of its letters and sounds (sound.py); `folded` gives the plain table that ships.
"""

import numpy as np
import torch
import torch.nn.functional as F
from tqdm import tqdm
from transformers import BertConfig, BertModel

from . import sound
from .tokens import PAD

DIM = 256
"""Width of the encoder and of its vector."""
SCALE = 8.0
"""Cosines are between -1 and 1; the auxiliary classifiers see them this much larger."""


def config(vocab: int) -> BertConfig:
    """Two layers of 256 with a feed-forward part of 512, four heads, ReLU (cheaper than GELU on phones), 64 positions."""
    return BertConfig(
        vocab_size=vocab, hidden_size=DIM, num_hidden_layers=2, num_attention_heads=4, intermediate_size=512, hidden_act="relu",
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, max_position_embeddings=64, type_vocab_size=2,
        layer_norm_eps=1e-12, pad_token_id=PAD, attn_implementation="sdpa",
    )


class Student(torch.nn.Module):
    """Token ids to an L2-normalised vector. `category` and `intent` are auxiliary classifiers, dropped after training."""

    def __init__(self, features: np.ndarray, categories: int, intents: int):
        super().__init__()
        self.bert = BertModel(config(len(features)), add_pooling_layer=False)
        self.category = torch.nn.Linear(DIM, categories)
        self.intent = torch.nn.Linear(DIM, max(intents, 1))
        self.parts = torch.nn.Embedding(sound.BUCKETS, DIM, padding_idx=0)
        torch.nn.init.normal_(self.parts.weight, std=0.01)
        self.coarse = False
        features = torch.from_numpy(features)
        self.register_buffer("features", features, persistent=False)
        self.register_buffer("share", (features > 0).sum(1, keepdim=True).clamp(min=1).float().rsqrt(), persistent=False)

    def pieces(self, ids: torch.Tensor) -> torch.Tensor:
        """The vectors of the distinct pieces `ids`: float [n, DIM]."""
        shared = F.embedding_bag(self.features[ids], self.parts.weight, mode="sum", padding_idx=0)
        return self.bert.embeddings.word_embeddings.weight[ids] + shared * self.share[ids]

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        mask = ids != PAD
        distinct, place = torch.unique(ids, return_inverse=True)
        words = F.embedding(place, self.pieces(distinct))
        with torch.autocast(ids.device.type, dtype=torch.bfloat16, enabled=self.training or self.coarse):
            hidden = self.bert(inputs_embeds=words, attention_mask=mask.long()).last_hidden_state
        weight = mask.unsqueeze(-1).float()
        return F.normalize((hidden.float() * weight).sum(1) / weight.sum(1), dim=-1)

    @torch.no_grad()
    def folded(self) -> dict:
        """The encoder's tensors with one vector per piece."""
        state = dict(self.bert.state_dict())
        every = torch.arange(len(self.features), device=self.features.device)
        state["embeddings.word_embeddings.weight"] = self.pieces(every)
        return state

    @torch.no_grad()
    def load_plain(self, state: dict) -> None:
        """Takes over tensors as `folded` gave them; the shared parts become nothing."""
        self.bert.load_state_dict(state, strict=False)
        self.parts.weight.zero_()


def pad(rows: list[np.ndarray]) -> torch.Tensor:
    """Right-padded int64 ids."""
    out = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return torch.from_numpy(out)


@torch.inference_mode()
def embed(model: Student, ids: list[np.ndarray], device: str, batch: int = 512, coarse: bool = False) -> np.ndarray:
    """float32 [n, DIM] in the order given; `coarse` computes in bfloat16, three times as fast, to fit heads on."""
    model.eval()
    model.coarse = coarse
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


def thinned(row: np.ndarray, rng: np.random.Generator, chance: float = 0.12) -> np.ndarray:
    """The row with some inner pieces left out, never all."""
    keep = rng.random(len(row)) >= chance
    keep[[0, -1]] = True
    return row[keep] if keep.sum() > 3 else row


def classify_loss(logits, label, allowed):
    """Cross-entropy among the labels of the same data set only."""
    return F.cross_entropy(logits.masked_fill(~allowed, -1e4), label)


def names_loss(model, left, right, heat=0.06):
    """Each name of a pair must find the other among the pairs of the batch, both ways."""
    a, b = model(left), model(right)
    sims = a @ b.T / heat
    same = torch.arange(len(a), device=a.device)
    return (F.cross_entropy(sims, same) + F.cross_entropy(sims.T, same)) / 2


def train(model, ids, target, weight, category, intent, allowed, thin, rate, pairs, pair_rate, *, kinds_weight, meet_weight, meet_share, epochs, batch, rate_max, seed, device, checkpoint):
    """Cosine to the target, the in-batch ranking of the targets (KL at temperature 0.05), category, kind of request, and names that must meet.

    `category` and `intent` are -1 where none is known; `allowed[label]` are the labels of that label's data set; rows marked in `thin`
    lose pieces half of the time; `pairs` are (row, row) of names in two scripts, `pair_rate` how often each is drawn, `meet_share` how many
    of them go with a batch, as a share of it. `kinds_weight` and `meet_weight` weigh these two losses. The model is trained in place. After each epoch all state is kept in the file `checkpoint`; a run that finds one made for the same plan goes on from there.
    """
    rng = np.random.default_rng(seed)
    target_t = torch.from_numpy(target)
    weight_t = torch.from_numpy(weight.astype(np.float32))
    category_t = torch.from_numpy(category.astype(np.int64))
    intent_t = torch.from_numpy(intent.astype(np.int64))
    allowed_t = torch.from_numpy(allowed).to(device)
    decay = [p for n, p in model.named_parameters() if p.dim() > 1]
    plain = [p for n, p in model.named_parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=rate_max, betas=(0.9, 0.98), fused=True)
    plan = [batches(ids, rate, batch, rng) for _ in range(epochs)]
    total = sum(map(len, plan))
    warm = min(300, total // 10)
    chance = pair_rate / pair_rate.sum()
    step, done = 0, 0
    mean = {}
    identity = [total, batch, rate_max, seed, len(ids), len(pairs)]
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device, weights_only=False)
        if saved["plan"] == identity:
            model.load_state_dict(saved["model"])
            optimizer.load_state_dict(saved["optimizer"])
            step, done = saved["step"], saved["epochs"]
    for epoch, parts in enumerate(plan):
        if epoch < done:
            continue
        model.train()
        draw = np.random.default_rng([seed, epoch])
        bar = tqdm(parts, desc=f"epoch {epoch + 1}/{epochs}", unit="batch", mininterval=20)
        for part in bar:
            lr = float(rate_max * min(step / max(warm, 1), 1.0) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * step / total))))
            for group in optimizer.param_groups:
                group["lr"] = lr
            cut = draw.random(len(part)) < 0.5
            x = pad([thinned(ids[i], draw) if thin[i] and c else ids[i] for i, c in zip(part, cut)]).to(device)
            t, w, c, k = (v[part].to(device) for v in (target_t, weight_t, category_t, intent_t))
            z = model(x)
            near = ((1 - (z * t).sum(-1)) * w).sum() / w.sum()
            rank = F.kl_div(F.log_softmax(z @ t.T / 0.05, -1), F.softmax(t @ t.T / 0.05, -1), reduction="none").sum(-1)
            rank = (rank * w).sum() / w.sum()
            loss = near + 0.3 * rank
            known = c >= 0
            if known.any():
                loss = loss + 0.3 * known.float().mean() * F.cross_entropy(model.category(z[known]) * SCALE, c[known])
            told = k >= 0
            if told.any():
                kinds = classify_loss(model.intent(z[told]) * SCALE, k[told], allowed_t[k[told]])
                loss = loss + kinds_weight * told.float().mean() * kinds
                mean["kinds"] = 0.98 * mean.get("kinds", kinds.item()) + 0.02 * kinds.item()
            some = draw.choice(len(pairs), int(batch * meet_share), replace=False, p=chance)
            meet = names_loss(model, pad([pairs[i][0] for i in some]).to(device), pad([pairs[i][1] for i in some]).to(device))
            loss = loss + meet_weight * meet
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            for key, value in (("near", near), ("rank", rank), ("meet", meet)):
                mean[key] = 0.98 * mean.get(key, value.item()) + 0.02 * value.item()
            if step % 20 == 0:
                bar.set_postfix({k: f"{v:.4f}" for k, v in mean.items()})
        torch.save({"plan": identity, "model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "epochs": epoch + 1}, checkpoint)
    checkpoint.unlink(missing_ok=True)
