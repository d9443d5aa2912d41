"""The web application as gunicorn asks for it: settings in, the wired dashboard out."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from dashboard.app import create_app
from dashboard.deps import Deps, SessionLimits
from moderation.text import search_fold
from sunwai import jobs
from sunwai.changing import Asked, run_shadow
from sunwai.importer import HouseImporter
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
        run_shadow=lambda kind, version, days, by: run_shadow(
            house, Asked(kind=kind, version=version, days=days), by
        ),
        session=SessionLimits(
            idle=timedelta(minutes=s.number("web.idle_minutes")),
            absolute=timedelta(hours=s.number("web.session_hours")),
        ),
    )


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
