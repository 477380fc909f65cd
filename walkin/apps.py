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
        from walkin.actions.own_work import explained_by_duty
        from walkin.days.absences import apply_absences
        from walkin.days.readiness import points_without_desks
        from walkin.days.upcoming import duty_time
        from walkin.public_pages.status import public_hours

        TOLD.append(public_hours)
        EXPLAINED_BY.append(explained_by_duty)
        MORE.append(points_without_desks)
        AS_HELD[HoursKind.WALK_IN] = duty_time
        WHEN_CHANGED.append(apply_absences)
        KINDS[book_from_ticket.FIELD] = book_from_ticket.KIND
