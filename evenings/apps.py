from django.apps import AppConfig


class EveningsConfig(AppConfig):
    name = "evenings"
    default_auto_field = "django.db.models.BigAutoField"
