from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "office"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from office import hooks
        from office.getting_started import trial_message

        hooks.MESSAGE_KINDS[trial_message.KIND] = gettext_lazy("Test message")
        hooks.LAPSING_KINDS.add(trial_message.KIND)
