from django.apps import AppConfig


class FamilylawConfig(AppConfig):
    name = "familylaw"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from familylaw import checks, database_log  # noqa: F401 - registers them
