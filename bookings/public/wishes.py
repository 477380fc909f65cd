"""When a time would suit, where a request came without one."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office.core import dates


def wish_label(wished: Mapping[str, Any]) -> str:
    """Word the days and parts of day that would suit, and the parent's own words about them."""
    weekdays = dates.SHORT_WEEKDAYS[dates.named(get_language())]
    parts = {
        "morning": _("morning"),
        "midday": _("midday"),
        "afternoon": _("afternoon"),
    }
    labels = [
        ", ".join(weekdays[int(day)] for day in wished.get("days", ()) if str(day) in "0123456"),
        ", ".join(parts.get(str(part), str(part)) for part in wished.get("parts", ())),
        str(wished.get("words", "")),
    ]
    return " · ".join(part for part in labels if part)
