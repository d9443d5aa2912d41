"""`python -m tests.soak [--days 7] [--seed 1] [--kills 10] [--database sqlite|postgres]`.

Prints a table and writes the same into docs/reliability.md, with the command that made it. Ends
with 1 when something that must be nought is not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import create_database, running_server
from tests.soak.examine import Finding, examine
from tests.soak.plan import Plan
from tests.soak.run import run_soak
from tests.soak.told import table, write_section


def main() -> int:
    ask = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    ask.add_argument("--days", type=int, default=7)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--kills", type=int, default=10)
    ask.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    ask.add_argument("--no-doc", action="store_true", help="print only")
    asked = ask.parse_args()
    plan = Plan(days=asked.days, seed=asked.seed, kills=asked.kills)
    with tempfile.TemporaryDirectory() as home, _database(asked.database, Path(home)) as url:
        soak = run_soak(plan, url, Path(home))
        found = examine(soak)
        soak.db.close()
    told = table(soak, found)
    print(told)
    _print_wrong(found)
    if not asked.no_doc:
        command = f"python -m tests.soak --days {plan.days} --seed {plan.seed} "
        command += f"--kills {plan.kills} --database {asked.database}"
        write_section(f"soak {asked.database}", command, told)
    return 1 if any(f.wrong for f in found) else 0


def _print_wrong(found: list[Finding]) -> None:
    for finding in found:
        if finding.wrong:
            print(f"WRONG: {finding.what}: {finding.wrong}", file=sys.stderr)
            for example in finding.examples:
                print(f"  {example}", file=sys.stderr)


@contextmanager
def _database(kind: str, home: Path) -> Generator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{home}/soak.db"
        return
    with running_server() as server:
        yield create_database(server, "sunwai_soak")


if __name__ == "__main__":
    raise SystemExit(main())
