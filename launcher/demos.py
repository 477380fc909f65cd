"""The demo units that exist."""

DEMOS = ("porvoo", "turku")


def unknown_demo(name: str) -> str:
    """Return a sentence for a demo that does not exist, else nothing."""
    if not name or name in DEMOS:
        return ""
    return f"DEMO={name} does not exist: choose one of {', '.join(DEMOS)}, or leave it empty."
