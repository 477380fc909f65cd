from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings.claims import asks_of
        from bookings.client_contacts import contacts_of
        from bookings.own_work import explained
        from bookings.presenters.call_backs import figures_said
        from bookings.safe_ways import register_gates
        from office.access_log import CONTACTS_OF
        from office.access_search import EXPLAINED_BY
        from office.beside import BESIDE
        from office.fitting import ASKED_BY

        ASKED_BY.append(asks_of)
        CONTACTS_OF.append(contacts_of)
        EXPLAINED_BY.append(explained)
        register_gates()
        BESIDE["call_backs_offered"] = figures_said
