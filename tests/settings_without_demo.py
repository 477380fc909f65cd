"""The tests' settings for a server that is no demo: a trial of a real unit on this machine."""

from tests.settings import *  # noqa: F403

DEMO, TRIAL = "", True
SITE_URL = "http://127.0.0.1"
ALLOWED_HOSTS = ["127.0.0.1"]
