"""A5-A7: the detoxify engine against the package's own `predict`, with the same weights.

`python -m tests.bench.bench_detoxify` in an environment with the `detoxify` extra. The model has
the published size (12 layers of 768) and random weights, which does not change its speed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from data.model import Language
from moderation.signals.detoxify_engine import DetoxifyEngine
from sunwai.models import import_detoxify
from tests.bench.bench_score import invented
from tests.bench.measuring import ROOT, Ratio, cpu_of, ratio_table
from tests.model.detoxify_helpers import Tiny, a_tiny, own_detoxify

COMMENTS, CHUNK, ROUNDS = 128, 32, 3
NOT_HERE = "detoxify and torch are not installed here: not measured."


def main() -> str:
    """The figures as Markdown; says so where the packages are not installed."""
    try:
        import detoxify  # noqa: F401
        import torch
    except ImportError:
        return NOT_HERE
    torch.manual_seed(7)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        return _measured(Path(folder))


def _measured(folder: Path) -> str:
    from moderation.signals.detoxify_int8 import (
        MODEL,
        Int8Forward,
        make_int8,
    )
    from moderation.signals.detoxify_loader import load_checkpoint

    texts, _ = invented(COMMENTS)
    made = a_tiny(
        folder / "made",
        positions=512,
        spread=0.02,
        hidden=768,
        layers=12,
        heads=12,
        inner=3072,
        words=sorted({word for text in texts for word in text.split()}),
        longest=512,
    )
    loaded = load_checkpoint(made.checkpoint, made.config, made.sha256)
    small = folder / "int8"
    small.mkdir()
    make_int8(loaded, small)
    forward = Int8Forward(small / MODEL, int(loaded.tokenizer.pad_token_id), len(loaded.labels))
    own = own_detoxify(made)
    chunked, alone, full, int8 = (list[float]() for _ in range(4))
    for _ in range(ROUNDS):
        chunked.append(cpu_of(lambda: [own.predict(c) for c in _chunks(texts, CHUNK)]))
        alone.append(cpu_of(lambda: [own.predict(t) for t in texts]))
        full.append(cpu_of(lambda: _score(DetoxifyEngine(loaded, "full"), texts)))
        engine = DetoxifyEngine(loaded, "int8", forward=forward)
        int8.append(cpu_of(lambda e=engine: _score(e, texts)))
    told = [
        ("A5 predict(list of 32) / ours, fp32", chunked, full),
        ("A6 predict(list of 32) / ours, int8", chunked, int8),
        ("A6 predict(one text) / ours, int8", alone, int8),
    ]
    rows = [Ratio(what=w, over=o, under=u, unit="s of CPU") for w, o, u in told]
    rows += _processes(folder, made)
    head = f"{COMMENTS} invented comments, one thread, a BERT of 12 layers with random weights."
    return f"{head}\n\n{ratio_table(rows)}"


_TELL = """
import sys, time
held = next(x for x in open("/proc/self/status") if x.startswith("VmHWM"))  # of this program alone
sys.stdout.write(f"{time.process_time()} {int(held.split()[1]) / 1024}")
"""
_OURS = """
import sys
from pathlib import Path
from data.model import Language
from moderation.signals.detoxify_engine import load_detoxify
engine = load_detoxify(Path(sys.argv[1]))
assert engine.score(["you are an idiot"], [Language.EN])[0].toxicity is not None
assert "torch" not in sys.modules
"""
_THEIRS = """
import sys
import torch
torch.set_num_threads(1)
from detoxify import Detoxify
model = Detoxify(checkpoint=sys.argv[1], huggingface_config_path=sys.argv[2])
model.predict("you are an idiot")
"""


def _processes(folder: Path, made: Tiny) -> list[Ratio]:
    """A7: from a process's start to its first score, and the most memory that it held."""
    models = folder / "models"
    models.mkdir()
    import_detoxify(
        models, made.checkpoint, made.config, made.sha256, now=datetime(2026, 1, 1, tzinfo=UTC),
        int8=True,
    )  # fmt: skip
    local = made.checkpoint.with_name("local.ckpt")
    ours = [_process(_OURS, str(models)) for _ in range(ROUNDS)]
    theirs = [_process(_THEIRS, str(local), str(made.config)) for _ in range(ROUNDS)]
    their_cpu, their_memory = zip(*theirs, strict=True)
    our_cpu, our_memory = zip(*ours, strict=True)
    return [
        Ratio(what="A7 detoxify with torch / ours, int8, process start to first score",
              over=their_cpu, under=our_cpu, unit="s of CPU"),
        Ratio(what="A7 ours, int8 / detoxify with torch, most memory held",
              over=our_memory, under=their_memory, unit="MB"),
    ]  # fmt: skip


def _process(script: str, *told: str) -> tuple[float, float]:
    """(CPU seconds, MB) of a process of its own."""
    out = subprocess.run(
        [sys.executable, "-c", script + _TELL, *told],
        cwd=ROOT, check=True, capture_output=True, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"},
    ).stdout  # fmt: skip
    seconds, size = out.split()[-2:]
    return float(seconds), float(size)


def _chunks(texts: Sequence[str], size: int) -> list[list[str]]:
    return [list(texts[i : i + size]) for i in range(0, len(texts), size)]


def _score(engine: DetoxifyEngine, texts: Sequence[str]) -> None:
    scores = engine.score(texts, [Language.EN] * len(texts))
    assert all(s.toxicity is not None for s in scores), scores[0]


if __name__ == "__main__":
    sys.stdout.write(main() + "\n")
