"""Ids of the elements that callbacks and scripts name; every one stands here, none is spelt twice.

Pages that another module writes add their own ids in their own block of this file.
"""

from __future__ import annotations

# The shell
NAV = "nav"
TOASTS = "toasts"
SIGN_OUT = "sign-out"
MAIN = "main"
TONGUE = "switch-tongue"
THEME = "switch-theme"

# The queue page (assets/desk_*.js draw inside it)
DESK = "desk"

# Today
TODAY = "today"

# Practice and blind samples (assets/learn_*.js draw inside them), the first tour
PRACTICE = "practice"
SAMPLES = "samples"
TOUR = "tour"

# Sources (assets/pages_import.js draws inside it)
IMPORT = "import"

# Feedback
VOLUME = "volume"
VOLUME_LINKS = "volume-links"

# Duty
LATENCY = "latency"
DUTY = "duty"
