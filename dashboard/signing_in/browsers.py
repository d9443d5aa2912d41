"""Names a browser as its user knows it, from what it calls itself."""

from __future__ import annotations

from dashboard.words import t

# In this order: nearly every browser also calls itself by the name of an older one.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """ "Firefox, Windows"; "not known" where it says nothing that we know."""
    browser = _first(agent, _BROWSERS)
    system = _first(agent, _SYSTEMS)
    if browser and system:
        return f"{browser}, {system}"
    return browser or system or t("not known")


def _first(agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in known if sign in agent), "")
