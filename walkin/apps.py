from django.apps import AppConfig


class WalkInConfig(AppConfig):
    name = "walkin"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings.appointments.occasions import KINDS
        from bookings.my_day.queries import AS_HELD
        from bookings.public.opening import TOLD
        from office.access.search import EXPLAINED_BY
        from office.models import HoursKind
        from office.setup.absences import WHEN_CHANGED
        from office.setup.readiness import MORE
        from walkin.actions import book_from_ticket
        from walkin.actions.own_work import explained
        from walkin.days.absences import see_to_absences
        from walkin.days.readiness import hours_without_a_desk
        from walkin.days.upcoming import duty_time
        from walkin.public_pages.status import told

        TOLD.append(told)
        EXPLAINED_BY.append(explained)
        MORE.append(hours_without_a_desk)
        AS_HELD[HoursKind.WALK_IN] = duty_time
        WHEN_CHANGED.append(see_to_absences)
        KINDS[book_from_ticket.NAME] = book_from_ticket.KIND
