from django.apps import AppConfig


class WalkInConfig(AppConfig):
    name = "walkin"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings.presenters.public import TOLD_NOW
        from walkin.public import openings_now

        TOLD_NOW.append(openings_now)
