"""The web application as gunicorn asks for it: settings in, the wired dashboard out."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from dashboard.app import create_app
from dashboard.deps import Calm, Deps, SessionLimits
from dashboard.identity.oidc import Provider
from moderation.texts.text import search_fold
from sunwai import jobs, network
from sunwai.import_queue import Beside
from sunwai.importer import HouseImporter
from sunwai.schedule import owner_name
from sunwai.setting_sign_in import oidc_of, sign_in_rules
from sunwai.settings import Settings
from sunwai.trying import run_shadow_jobs
from sunwai.webhooks import webhook_apps
from sunwai.wiring import House


def deps(house: House) -> Deps:
    """What the dashboard is given."""
    s = house.settings
    return Deps(
        db=house.ready_db,
        clock=house.clock,
        secret_key=s.secrets["secret_key"].encode(),
        fold=search_fold,
        reports_folder=s.reports,
        holds=house.holds,
        filing=house.filing,
        service_level=house.service_level,
        policy=house.policy,
        zone=s.zone,
        organisation=s.text("organisation.name"),
        secure_cookies=s.yes("web.https"),
        importer=HouseImporter(house=house),
        files_folder=s.files,
        webhook_apps=lambda: webhook_apps(house),
        settings_told={
            **{name: str(value) for name, value in s.values.items()},
            "database.url": house.db.safe_url,
        },
        make_report=lambda day: jobs.report_day(house, day),
        hasten_shadows=Beside(house, owner_name(), run_shadow_jobs),
        sign_in=sign_in_rules(s.values),
        provider=_provider(s),
        sealing_key=s.secrets["sealing_key"],
        proxies=s.number("web.proxies"),
        calm=Calm(
            harsh_in_a_row=s.number("desk.harsh_in_a_row"),
            break_minutes=s.number("desk.break_minutes"),
            break_cards=s.number("desk.break_cards"),
        ),
        session=SessionLimits(
            idle=timedelta(minutes=s.number("web.idle_minutes")),
            absolute=timedelta(hours=s.number("web.session_hours")),
        ),
    )


def _provider(s: Settings) -> Provider | None:
    told = oidc_of(s.values, s.secrets["oidc_client_secret"])
    if told is None:
        return None
    proxy = s.text("network.proxy")
    return Provider(oidc=told, line=lambda: network.provider_client(proxy))


def create() -> Flask:
    """The application of this machine's settings. Its connections are opened after the fork."""
    from sunwai import logs
    from sunwai.settings import load

    found = load()
    logs.set_up(found.text("log.level"))
    house = House(settings=found)
    app = create_app(deps(house))
    house.db.engine.dispose()
    return app
