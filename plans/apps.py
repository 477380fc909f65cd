from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "plans"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings.hooks import LEFT_QUICKLY
        from plans.pages.sign_in import sign_out

        LEFT_QUICKLY.append(sign_out)
