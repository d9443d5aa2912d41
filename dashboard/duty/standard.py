"""The organisation's own service level, in sentences of the reader's tongue."""

from __future__ import annotations

from analysis.service_level import ServiceLevel
from dashboard.words import t
from dashboard.words.written import number, percent


def standard_lines(level: ServiceLevel) -> list[str]:
    """As analysis/report_words.py tells it in the report."""
    return [
        t("every page swept each {n} minutes", n=number(level.sweep_minutes)),
        t("severe items decided within {n} minutes of first sight",
          n=number(level.severe_minutes)),
        t("flagged items decided within {n} working hours ({start} to {end})",
          n=f"{level.flagged_working_hours:g}", start=f"{level.work_from:%H:%M}",
          end=f"{level.work_until:%H:%M}"),
        t("nothing open longer than {n} hours", n=f"{level.oldest_hours:g}"),
        t("at least {share} of what was due in target", share=percent(level.least_share)),
    ]  # fmt: skip
