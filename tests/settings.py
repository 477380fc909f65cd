"""The product's settings for tests: the same engine, quick passwords, files as they are."""

import os

from tests import postgres

postgres.ensure()

from familylaw.settings import *  # noqa: E402, F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.emptying"]  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A browser on a busy machine needs its time to press Undo: tests/server.py gives it that.
UNDO_SECONDS = int(os.environ.get("UNDO_SECONDS", "10"))
UNDO_UNSEEN_SECONDS = max(UNDO_SECONDS, 60)
# Switched on where a test is about it.
LOCK_SCREENS_AFTER = 0
REQUIRE_SECOND_FACTOR = os.environ.get("REQUIRE_SECOND_FACTOR") == "1"
SITE_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# The manifest wants collectstatic first; the files under test are those of the source.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
