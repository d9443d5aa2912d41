"""Alembic's entry: runs the migrations on the engine that data.db hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine

from data.schema import metadata


def _run() -> None:
    engine: Engine = context.config.attributes["engine"]
    with engine.connect().execution_options(sunwai_write=True) as conn:
        context.configure(connection=conn, target_metadata=metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
        conn.commit()


_run()
