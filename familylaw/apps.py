from django.apps import AppConfig


class FamilylawConfig(AppConfig):
    name = "familylaw"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_reset, password_set
        from allauth.mfa.signals import authenticator_added, authenticator_removed

        from familylaw import checks, database_log  # noqa: F401 - registers them
        from familylaw.error_reports import start_reporting
        from office.sign_in import second_factor, sessions

        for signal in (password_changed, password_reset, password_set):
            signal.connect(sessions.end_others)
        authenticator_added.connect(second_factor.note_added)
        authenticator_removed.connect(second_factor.note_removed)
        start_reporting()
