"""`sunwai`, and `python -m sunwai`: the command line."""

from __future__ import annotations

import gc
import sys

_COLLECT_AFTER = 50_000  # new objects: starting makes many, and hardly one of them is garbage


def main() -> None:
    """The program's entry. One verb, asked for often and for little, starts without the others."""
    gc.set_threshold(_COLLECT_AFTER)
    if sys.argv[1:2] == ["score"]:
        from sunwai.failing import in_a_sentence
        from sunwai.scoring import score

        with in_a_sentence():
            score(sys.argv[2:])
        gc.freeze()  # nor need the model and its words be walked once more before the end
        return
    from sunwai.cli import main as every_verb

    every_verb()


if __name__ == "__main__":
    main()
