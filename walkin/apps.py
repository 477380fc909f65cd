from django.apps import AppConfig


class WalkInConfig(AppConfig):
    name = "walkin"
    default_auto_field = "django.db.models.BigAutoField"
