"""The system's own Chromium, and how it is started here: no download, no foreign look-ups."""

from __future__ import annotations

import os
import shutil
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync")


class NoChromium(Exception):
    """No Chromium here: install the package chromium, or name one by the environment variable
    CHROMIUM."""


def launch_arguments() -> dict[str, Any]:
    """What Playwright's launch() is given. Raises NoChromium."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise NoChromium(NoChromium.__doc__)
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": found, "args": [*QUIET, *root]}
