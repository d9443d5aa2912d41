"""`python -m tests.soak [--days 7] [--seed 1] [--kills 10] [--database sqlite|postgres]`, or
`python -m tests.soak platform --comments 200000 --posts 2000 --faults 0.02 --kills 10 --seed 1
--database sqlite|postgres --platform facebook|instagram|youtube|x`, or
`python -m tests.soak officers --officers 10 --cards 2000 --kills 2 --database sqlite|postgres`.

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

from data.model import Platform
from tests.postgres import create_database, running_server
from tests.soak import officers_told
from tests.soak.examine import Finding, examine
from tests.soak.plan import Plan
from tests.soak.platform_examine import examine_platform
from tests.soak.platform_plan import PlatformPlan
from tests.soak.platform_run import run_platform_soak
from tests.soak.platform_world import FORMS
from tests.soak.run import run_soak
from tests.soak.told import platform_table, table, write_section


def main() -> int:
    if sys.argv[1:2] == ["platform"]:
        return platform_soak(sys.argv[2:])
    if sys.argv[1:2] == ["officers"]:
        return officers_soak(sys.argv[2:])
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


def platform_soak(arguments: list[str]) -> int:
    """The soak of one rehearsal platform; 1 when something that must be nought is not."""
    usual = PlatformPlan()
    ask = argparse.ArgumentParser(prog="python -m tests.soak platform")
    ask.add_argument("--platform", choices=[p.value for p in FORMS], default="facebook")
    ask.add_argument("--comments", type=int, default=usual.comments)
    ask.add_argument("--posts", type=int, default=usual.posts)
    ask.add_argument("--faults", type=float, default=usual.faults)
    ask.add_argument("--kills", type=int, default=usual.kills)
    ask.add_argument("--hours", type=int, default=usual.hours, help="simulated")
    ask.add_argument("--seed", type=int, default=usual.seed)
    ask.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    ask.add_argument("--no-doc", action="store_true", help="print only")
    asked = vars(ask.parse_args(arguments))
    database, no_doc = asked.pop("database"), asked.pop("no_doc")
    plan = PlatformPlan(**{**asked, "platform": Platform(asked["platform"])})
    with tempfile.TemporaryDirectory() as home, _database(database, Path(home)) as url:
        soak = run_platform_soak(plan, url, Path(home))
        found = examine_platform(soak)
        soak.db.close()
    told = platform_table(soak, found)
    print(told)
    _print_wrong(found)
    if not no_doc:
        name = f"platform soak {plan.platform.value} {plan.comments} {database}"
        write_section(name, f"{plan.command} --database {database}", told)
    return 1 if any(f.wrong for f in found) else 0


def officers_soak(arguments: list[str]) -> int:
    """Officers in real browsers; 1 when a decision is lost or doubled."""
    plan, database, no_doc = officers_told.asked(arguments)
    with tempfile.TemporaryDirectory() as home, _database(database, Path(home)) as url:
        told = officers_told.run(url, Path(home), plan)
    table = officers_told.as_table(plan, told)
    print(table)
    if not no_doc:
        name = f"officers {plan.officers} {database}"
        write_section(name, officers_told.command(plan, database), table)
    return officers_told.say_wrong(told)


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
