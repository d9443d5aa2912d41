"""`python -m moderation.signals.fast` compiles the kernels now: no later process has to wait."""

from __future__ import annotations

from moderation.signals.builtin import BuiltinEngine, load_builtin
from moderation.signals.fast.installed import told_of_fast


def main() -> None:
    engine = load_builtin()
    assert isinstance(engine, BuiltinEngine)
    if engine.offer.begin():
        for code in engine.tongues:
            engine.raw_toxicity(["word"] * 64, [code] * 64)
            engine.score(["word"] * 64, [code] * 64)
    print(told_of_fast())


if __name__ == "__main__":
    main()
