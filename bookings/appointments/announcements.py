"""Make an agreed time known to the parties and the professionals."""

from bookings.appointments import notices, staff_notices
from bookings.appointments.staff_notices import StaffNews
from bookings.models import Answer, Appointment, Party


def announce(appointment: Appointment, *, by: Party | None = None) -> list[Party]:
    """Notify parties and professionals of the agreed time; return who must be called instead.

    Where the parents come separately, this is the visit of the one who asked: the other parent is not
    notified when it is, and a visit of their own is the secretary's work. `by`: the party who chose it.
    """
    ask_invited(appointment)
    unreached = notices.notify_confirmed(appointment, by=by)
    staff_notices.notify_professionals(appointment, StaffNews.BOOKED)
    return unreached


def ask_invited(appointment: Appointment) -> None:
    """Ask those who are invited, from now on, whether the time suits them."""
    invited = appointment.parties.who_come().filter(answer=Answer.NOT_ASKED)
    invited.update(answer=Answer.ASKED)
