"""From 32-bit weights to the int8 that ships, and back: what the engine reads, and what its vectors are held against.

Every matrix and the table of pieces become int8 from -127 to 127, each row (an output, a piece) with a 32-bit scale of its own, `NAME.scale`
beside `NAME.weight`. Biases, norms and places stay 32-bit. A row's scale is the one, of a few near the row's largest number, that loses
least in squares: cutting a lone large weight a little can be better than rounding all others more coarsely.
"""

import numpy as np

CUTS = np.linspace(1.0, 0.8, 9, dtype=np.float32)


def is_matrix(name: str, tensor: np.ndarray) -> bool:
    """Whether a tensor ships as int8: matrices do, but for the places and token types, which are small and added to every token."""
    return tensor.ndim == 2 and name.endswith(".weight") and "position_embeddings" not in name and "token_type_embeddings" not in name


def quantise(tensor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """int8 [rows, columns] and float32 scales [rows] with `weight ~ int8 * scale`; a row of zeros has the scale 0."""
    weight = np.asarray(tensor, np.float32)
    largest = np.abs(weight).max(1)
    best, error = np.zeros_like(weight, np.int8), np.full(len(weight), np.inf)
    scales = np.zeros(len(weight), np.float32)
    for cut in CUTS:
        scale = (largest * cut / np.float32(127)).astype(np.float32)
        steps = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
        whole = np.clip(np.rint(weight * steps[:, None]), -127, 127)
        lost = np.square(whole * scale[:, None] - weight).sum(1, dtype=np.float64)
        better = lost < error
        best[better], scales[better], error[better] = whole[better].astype(np.int8), scale[better], lost[better]
    return best, scales


def shipped(state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The tensors of `encoder.safetensors` from an encoder's weights, named as transformers' `BertModel` names them."""
    out = {}
    for name, tensor in state.items():
        if name.endswith(("position_ids", "token_type_ids")):
            continue
        if is_matrix(name, tensor):
            out[name], out[name.removesuffix("weight") + "scale"] = quantise(tensor)
        else:
            out[name] = np.ascontiguousarray(tensor, np.float32)
    return out


def widened(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Back to 32-bit floats: the weights that the engine computes with, for everything that is trained or measured after this step."""
    out = {}
    for name, tensor in tensors.items():
        if name.endswith(".scale"):
            continue
        scale = tensors.get(name.removesuffix("weight") + "scale") if tensor.dtype == np.int8 else None
        out[name] = tensor.astype(np.float32) if scale is None else tensor.astype(np.float32) * scale[:, None]
    return out
