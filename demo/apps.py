from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Installed only where DEMO is set: no real unit has the command that fills a unit with it."""

    name = "demo"
