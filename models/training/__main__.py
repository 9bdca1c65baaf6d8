"""`python -m training --data DIR`: from the data folder to the shipped model, stage by stage.

Stages: texts, teacher, tokenizer, encoder, ship. Each keeps its result in `--work`; a stage whose result is there is not run
again unless it is named with `--stage`, which runs it and what follows.
"""

import argparse
import json
import pickle
import time
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from . import category, corpus, evaluate, export, int8, sound, student, taxonomy, teacher, tokens

STAGES = ["texts", "teacher", "tokenizer", "encoder", "ship"]
VOCAB, HAN = 13000, 5000
# How often a text of a source is read in one epoch.
RATE = {
    "cedict-zh": 0.3, "cedict-en": 0.15, "tatoeba-zh": 1.5, "tatoeba-en": 0.6, "template-zh": 1.0, "template-en": 0.5, "lexicon-zh": 3.0,
    "lexicon-en": 2.0, "brand-zh": 3.0, "brand-zh-noisy": 1.0, "brand": 1.0, "brand-noisy": 0.4, "brand-pinyin": 1.0, "pcard": 0.4, "mcc": 1.5,
    "snips": 0.4, "woz": 0.5, "sgd": 0.4, "clinc150": 1.8, "banking77": 2.2, "hwu64": 1.0, "asked-zh": 1.0, "asked-en": 0.4, "name-zh": 0.5, "name-en": 0.2,
}
LOOSE = ("brand-noisy", "brand", "pcard", "mcc", "name-en")
"""Names that are also read in random finer splits."""
THIN = ("clinc150", "banking77", "hwu64", "snips", "asked-en", "asked-zh")
"""Requests that lose pieces half of the time, so that no single word decides."""
POLISH = {
    "cedict-zh": 0.12, "cedict-en": 0.05, "tatoeba-zh": 1.0, "tatoeba-en": 0.4, "template-zh": 0.5, "template-en": 0.2, "brand": 0.7, "brand-noisy": 0.2,
    "sgd": 0.2, "pcard": 0.2, "snips": 0.3, "clinc150": 2.0, "banking77": 2.5, "hwu64": 0.7,
}
"""The same for the last epochs, where it differs: requests and names in Chinese more, the rest less."""
PAIR_RATE = {"brand-zh": 4.0, "brand-zh-noisy": 0.5, "name-zh": 1.0, "lexicon-zh": 1.0, "brand-pinyin": 1.0, "pinyin": 0.5}
"""How often a source's texts are drawn to meet their pair."""


def log(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, flush=True)


def targets(texts, index, matrix):
    """Per text the weighted sum of its teacher vectors, normalised: float32 [n, 384]."""
    out = np.zeros((len(texts), teacher.DIM), np.float32)
    for i, t in enumerate(texts):
        for name, share in t.teacher:
            out[i] += share * matrix[index[name]].astype(np.float32)
    return out / np.linalg.norm(out, axis=1, keepdims=True).clip(1e-6)


def reduce(full, train, dim):
    """Principal axes (uncentred, so that cosines keep their meaning) of the training targets: [384, dim] and the energy kept."""
    gram = full[train].T @ full[train]
    values, axes = np.linalg.eigh(gram)
    keep = axes[:, ::-1][:, :dim].astype(np.float32)
    return keep, float(values[::-1][:dim].sum() / values.sum())


