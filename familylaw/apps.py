from django.apps import AppConfig


class FamilylawConfig(AppConfig):
    name = "familylaw"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added, authenticator_removed

        from familylaw import database_log  # noqa: F401 - registers them
        from office.sign_in import second_factor

        authenticator_added.connect(second_factor.note_added)
        authenticator_removed.connect(second_factor.note_removed)
