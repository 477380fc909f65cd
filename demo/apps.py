from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Installed only where DEMO is set: a real unit does not have the command."""

    name = "demo"
