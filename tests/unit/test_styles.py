"""Our styles: colours are tokens, themes say the same, pairs stand apart, sides are logical."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ASSETS = Path(__file__).parents[2] / "dashboard" / "assets"
STYLES = sorted(ASSETS.glob("*.css"))
TOKENS = ASSETS / "base.css"
ON_PAPER = "shell_print.css"  # black on white, whatever the theme: its own values of the tokens
SIDED = re.compile(
    r"(?:^|[\s;{])((?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)"
    r"|left|right|float|(?:text-align|clear)\s*:\s*(?:left|right)"
    r"|border-(?:top|bottom)-(?:left|right)-radius)\s*[:;]",
    re.M,
)
FOUR = re.compile(r"(?:margin|padding|inset|border-width)\s*:\s*([^;{}]+);")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|oklch)\(")
NAMED = re.compile(r":\s*(?:white|black|red|green|blue|gr[ae]y|orange|yellow)\s*[;}]")
GROUNDS = ("ground", "surface", "surface-2")
INKS = ("ink", "ink-2", "ink-3", "brand", "brand-strong", "good", "warn", "bad", "info", "shield")
TINTED = ("good", "warn", "bad", "info", "shield", "brand")


def without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)


def tokens(selector: str) -> dict[str, str]:
    """The tokens that the block after this selector sets."""
    found = re.search(re.escape(selector) + r" \{(.*?)\}", without_comments(TOKENS), re.S)
    assert found is not None
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", found[1]))


def light_of(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def apart(one: str, other: str) -> float:
    """WCAG's contrast of two colours, 1 to 21."""
    low, high = sorted((light_of(one), light_of(other)))
    return (high + 0.05) / (low + 0.05)


LIGHT, DARK = tokens(":root"), tokens(':root[data-theme="dark"]')
THEMES = {"light": LIGHT, "dark": LIGHT | DARK}


@pytest.mark.parametrize("path", STYLES, ids=lambda p: p.name)
def test_style_names_no_side_of_the_screen(path: Path) -> None:
    assert SIDED.findall(without_comments(path)) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda p: p.name)
def test_style_sets_both_sides_alike_where_it_sets_four(path: Path) -> None:
    uneven = []
    for told in FOUR.findall(without_comments(path)):
        parts = re.findall(r"(?:[\w.-]+\([^()]*(?:\([^()]*\)[^()]*)*\)|\S)+", told)
        if len(parts) == 4 and parts[1] != parts[3]:
            uneven.append(told)
    assert uneven == []


@pytest.mark.parametrize("path", [p for p in STYLES if p.name not in (TOKENS.name, ON_PAPER)],
                         ids=lambda p: p.name)  # fmt: skip
def test_style_takes_its_colours_from_tokens(path: Path) -> None:
    text = without_comments(path)
    assert COLOUR.findall(text) + NAMED.findall(text) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda p: p.name)
def test_token_that_a_style_uses_is_set(path: Path) -> None:
    everything = "".join(without_comments(p) for p in STYLES)
    known = set(re.findall(r"--([\w-]+)\s*:", everything))
    used = set(re.findall(r"var\(--([\w-]+)\)", without_comments(path)))
    assert used - known == set()


def test_dark_theme_of_the_system_is_the_dark_theme() -> None:
    assert tokens(':root[data-theme="system"]') == DARK


def test_dark_theme_has_every_colour_of_the_light_one() -> None:
    coloured = {name for name, value in LIGHT.items() if COLOUR.search(value)}
    assert coloured - DARK.keys() == {"paper"}


@pytest.mark.parametrize("theme", THEMES)
def test_text_stands_apart_from_every_ground(theme: str) -> None:
    t = THEMES[theme]
    pairs = [(ink, ground) for ink in INKS for ground in GROUNDS]
    pairs += [(ink, f"{tone}-tint") for tone in TINTED for ink in (tone, "ink", "ink-2", "ink-3")]
    pairs += [("on-brand", "brand"), ("on-brand", "brand-strong"), ("brand-strong", "brand-tint")]
    pairs += [(ink, hero) for ink in ("on-hero", "on-hero-2") for hero in ("hero-1", "hero-2")]
    assert [(p, apart(t[p[0]], t[p[1]])) for p in pairs if apart(t[p[0]], t[p[1]]) < 4.5] == []


@pytest.mark.parametrize("theme", THEMES)
def test_edge_of_a_control_and_the_focus_stand_apart_from_every_ground(theme: str) -> None:
    t = THEMES[theme]
    pairs = [(edge, ground) for edge in ("line-strong", "focus") for ground in GROUNDS]
    pairs += [("watched", "surface"), ("gap-1", "surface"), ("cover-1", "surface")]
    assert [(p, apart(t[p[0]], t[p[1]])) for p in pairs if apart(t[p[0]], t[p[1]]) < 3] == []


@pytest.mark.parametrize("theme", THEMES)
def test_line_of_a_chart_stands_apart_from_its_ground(theme: str) -> None:
    from dashboard.drawing import figures as f

    colours = (f.BLUE, f.ORANGE, f.GREEN, f.VERMILION, f.PURPLE, f.SKY, f.MUTED)
    assert [c for c in colours if apart(c, THEMES[theme]["surface"]) < 3] == []
