"""`python -m moderation.training --data FOLDER --out FOLDER`: makes the shipped model."""

from __future__ import annotations

import argparse
from pathlib import Path

from moderation.training.train import train


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--licence-clear", action="store_true")
    parser.add_argument("--beside", type=Path, help="folder of the licence-clear variant")
    parser.add_argument("--encoder", type=Path, help="folder of a pretrained encoder")
    given = parser.parse_args()
    made = train(
        given.data,
        given.out,
        seed=given.seed,
        licence_clear=given.licence_clear,
        beside=given.beside,
        encoder=given.encoder,
    )
    print(f"{made.path.name}: {made.size / 1e6:.2f} MB, sha256 {made.sha256}")


if __name__ == "__main__":
    main()
