"""Whether the extra `fast` is there, and from when on it is at work."""

from __future__ import annotations

import importlib.util

FEWEST = 64
"""Texts of a call: with fewer the page costs no more."""
PAYS_FROM = 4000
"""Texts that were asked for in batches: from here on the start of half a second is paid back."""


def installed() -> bool:
    """Whether numba is installed; nothing is imported to find out."""
    try:
        return importlib.util.find_spec("numba") is not None
    except ValueError:  # barred by whoever embeds us
        return False


def told_of_fast() -> str:
    """Which form judges, for the doctor."""
    if not installed():
        return "numba is not installed; numpy judges, with the same answers"
    return f"numba is installed; compiled kernels judge after {PAYS_FROM} comments of one process"
