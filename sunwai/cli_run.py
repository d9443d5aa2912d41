"""Verbs that keep running: serve, schedule, run."""

from __future__ import annotations

import os
import sys
import time

from sunwai.cli import Failed, app, house, refused_as_failure, settings

WAIT_SECONDS = 120


@app.command()
def serve() -> None:
    """Serve the dashboard with gunicorn, as the settings say."""
    _refuse_taken_port()
    house().ready_db  # noqa: B018 - says what to do before gunicorn hides it in a trace
    command = [sys.executable, "-m", "gunicorn", "-c", "python:sunwai.gunicorn_conf"]
    os.execv(sys.executable, [*command, "sunwai.web:create()"])


@app.command()
def schedule() -> None:
    """Run the scheduler: sweeps, judgement, outbox, themes, the nightly report. One leads."""
    from sunwai.schedule import Scheduler
    from sunwai.supervise import stop_by_signal

    Scheduler(house()).run(stop_by_signal())


@app.command()
def run() -> None:
    """Run everything: dashboard, scheduler and, for the sample organisation, its platform."""
    from data.model import Platform
    from data.store import sources
    from sunwai.demo import sample_users_text
    from sunwai.supervise import Child, GaveUp, supervise, verb

    home = house()
    _refuse_taken_port()
    with home.ready_db.read() as tx:
        mock = any(s.platform is Platform.MOCK and not s.address for s in sources.list_sources(tx))
    home.db.close()
    children = [Child("web", verb("serve")), Child("scheduler", verb("schedule"))]
    if mock:
        children.insert(0, Child("platform", verb("demo", "platform")))
    begun = time.monotonic()
    address = f"http://{home.settings.text('web.host')}:{home.settings.number('web.port')}"

    def announce() -> bool:
        if _answers(address):
            print(f"\nSunwai is up: {address}\n{sample_users_text(home.settings)}", flush=True)
            return True
        if time.monotonic() - begun > WAIT_SECONDS:
            raise Failed(f"the dashboard did not answer at {address} within {WAIT_SECONDS} s.")
        return False

    with refused_as_failure(GaveUp):
        supervise(children, announce=announce)
    print("stopped")


def _answers(address: str) -> bool:
    import httpx

    from sunwai.network import client

    with client(address) as web:
        try:
            return web.get("/healthz").is_success
        except httpx.TransportError:
            return False


def _refuse_taken_port() -> None:
    from sunwai.network import port_is_free

    s = settings()
    host, port = s.text("web.host"), s.number("web.port")
    if not port_is_free(host, port):
        raise Failed(f"{host}:{port} is in use. Stop what listens there, or set SUNWAI_PORT.")
