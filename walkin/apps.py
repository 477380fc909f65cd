from django.apps import AppConfig


class WalkInConfig(AppConfig):
    name = "walkin"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings.occasions import KINDS
        from bookings.own_day import AS_HELD
        from bookings.presenters.public import TOLD
        from office.absences import WHEN_CHANGED
        from office.access_search import EXPLAINED_BY
        from office.models import HoursKind
        from office.readiness import MORE
        from walkin import booking
        from walkin.absent import see_to_absences
        from walkin.coming import duty_time
        from walkin.own_work import explained
        from walkin.public import told
        from walkin.readiness import hours_without_a_desk

        TOLD.append(told)
        EXPLAINED_BY.append(explained)
        MORE.append(hours_without_a_desk)
        AS_HELD[HoursKind.WALK_IN] = duty_time
        WHEN_CHANGED.append(see_to_absences)
        KINDS[booking.NAME] = booking.KIND
