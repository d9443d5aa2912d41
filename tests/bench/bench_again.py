"""What judging again after a change of policy costs against judging the first time.

The reader is a fake that takes no time, so that what is measured is the store and the copies. The
engine does not read again for a policy, so with a real reader judging again is cheaper still.
"""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from datetime import timedelta

from data.db import Tx
from moderation.judging.policy import Flood, Policy
from tests.bench.measuring import ROUNDS, Ratio, cpu_of, ratio_table
from tests.builders import a_collected, keep
from tests.unit.assess_helpers import COPY, POLICY, FakeReader, House, a_house

COMMENTS = 600
SHARES = (0.0, 0.4, 0.8)  # of copies of one text
_WORDS = ("road", "water", "bill", "office", "light", "gas", "doctor", "school", "nobody", "came")
_CALM = replace(POLICY, flood=Flood(copies=20, minutes=60))
_CHANGED = replace(_CALM, version=2, queue=replace(_CALM.queue, toxicity=0.3))


def main() -> str:
    """The ratios as Markdown."""
    rows: list[Ratio] = []
    for share in SHARES:
        rounds = [_costs(share, seed) for seed in range(ROUNDS)]
        rows.append(
            Ratio(
                what=f"judging again / the first time, {share:.0%} copies of one text",
                over=[again for _, again in rounds],
                under=[first for first, _ in rounds],
                unit="s of CPU",
            )
        )
    return f"{COMMENTS:,} comments on SQLite, all judged again.\n\n{ratio_table(rows)}"


def _costs(share: float, seed: int) -> tuple[float, float]:
    chance = random.Random(seed)
    with a_house() as house:
        with house.db.write() as tx:
            for n in range(COMMENTS):
                house.now += timedelta(seconds=20)
                _say(tx, house, n, chance, copied=chance.random() < share)
        first = cpu_of(lambda: _judge(house, _CALM))
        return first, cpu_of(lambda: house.again(FakeReader(), _CHANGED))


def _say(tx: Tx, house: House, n: int, chance: random.Random, *, copied: bool) -> None:
    text = " ".join(f"{chance.choice(_WORDS)}{chance.randrange(50)}" for _ in range(14))
    text = COPY.format(n) if copied else text
    collected = a_collected(text, external_id=f"said-{n}", created_at=house.now)
    keep(tx, house.source, collected, now=house.now, author_key=f"k{n % 97}")


def _judge(house: House, policy: Policy) -> None:
    house.assess(FakeReader(), policy)


if __name__ == "__main__":
    sys.stdout.write(main() + "\n")
