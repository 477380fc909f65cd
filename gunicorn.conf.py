"""How gunicorn serves the pages, in the demo and in production alike.

Loaded once and forked: a refused setting is then one sentence instead of a loop of dying workers.
"""

import gc
import ipaddress
import os
from typing import Any

from familylaw.metrics.folder import prepare_folder, remove_folder

wsgi_app = "familylaw.wsgi"
bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
timeout = 60
graceful_timeout = 20
# A connection that is kept stays with its worker, which may be busy while the other is not: with five
# desks at work one of two did nine tenths. The proxy in front keeps the browsers' connections.
keepalive = 0
# A worker is renewed now and then, so that no leak grows old.
max_requests = 10_000
max_requests_jitter = 1_000
# A socket to command a running server by, in the home folder: nobody here uses it.
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
logger_class = "familylaw.server_log.MaskedLogger"
errorlog = "-"
accesslog = os.environ.get("ACCESS_LOG") or None
# Gunicorn's own, less who asks, with what and from where; and with the id of the request.
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms %({x-request-id}o)s'
# Only a proxy on this machine is believed, unless FORWARDED_ALLOW_IPS says otherwise.
if os.environ.get("METRICS_TOKEN"):
    prepare_folder()


def when_ready(server: Any) -> None:
    """Refuse to open a demo, which has known passwords, to other machines, unless the owner insists."""
    from django.conf import settings

    if not settings.DEMO or os.environ.get("DEMO_PUBLIC") == "1":
        return
    for listener in server.LISTENERS:
        name = listener.sock.getsockname()
        if isinstance(name, tuple) and not ipaddress.ip_address(name[0]).is_loopback:
            raise RuntimeError(
                f"The demo has known passwords, so it is not opened to {name[0]} "
                "unless DEMO_PUBLIC=1 says that this is meant."
            )


def calm_the_collector() -> None:
    """Freeze what is loaded: the collector need not look through it again and again.

    A search for free times makes tens of thousands of short-lived tuples; with the collector's own
    threshold each search would wait for dozens of its rounds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pre_fork(server: Any, worker: Any) -> None:
    """Close the parent's connections: none may be shared by its children."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
    calm_the_collector()


def on_exit(server: Any) -> None:
    remove_folder()
