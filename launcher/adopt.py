"""Let `DEMO=porvoo python manage.py …` work on what `make run` is running: a demo, or a trial unit."""

import os

from launcher import places
from launcher.database import running_url


def adopt_running_site() -> None:
    """Fill in what the environment lacks, where `make run` runs its own database; else change nothing.

    DEMO must be set, to nothing for a trial of a real unit.
    """
    demo = os.environ.get("DEMO")
    if demo is None or os.environ.get("DATABASE_URL"):
        return
    try:
        account = places.server_account()
        folder, _ = places.choose_data_folder(demo, os.environ.get("DATA_DIR", ""), account)
        url = running_url(folder)
        if url is None:
            return
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("DATA_DIR", str(folder))
        if demo:
            os.environ.setdefault("SECRET_KEY", places.demo_secret(folder))
        elif not os.environ.get("SITE_URL"):
            for name, value in places.trial_settings(folder).items():
                os.environ.setdefault(name, value)
    except (places.Refusal, FileNotFoundError):
        return
