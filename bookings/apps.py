from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings import hooks as booking_hooks
        from bookings.appointments.claims import asks_of
        from bookings.appointments.own_work import explained
        from bookings.call_backs import own_data as call_data
        from bookings.call_backs.presenters import figures_text
        from bookings.cases import next_visit
        from bookings.cases import own_work as case_work
        from bookings.cases import undo as case_undo
        from bookings.interpreters.figures import figures_text as interpreter_figures
        from bookings.notifications.kinds import LAPSING, MessageKind
        from bookings.parties.client_contacts import contacts_of
        from bookings.parties.conflicts import stays_out
        from bookings.parties.safe_channels import CALL_BACK, PARTY, may_leave
        from bookings.preparation.device import forget_all
        from bookings.public.opening import has_walk_ins
        from bookings.staff_booking import own_data as parked_data
        from bookings.staff_booking import parking
        from office import hooks

        booking_hooks.LEFT_QUICKLY.append(forget_all)
        booking_hooks.OCCASIONS[next_visit.FOR_CASE] = next_visit.FOR_CASE_KIND
        booking_hooks.OCCASIONS[next_visit.AFTER_VISIT] = next_visit.AFTER_VISIT_KIND
        booking_hooks.UPPER_UNDOS[case_undo.KIND] = case_undo.UNDO
        booking_hooks.CONTACT_DATA.extend(
            [
                call_data.call_backs_of,
                call_data.promised_calls_of,
                call_data.guidance_of,
                parked_data.parked_of,
            ]
        )
        booking_hooks.CONTACT_FORGOTTEN.extend(
            [
                call_data.forget_call_backs,
                call_data.forget_promised_calls,
                call_data.forget_guidance,
                parked_data.forget_parked,
            ]
        )
        hooks.ASKS_OF.append(asks_of)
        hooks.CONTACTS_OF.extend([contacts_of, parking.contacts_of])
        hooks.EXPLAIN_OPENINGS.extend([explained, case_work.explained])
        hooks.STAYS_OUT.append(stays_out)
        hooks.WAYS_OPEN["to_walk_in"] = has_walk_ins
        hooks.GATES.update({PARTY: may_leave, CALL_BACK: may_leave})
        hooks.MESSAGE_KINDS.update({kind.value: kind.label for kind in MessageKind})
        hooks.LAPSING_KINDS.update(LAPSING)
        hooks.SETTING_HINTS["call_backs_offered"] = figures_text
        hooks.INTERPRETER_FIGURES.append(interpreter_figures)
