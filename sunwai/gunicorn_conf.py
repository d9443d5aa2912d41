"""How gunicorn serves the dashboard, by the settings."""

from __future__ import annotations

from sunwai.settings import load

_settings = load()

bind = f"{_settings.text('web.host')}:{_settings.number('web.port')}"
workers = _settings.number("web.workers")
worker_class = "gthread"
threads = _settings.number("web.threads")
preload_app = True
control_socket_disable = True  # gunicorn 27 would open one in the home folder
timeout = 120
graceful_timeout = 10
loglevel = "warning"
