from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings.appointments.claims import asks_of
        from bookings.appointments.own_work import explained
        from bookings.call_backs.presenters import figures_text
        from bookings.parties.client_contacts import contacts_of
        from bookings.parties.safe_channels import register_gates
        from office.access.search import EXPLAINED_BY
        from office.calendar.eligibility import ASKED_BY
        from office.setup.setting_hints import BESIDE
        from office.staff.access_log import CONTACTS_OF

        ASKED_BY.append(asks_of)
        CONTACTS_OF.append(contacts_of)
        EXPLAINED_BY.append(explained)
        register_gates()
        BESIDE["call_backs_offered"] = figures_text
