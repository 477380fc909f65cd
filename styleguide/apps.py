from django.apps import AppConfig


class StyleguideConfig(AppConfig):
    """Installed only where DEMO is set."""

    name = "styleguide"
