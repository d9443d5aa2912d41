"""Every setting there is: its default, its type, what it does. The example file is made of it."""

from __future__ import annotations

from dataclasses import dataclass

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: ``section.name``, its default (which gives its type), and what it does."""

    name: str
    default: Value
    doc: str
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """The environment variable that sets this key."""
        return SHORT.get(self.name) or "SUNWAI_" + self.name.upper().replace(".", "_")


SHORT = {"web.port": "SUNWAI_PORT", "database.url": "SUNWAI_DATABASE_URL"}
HOME, FILE = "SUNWAI_HOME", "SUNWAI_SETTINGS"

KEYS: tuple[Key, ...] = (
    Key("organisation.name", "Zila Intizamia Naya Shehr", "The organisation, as pages show it."),
    Key("organisation.zone", "Asia/Karachi", "IANA time zone of the organisation's day."),
    Key(
        "database.url",
        "",
        "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME. Empty: var/sunwai.db in the home.",
    ),
    Key("web.host", "127.0.0.1", "Address that the dashboard listens on."),
    Key("web.port", 8050, "Port of the dashboard.", least=1, most=65535),
    Key("web.workers", 2, "Web worker processes.", least=1, most=32),
    Key("web.threads", 4, "Threads in each web worker.", least=1, most=64),
    Key(
        "web.https",
        False,
        "True when people reach the dashboard by https: cookies are then sent by https only.",
    ),
    Key(
        "web.address",
        "",
        "Where people reach the dashboard, as https://sunwai.example. Identity providers need it.",
    ),
    Key(
        "web.proxies",
        0,
        "How many proxies in front of the dashboard tell the visitor's address to it.",
        most=8,
    ),
    Key("web.idle_minutes", 30, "A session ends after so long without a request.", least=1),
    Key("web.session_hours", 12, "A session ends after so long in any case.", least=1, most=168),
    Key(
        "sign_in.passwords",
        "everyone",
        "Who may sign in by name and password, where an identity provider is set.",
        choices=("everyone", "administrators", "nobody"),
    ),
    Key(
        "sign_in.second_factor_roles",
        "",
        "Roles that must have a second factor, as: administrator senior. Others may have one.",
    ),
    Key(
        "oidc.issuer",
        "",
        "The identity provider (OpenID Connect) by its issuer. Empty: none. "
        "Its client secret: SUNWAI_OIDC_CLIENT_SECRET, or the same with _FILE.",
    ),
    Key("oidc.client_id", "", "The name by which the identity provider knows this dashboard."),
    Key("oidc.title", "your organisation's account", "What the button says: Sign in with ..."),
    Key("oidc.scopes", "openid profile email", "What the identity provider is asked for."),
    Key("oidc.claim", "preferred_username", "The claim by which our user is found."),
    Key(
        "oidc.found_by",
        "name",
        "What the claim is compared with: the user's name or the e-mail address kept with it.",
        choices=("name", "email"),
    ),
    Key("oidc.groups_claim", "groups", "The claim that lists a person's groups."),
    Key(
        "oidc.groups",
        "",
        "Who has no account gets one by their group, as: Comms=officer; Audit Cell=auditor. "
        "Empty: nobody is added by themselves.",
    ),
    Key(
        "oidc.second_factor",
        "ours",
        "Who asks for the second factor of those who come through the identity provider.",
        choices=("ours", "provider"),
    ),
    Key("schedule.nightly", "02:00", "Local time of the nightly report (HH:MM)."),
    Key("schedule.assess_seconds", 15, "How often new comments are judged.", least=1, most=3600),
    Key("schedule.enforce_seconds", 5, "How often the outbox is worked.", least=1, most=3600),
    Key("schedule.themes_seconds", 60, "How often themes are matched.", least=1, most=3600),
    Key(
        "schedule.again_seconds",
        60,
        "How often it is looked whether comments are to be judged again after a change.",
        least=1,
        most=3600,
    ),
    Key("schedule.lease_seconds", 30, "A dead scheduler is replaced after so long.", least=3),
    Key(
        "import.drop_folder",
        "",
        "Folder whose files come in by themselves, a sub-folder for each source. Empty: none.",
    ),
    Key("import.drop_seconds", 10, "How often the drop folder is looked into.", least=1, most=3600),
    Key("service_level.sweep_minutes", 30, "A page is watched if swept this often.", least=1),
    Key("service_level.severe_minutes", 30, "Severe items are decided within.", least=1),
    Key("service_level.flagged_working_hours", 2, "Flagged items are decided within.", least=1),
    Key("service_level.oldest_hours", 24, "Nothing may wait longer than this.", least=1),
    Key(
        "service_level.target_percent",
        95,
        "The standard is met when this share of due items was done in target.",
        least=1,
        most=100,
    ),
    Key("service_level.work_from", "09:00", "Working hours begin (HH:MM, local)."),
    Key("service_level.work_until", "17:00", "Working hours end (HH:MM, local)."),
    Key("service_level.work_days", "Mon Tue Wed Thu Fri", "Working days, with blanks between."),
    Key("service_level.holidays", "", "Days off, as 2026-08-14 2026-12-25."),
    Key("report.pdf", False, "Add a PDF to each nightly report (about a second for each page)."),
    Key("hold.ordinary_seconds", 10, "An action waits so long, in which undo costs nothing."),
    Key("hold.one_way_minutes", 10, "The same before an action that cannot be taken back."),
    Key(
        "samples.each_week",
        20,
        "Blind samples drawn each week of what was removed, kept, and can still be seen; 0: none.",
        most=1000,
    ),
    Key(
        "desk.harsh_in_a_row",
        10,
        "After so many harsh comments a calmer one is put between, if there is one; 0: never.",
        least=0,
        most=200,
    ),
    Key(
        "desk.break_minutes",
        25,
        "The queue offers a break after so long without a pause; 0: never.",
        least=0,
        most=480,
    ),
    Key(
        "desk.break_cards",
        200,
        "The queue offers a break after so many decisions; 0: never.",
        least=0,
        most=5000,
    ),
    Key("cases.due_days", 14, "A complaint handed to an office is due after.", least=1),
    Key(
        "judgement.engine",
        "builtin",
        "Who scores toxicity: the shipped model, detoxify, or the better of both by language.",
        choices=("builtin", "detoxify", "both"),
    ),
    Key(
        "demo.port",
        0,
        "Port of the sample organisation's mock platform; 0 is the dashboard's port + 1.",
        most=65535,
    ),
    Key(
        "network.proxy",
        "",
        "The proxy that platforms are reached by, as http://proxy.example:8080. Empty: directly.",
    ),
    Key(
        "limits.youtube_units_a_day",
        10_000,
        "Units that Google grants the project each Pacific day; a fifth is kept for actions.",
        least=100,
    ),
    Key(
        "limits.x_calls_a_month",
        10_000,
        "Calls to X of all kinds in a month (X takes money for what is read); 0: no own limit.",
    ),
    Key("privacy.keep_names", False, "Keep authors' display names (else only salted hashes)."),
    Key("log.level", "info", "How much is logged.", choices=("debug", "info", "warning", "error")),
)


def example() -> str:
    """The text of sunwai.example.toml: every key, its default, and what it does."""
    lines = [
        "# Every setting of Sunwai with its default. Copy to sunwai.toml and change what you need.",
        f"# The file is looked for in ${HOME} (default: current folder); ${FILE} names another.",
        "# Each key can be set by the environment variable in brackets, which wins over the file.",
        "# Secrets are never in this file: SUNWAI_SECRET_KEY, SUNWAI_AUTHOR_SALT and",
        "# SUNWAI_SEALING_KEY, or the same with _FILE naming a file; if unset they are made once",
        "# and kept in var/secrets. Pages' tokens: docs/handbook/sources.md.",
        "# An identity provider's client secret: docs/handbook/signing-in.md.",
    ]
    section = ""
    for key in KEYS:
        head, name = key.name.split(".")
        if head != section:
            section = head
            lines += ["", f"[{section}]"]
        choice = f" One of: {', '.join(key.choices)}." if key.choices else ""
        lines.append(f"# {key.doc}{choice} [{key.variable}]")
        lines.append(f"{name} = {_toml(key.default)}")
    return "\n".join(lines) + "\n"


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'
