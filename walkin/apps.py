from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class WalkInConfig(AppConfig):
    name = "walkin"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings import hooks as booking_hooks
        from office import hooks
        from office.models import HoursKind
        from walkin.actions import book_from_ticket, near_text
        from walkin.actions.call_visit import visit_numbers
        from walkin.actions.follow_visit import follow_outcome, follow_visit
        from walkin.actions.own_work import explained_by_duty
        from walkin.days import undo as room_undo
        from walkin.days.absences import apply_absences
        from walkin.days.outcomes import outcomes_of_numbers
        from walkin.days.readiness import points_without_desks, start_step
        from walkin.days.upcoming import duty_time
        from walkin.help import calls as help_calls
        from walkin.models import Desk, Destination, PointMatter, PointRules
        from walkin.public_pages.check_in import arrival_page
        from walkin.public_pages.status import point_words, public_hours, walk_ins_now
        from walkin.public_pages.unit_texts import unit_texts
        from walkin.tickets import undo, undo_arrival, visit_part

        hooks.MESSAGE_KINDS[near_text.KIND] = gettext_lazy("Turn at the walk-in is near")
        hooks.LAPSING_KINDS.add(near_text.KIND)
        hooks.UNIT_TEXTS.append(unit_texts)
        booking_hooks.ATTENDANCE_CHANGED.append(follow_visit)
        booking_hooks.OUTCOME_NOTED.append(follow_outcome)
        booking_hooks.VISIT_PARTS[visit_part.NAME] = visit_part.PART
        booking_hooks.ARRIVAL_PAGES.append(arrival_page)
        booking_hooks.OUTCOMES_ELSEWHERE.append(outcomes_of_numbers)
        booking_hooks.VISIT_NUMBERS.append(visit_numbers)
        hooks.EXPLAIN_OPENINGS.append(explained_by_duty)
        hooks.FIND_SHORTCOMINGS.append(points_without_desks)
        hooks.START_STEPS.append(start_step)
        hooks.SETUP_MODELS.extend([Desk, Destination, PointRules, PointMatter])
        hooks.ABSENCES_CHANGED.append(apply_absences)
        booking_hooks.PAGE_FLAGS[help_calls.FLAG] = help_calls.exists
        booking_hooks.WALK_INS.append(public_hours)
        booking_hooks.WALK_INS_NOW.append(walk_ins_now)
        booking_hooks.POINT_WORDS.append(point_words)
        booking_hooks.ACTUAL_TIME[HoursKind.WALK_IN] = duty_time
        booking_hooks.UPPER_UNDOS[undo.KIND] = undo.UNDO
        booking_hooks.UPPER_UNDOS[undo.ROOM] = room_undo.UNDO
        booking_hooks.UPPER_UNDOS[undo.ARRIVAL] = undo_arrival.UNDO
        booking_hooks.OCCASIONS[book_from_ticket.FIELD] = book_from_ticket.KIND
