"""Who leaves first, in words: at the desk with the other visit's times, for professionals without."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.appointments.separate_visits import Leaving
from office.core import dates


def leaving_label(plan: Leaving) -> str:
    """Tell the desk who leaves first, when, and when the second may."""
    times = _times(plan)
    if plan.both_are_in:
        text = (
            _("Leaving: this one goes first, at %(first)s. The other not before %(second)s.")
            if plan.is_first
            else _("Leaving: the other goes first, at %(first)s. This one not before %(second)s.")
        )
    else:
        text = (
            _("Leaving: this one has left at %(first)s, %(gap)s before the other comes.")
            if plan.is_first
            else _("Leaving: the other has left at %(first)s, %(gap)s before this one comes.")
        )
    return text % times


def own_leaving_label(plan: Leaving) -> str:
    """Tell those who meet one of the two that one's part; not when the other's visit is."""
    times = _times(plan)
    if plan.is_first:
        text = _("Leaves first: out by %(first)s, %(gap)s before the other.")
    elif plan.both_are_in:
        text = _(
            "Leaves second: not before %(second)s. Wait until a colleague has said it is clear."
        )
    else:
        text = _("Comes and leaves second, %(gap)s after the other.")
    return text % times


def _times(plan: Leaving) -> dict[str, str]:
    language = get_language()
    return {
        "first": dates.clock(plan.first_at, language),
        "second": dates.clock(plan.second_from, language),
        "gap": dates.duration(int(plan.gap.total_seconds() // 60)),
    }
