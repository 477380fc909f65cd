"""Let `DEMO=porvoo python manage.py …` work on the demo that `make run` is running."""

import os

from launcher import places
from launcher.database import running_url


def adopt_running_demo() -> None:
    """Fill in what the environment lacks, where a demo runs; else change nothing."""
    demo = os.environ.get("DEMO", "")
    if not demo or os.environ.get("DATABASE_URL"):
        return
    try:
        account = places.server_account()
        folder, _ = places.choose_data_folder(demo, os.environ.get("DATA_DIR", ""), account)
        url = running_url(folder)
        if url is None:
            return
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("DATA_DIR", str(folder))
        os.environ.setdefault("SECRET_KEY", places.demo_secret(folder))
    except places.Refusal:
        return