def main() -> None:
    ask = argparse.ArgumentParser(prog="training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--data", type=Path, required=True, help="folder of the data sets, e.g. ../shared/data")
    ask.add_argument("--work", type=Path, default=Path(__file__).parent / "work", help="folder for intermediate results")
    ask.add_argument("--out", type=Path, default=Path(__file__).parent.parent, help="folder of the shipped model")
    ask.add_argument("--stage", choices=STAGES, help="run this stage and those after it even if cached")
    ask.add_argument("--seed", type=int, default=20261122)
    ask.add_argument("--epochs", type=int, default=3)
    ask.add_argument("--polish", type=int, default=2, help="last epochs, at half the rate, with more weight on requests and names")
    ask.add_argument("--batch", type=int, default=512)
    ask.add_argument("--rate", type=float, default=2e-3, help="peak learning rate")
    ask.add_argument("--cedict", type=int, default=40000, help="dictionary entries used")
    ask.add_argument("--threads", type=int, default=0, help="CPU threads (0: torch's choice)")
    ask.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    o = ask.parse_args()
    o.work.mkdir(parents=True, exist_ok=True)
    if o.threads:
        torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    first = STAGES.index(o.stage) if o.stage else len(STAGES)
    stale = lambda stage, path: STAGES.index(stage) >= first or not path.exists()  # noqa: E731

    path = o.work / "texts.pickle"
    if stale("texts", path):
        texts = corpus.build(o.data, o.seed, o.cedict)
        path.write_bytes(pickle.dumps(texts))
        log(f"texts: {len(texts)} {dict(Counter(t.source for t in texts))}")
    texts = pickle.loads(path.read_bytes())
    held = np.array([t.held for t in texts])

    index, matrix = teacher.vectors([name for t in texts for name, _ in t.teacher], o.work / "teacher.npy", o.device)
    full = targets(texts, index, matrix)
    taught = np.array([bool(t.teacher) for t in texts])
    axes, energy = reduce(full, taught & ~held, student.DIM)
    target = full @ axes
    target /= np.linalg.norm(target, axis=1, keepdims=True).clip(1e-6)
    log(f"teacher: {len(matrix)} vectors, {student.DIM} axes keep {energy:.4f} of the energy")

    path = o.out / "tokenizer.json"
    if stale("tokenizer", path):
        frequency = corpus.chinese_frequency(o.data)
        dictionary = Counter(c for t in texts if t.source == "cedict-zh" for c in t.text if corpus.descriptors.has_han(c))
        read = [t.text for t in texts if not t.held and not t.source.endswith("noisy")]
        tokenizer = tokens.train(read, tokens.han_pieces(frequency, dictionary, HAN), VOCAB)
        tokens.save(tokenizer, path)
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.encode_special_tokens = True  # "[PAD]" in a merchant's name is text, never a special token
    ids = tokens.encode(tokenizer, [t.text for t in texts])
    unknown = sum(int((r == tokens.UNK).sum()) for r in ids) / sum(len(r) - 2 for r in ids)
    log(f"tokenizer: {tokenizer.get_vocab_size()} pieces, {np.mean([len(r) for r in ids]):.1f} a text, unknown {unknown:.4%}")

    weight = np.array([t.weight for t in texts], np.float32)
    cats = np.array([t.category for t in texts])
    labels = {name: i for i, name in enumerate(sorted({t.intent for t in texts if t.intent}))}
    intents = np.array([labels.get(t.intent, -1) for t in texts])
    dataset = np.array([name.split(":")[0] for name in sorted(labels)])
    syllable = corpus.syllables(o.data)
    model = student.Student(sound.features(tokenizer.get_vocab(), syllable), len(taxonomy.CATEGORIES), len(labels)).to(o.device)
    run = lambda rows: student.embed(model, rows, o.device)  # noqa: E731
    embed_texts = lambda names: run(tokens.encode(tokenizer, names))  # noqa: E731
    look_up = lambda text: matrix[index[text]].astype(np.float32)  # noqa: E731
    path = o.work / "encoder.pt"
    if stale("encoder", path):
        use = np.where(~held & taught)[0]
        checkpoint, rough = o.work / "encoder-epoch.pt", o.work / "encoder-rough.pt"
        if STAGES.index("encoder") >= first:
            for old in (checkpoint, rough, o.work / "encoder-polish.pt"):
                old.unlink(missing_ok=True)
        if not (checkpoint.exists() or rough.exists()):
            bag = student.bag_of_pieces([ids[i] for i in use], target[use], weight[use], tokenizer.get_vocab_size())
            with torch.no_grad():
                table = model.bert.embeddings.word_embeddings.weight
                table.copy_(torch.from_numpy(bag / bag.std() * 0.05))
            log("encoder: pieces start from least squares")
        loose = [i for i in use if texts[i].source in LOOSE]
        extra = tokens.encode_loosely(tokenizer, [texts[i].text for i in loose], 0.3, o.seed)
        rows = [ids[i] for i in use] + extra
        meet = [i for i in use if texts[i].pair and texts[i].source in PAIR_RATE]
        pairs = list(zip([ids[i] for i in meet], tokens.encode(tokenizer, [texts[i].pair for i in meet])))
        pair_rate = [PAIR_RATE[texts[i].source] for i in meet]
        use = np.concatenate([use, loose])
        thin = np.array([texts[i].source in THIN for i in use])
        finer = np.arange(len(use)) >= len(rows) - len(extra)

        def epochs(count, rate_max, rates, kinds_weight, meet_weight, meet_share, checkpoint):
            rate = np.array([rates.get(texts[i].source, RATE.get(texts[i].source, 1.0)) for i in use]) * np.where(finer, 0.6, 1.0)
            log(f"encoder: {rate.sum():.0f} texts an epoch, {len(pairs)} pairs, {sum(p.numel() for p in model.parameters())} weights in training")
            student.train(model, rows, target[use], weight[use], cats[use], intents[use], dataset[:, None] == dataset[None, :], thin, rate, pairs, np.array(pair_rate),
                          kinds_weight=kinds_weight, meet_weight=meet_weight, meet_share=meet_share, epochs=count, batch=o.batch, rate_max=rate_max,
                          seed=o.seed, device=o.device, checkpoint=checkpoint)

        if not rough.exists():
            epochs(o.epochs, o.rate, RATE, 0.5, 0.1, 0.2, checkpoint)
            torch.save(model.state_dict(), rough)
        model.load_state_dict(torch.load(rough, map_location=o.device))
        # Names that are only spelt: 东方宫 and "dongfanggong".
        spelt = corpus.spelt_names([texts[i] for i in np.where(~held)[0]], syllable, o.seed)
        pairs += list(zip(tokens.encode(tokenizer, [zh for zh, _ in spelt]), tokens.encode(tokenizer, [latin for _, latin in spelt])))
        pair_rate += [PAIR_RATE["pinyin"]] * len(spelt)
        epochs(o.polish, o.rate * 0.5, POLISH, 1.0, 0.3, 0.4, o.work / "encoder-polish.pt")
        torch.save(model.state_dict(), path)
    model.load_state_dict(torch.load(path, map_location=o.device))

    # What is measured is what ships: the weights rounded to int8, computed with in 32-bit floats.
    tensors = int8.shipped({name: tensor.detach().cpu().numpy() for name, tensor in model.folded().items()})
    model.load_plain({name: torch.from_numpy(tensor) for name, tensor in int8.widened(tensors).items()})
    vectors = np.zeros((len(texts), student.DIM), np.float32)
    for coarse, looked_at in ((False, np.where(held)[0]), (True, [i for i, t in enumerate(texts) if not t.held and (t.category >= 0 or evaluate.is_asked(t))])):
        vectors[looked_at] = student.embed(model, [ids[i] for i in looked_at], o.device, coarse=coarse)
    log("vectors")
    measured = {"energy_kept": round(energy, 4), "unknown_pieces": round(unknown, 6), "encoder": evaluate.report(texts, vectors, target, look_up, embed_texts, o.seed)}
    measured["encoder"]["brand_official_names_recall1"] = evaluate.official(corpus.official_names(o.data), embed_texts)
    log(json.dumps(measured["encoder"], indent=1))
    head, measured["category"] = category.fit(texts, vectors, tokenizer, embed_texts, corpus.towns(o.data), o.seed)
    measured["category"]["tfidf_unseen_brands"] = category.baseline(texts, o.seed)
    export.write(o.out, model.bert.config, tensors, tokenizer, head, run, measured)
    log(json.dumps(measured["category"], indent=1))


if __name__ == "__main__":
    main()
