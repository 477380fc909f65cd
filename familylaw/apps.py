from django.apps import AppConfig


class FamilylawConfig(AppConfig):
    name = "familylaw"
    default_auto_field = "django.db.models.BigAutoField"
