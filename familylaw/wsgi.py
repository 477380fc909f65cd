"""The WSGI application for gunicorn. It does not load with insecure settings."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "familylaw.settings")

application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 - needs the settings

from familylaw.checks import refuse_insecure  # noqa: E402
from familylaw.startup import refuse_wrong_database  # noqa: E402

refuse_insecure()
refuse_wrong_database()
# All views, before the server makes its processes: one that is made later must not read newer code from
# the disk than the others have.
_ = get_resolver().url_patterns
