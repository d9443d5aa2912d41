"""The int8 form of a Detoxify model: smaller weights for onnxruntime, and no torch to judge.

Made once, at the import, from a loaded checkpoint; kept only if its scores on a sample stay within
BOUND of the full model's. The tokenizer is saved just as the loaded one works, in one file.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from moderation.signals.detoxify_loader import Loaded
from moderation.signals.detoxify_store import EngineAbsent, StoredModel
from moderation.signals.detoxify_variants import VARIANTS, CheckpointRefused

BOUND = 0.02  # the most that any label's probability may differ on the sample
INT8 = "int8"
MODEL = f"{INT8}/model.onnx"
_TOKENIZER, _FACTS = f"{INT8}/tokenizer.json", f"{INT8}/facts.json"
_OPSET = 17
_MASKED = -1e9
MISSING = "the int8 form needs onnxruntime: pip install onnxruntime tokenizers"
_MAKING = "the int8 form is made with onnx and onnxruntime: pip install onnx onnxruntime"
_SAMPLE = tuple(
    f"{who} {what} {when}".strip()
    for who, what, when in product(
        ("this officer", "you", "the road of our street", "my neighbour, whom I respect,"),
        ("is a liar and an idiot", "has been broken", "should be beaten", "did good work, thanks"),
        ("", "since last year and nobody listens to us", "!!! " * 12),
    )
)


class SavedTokenizer:
    """A tokenizer file, called as the engine calls the one of transformers."""

    def __init__(self, path: Path, pad_token_id: int) -> None:
        self.pad_token_id = pad_token_id
        self._raw: Any = import_module("tokenizers").Tokenizer.from_file(str(path))
        self._raw.no_padding()

    def __call__(
        self, texts: Sequence[str], *, max_length: int, stride: int, **_: object
    ) -> dict[str, list[Any]]:
        self._raw.enable_truncation(max_length, stride=stride)
        owners: list[int] = []
        tokens: list[list[int]] = []
        for owner, first in enumerate(self._raw.encode_batch(list(texts))):
            for window in (first, *first.overflowing):
                owners.append(owner)
                tokens.append(window.ids)
        return {"overflow_to_sample_mapping": owners, "input_ids": tokens}


class Int8Forward:
    """Token numbers in, the labels' probabilities out, by onnxruntime on one thread."""

    def __init__(self, path: Path, pad: int, labels: int) -> None:
        runtime: Any = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1  # a second one gains little and loses where cores are few
        options.log_severity_level = 3
        self._session: Any = runtime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self._pad, self._labels = pad, labels

    def __call__(self, windows: Sequence[Sequence[int]]) -> list[list[float]]:
        ids, mask = _padded(windows, self._pad)
        (out,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        odds = cast("npt.NDArray[np.float32]", out)[:, : self._labels].astype(np.float64)
        return (1 / (1 + np.exp(-np.clip(odds, -60, 60)))).tolist()


def _padded(
    windows: Sequence[Sequence[int]], pad: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    longest = max(len(w) for w in windows)
    ids = np.full((len(windows), longest), pad, np.int64)
    mask = np.zeros_like(ids)
    for row, window in enumerate(windows):
        ids[row, : len(window)] = window
        mask[row, : len(window)] = 1
    return ids, mask


def load_int8(stored: StoredModel) -> tuple[Loaded, Int8Forward]:
    """The stored int8 form. Raises EngineAbsent without onnxruntime or for unfit files."""
    try:
        facts = cast("dict[str, int]", json.loads((stored.folder / _FACTS).read_text("utf-8")))
        pad = int(facts["pad"])
        tokenizer = SavedTokenizer(stored.folder / _TOKENIZER, pad)
        forward = Int8Forward(stored.folder / MODEL, pad, len(stored.labels))
        loaded = Loaded(
            model=None,
            tokenizer=tokenizer,
            labels=stored.labels,
            variant=next(v for v in VARIANTS if v.name == stored.variant),
            longest=int(facts["longest"]),
        )
    except ImportError as fault:
        raise EngineAbsent(f"{MISSING} ({fault})") from fault
    except Exception as fault:  # onnxruntime and tokenizers raise kinds of their own
        raise EngineAbsent(f"its int8 form cannot be loaded ({type(fault).__name__})") from fault
    return loaded, forward


def make_int8(loaded: Loaded, folder: Path) -> None:
    """Writes the int8 form of a loaded model into the model's folder.

    Raises EngineAbsent without onnx, CheckpointRefused where the model cannot be exported.
    """
    try:
        import_module("onnx")
        quantization: Any = import_module("onnxruntime.quantization")
    except ImportError as fault:
        raise EngineAbsent(f"{_MAKING} ({fault})") from fault
    (folder / INT8).mkdir()
    full = folder / INT8 / "full.onnx"
    try:
        _export(loaded, full)
        quantization.quantize_dynamic(
            str(full),
            str(folder / MODEL),
            weight_type=quantization.QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm"],
        )
    except Exception as fault:
        raise CheckpointRefused(
            f"the model cannot be exported to int8 ({type(fault).__name__}); import it without"
        ) from fault
    finally:
        full.unlink(missing_ok=True)
    loaded.tokenizer.backend_tokenizer.save(str(folder / _TOKENIZER))
    facts = {"pad": int(loaded.tokenizer.pad_token_id), "longest": loaded.longest}
    (folder / _FACTS).write_text(json.dumps(facts, sort_keys=True) + "\n", "utf-8")


def _export(loaded: Loaded, path: Path) -> None:
    torch: Any = import_module("torch")

    class Plain(torch.nn.Module):
        """Numbers and mask in, raw scores out. The mask is spelled out in four dimensions: the
        library's own making of it is traced wrongly, for one batch size only."""

        def __init__(self) -> None:
            super().__init__()  # pyright: ignore[reportUnknownMemberType]
            self.model = loaded.model

        def forward(self, ids: Any, mask: Any) -> Any:
            rows, length = ids.shape[0], ids.shape[1]
            bias = (1.0 - mask[:, None, None, :].to(torch.float32)) * _MASKED
            return self.model(input_ids=ids, attention_mask=bias.expand(rows, 1, length, length))[0]

    ids = torch.full((2, 11), int(loaded.tokenizer.pad_token_id))
    ids[:, :7] = 3
    mask = torch.ones_like(ids)
    mask[1, 7:] = 0
    free = {0: "batch", 1: "length"}
    with warnings.catch_warnings():  # of the tracer, about sizes that the sample test checks
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Plain().eval(),  # left in training mode, dropout would come back with it
            (ids, mask),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={"input_ids": free, "attention_mask": free, "logits": {0: "batch"}},
            opset_version=_OPSET,
            dynamo=False,
        )


def difference(loaded: Loaded, full: Any, small: Any) -> float:
    """The largest difference of any label's probability between two forms, on the sample."""
    told = loaded.tokenizer(list(_SAMPLE), truncation=True, max_length=loaded.longest)
    windows = sorted(told["input_ids"], key=len)
    parts = [windows[at : at + 16] for at in range(0, len(windows), 16)]
    gaps = [np.abs(np.array(full(part)) - np.array(small(part))).max() for part in parts]
    return float(max(gaps))
