from django.apps import AppConfig


class EveningsConfig(AppConfig):
    name = "evenings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings import hooks as booking_hooks
        from evenings.notifications import messages
        from evenings.notifications.kinds import LAPSING, EveningMessage
        from evenings.planning import queries, undo
        from office import hooks
        from office.models import ClaimKind

        booking_hooks.UPPER_UNDOS[undo.KIND] = undo.UNDO
        booking_hooks.ENGAGEMENTS.append(queries.engagements)
        booking_hooks.CALENDAR_PAGES[ClaimKind.EVENING] = queries.page_of_day
        booking_hooks.EVENINGS_AHEAD.append(queries.evenings_ahead)
        hooks.FIND_SHORTCOMINGS.append(queries.without_somebody)
        hooks.FIND_SHORTCOMINGS.append(queries.proposed)
        hooks.GATES[messages.RECEIVER] = messages.may_leave
        hooks.MESSAGE_KINDS.update({kind.value: kind.label for kind in EveningMessage})
        hooks.LAPSING_KINDS.update(LAPSING)
