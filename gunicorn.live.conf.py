"""How gunicorn serves the live process: one loop, one connection to the database, many open streams."""

import os

wsgi_app = "familylaw.live:application"
bind = os.environ.get("LIVE_BIND", "127.0.0.1:8001")
worker_class = "asgi"
# Streams of all processes hear all: one is enough for a unit, more are possible.
workers = 1
worker_connections = 2000
asgi_lifespan = "on"
timeout = 60
# Streams never end by themselves: nobody waits for them.
graceful_timeout = 1
asgi_disconnect_grace_period = 1
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
logger_class = "familylaw.server_log.MaskedLogger"
errorlog = "-"
loglevel = "error"
