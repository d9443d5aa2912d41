"""A real PostgreSQL for the tests: Debian's binaries, a throw-away cluster on a loopback port.

TEST_DATABASE_URL names a server to use instead (its user must be able to create databases).
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from sunwai.network import free_port

MISSING = (
    "PostgreSQL's server programs are not installed, so its tests cannot run. "
    "On Debian: apt-get install postgresql (or run `make test`, which does it)."
)


def _bin_dir() -> Path:
    named = os.environ.get("PG_BINDIR")
    if named:
        return Path(named)
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if not found:
        raise RuntimeError(MISSING)
    return found[-1]


def _unprivileged() -> dict[str, Any]:
    """initdb refuses root: as root, run it as another user."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            who = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    raise RuntimeError("Running as root and there is neither a user postgres nor nobody.")


@contextmanager
def running_server() -> Generator[str]:
    """Yields the URL of a running server (database ``postgres``)."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield named
        _leave(named)
        return
    bin_dir, who = _bin_dir(), _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="sunwai-pg-"))
    if who:
        os.chown(folder, who["user"], who["group"])
    cluster, port = folder / "cluster", free_port()
    init = [bin_dir / "initdb", "-D", cluster, "-U", "sunwai", "-A", "trust", "-E", "UTF8"]
    init += ["--locale=C.UTF-8", "--no-sync"]
    subprocess.run(init, check=True, capture_output=True, cwd=folder, **who)
    options = [f"-p{port}", f"-k{folder}", "-clisten_addresses=127.0.0.1", "-cfsync=off"]
    options += ["-csynchronous_commit=off", "-cfull_page_writes=off"]
    options += ["-cautovacuum=off", "-cmax_wal_size=128MB", "-cmin_wal_size=32MB"]
    server = subprocess.Popen(
        [bin_dir / "postgres", "-D", cluster, *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        **who,
    )
    url = f"postgresql://sunwai@127.0.0.1:{port}/postgres"
    try:
        _wait_until_up(url, server)
        yield url
    finally:
        _leave(url)
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended at once with status {server.returncode}.")
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not come up within 60 seconds.")


def create_database(url: str, name: str, template: str | None = None) -> str:
    """Makes a database on the server and gives its URL."""
    admin = _admin(url)
    like = f' TEMPLATE "{template}"' if template else ""
    if template and admin.info.server_version >= 150_000:
        like += " STRATEGY file_copy"  # half the work where nothing is synced to the disk
    admin.execute(f'CREATE DATABASE "{name}"{like}')  # pyright: ignore
    return url.rsplit("/", 1)[0] + f"/{name}"


def drop_database(url: str, name: str) -> None:
    _admin(url).execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # pyright: ignore


_open: dict[str, psycopg.Connection] = {}


def _admin(url: str) -> psycopg.Connection:
    """The one connection that makes and drops databases: a new one costs a process each time."""
    if url not in _open:
        _open[url] = psycopg.connect(url, autocommit=True)
    return _open[url]


def _leave(url: str) -> None:
    if url in _open:
        _open.pop(url).close()
