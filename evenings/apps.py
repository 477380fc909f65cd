from django.apps import AppConfig


class EveningsConfig(AppConfig):
    name = "evenings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings import hooks as booking_hooks
        from evenings.afterwards.material_checks import broken_materials
        from evenings.models import EveningKind
        from evenings.notifications import messages
        from evenings.notifications.kinds import (
            LAPSING,
            EveningMessage,
            HolderMessage,
            PartnerMessage,
        )
        from evenings.planning import message_subjects, queries, undo
        from evenings.retention.own_data import forget_sign_ups, sign_ups_of
        from office import hooks
        from office.models import ClaimKind

        booking_hooks.UPPER_UNDOS[undo.KIND] = undo.UNDO
        booking_hooks.ENGAGEMENTS.append(queries.engagements)
        booking_hooks.CALENDAR_PAGES[ClaimKind.EVENING] = queries.page_of_day
        booking_hooks.EVENINGS_AHEAD.append(queries.evenings_ahead)
        booking_hooks.CONTACT_DATA.append(sign_ups_of)
        booking_hooks.CONTACT_FORGOTTEN.append(forget_sign_ups)
        hooks.FIND_SHORTCOMINGS.append(queries.without_somebody)
        hooks.FIND_SHORTCOMINGS.append(queries.proposed)
        hooks.FIND_SHORTCOMINGS.append(queries.given)
        hooks.FIND_SHORTCOMINGS.append(broken_materials)
        hooks.WAYS_OPEN["to_evenings"] = queries.is_any_ahead
        hooks.SETUP_MODELS.append(EveningKind)
        hooks.GATES[messages.RECEIVER] = messages.may_leave
        hooks.MESSAGE_KINDS.update(
            {kind.value: kind.label for kind in (*EveningMessage, *HolderMessage, *PartnerMessage)}
        )
        hooks.LAPSING_KINDS.update(LAPSING)
        booking_hooks.MESSAGE_SUBJECTS.update(
            {
                **dict.fromkeys(EveningMessage.values, message_subjects.SIGN_UP),
                **dict.fromkeys(HolderMessage.values, message_subjects.HELD),
                **dict.fromkeys(PartnerMessage.values, message_subjects.HELD_BY_PARTNER),
            }
        )
