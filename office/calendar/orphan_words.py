"""Why a booking stands without hours, in words."""

from django.utils.translation import gettext as _

from office.calendar.hours_impact import CONFLICT, ROOM_CLOSED, SKILLS


def orphan_label(reason: str) -> str:
    """Say what has taken its hours, or its room."""
    return {
        "hours": _("Hours were cut"),
        "absence": _("Away"),
        "calendar": _("Busy in their own calendar"),
        "closure": _("Closed"),
        ROOM_CLOSED: _("Needs another room"),
        "inactive": _("Not in use any more"),
        SKILLS: _("Service, language, place or channel taken away"),
        CONFLICT: _("Somebody else is to meet them"),
    }.get(reason, _("Without hours"))
