from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings.claims import asks_of
        from office.fitting import ASKED_BY

        ASKED_BY.append(asks_of)
