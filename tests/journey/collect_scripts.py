"""The scripts that the journeys of collecting play."""

from __future__ import annotations

from tests.collect_helpers import a_script

BUSY = a_script(
    350,
    edits=[("c7", 500, "Edited seven."), ("c300", 900, "Edited three hundred.")],
    deletions=[("c9", 800)],
)
