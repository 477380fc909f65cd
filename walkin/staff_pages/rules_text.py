"""The rules of a point's walk-in in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from walkin.models import PointRules


def in_words(rules: PointRules) -> list[str]:
    """Return the rules of calling, one sentence each, for the screen of those who call."""
    lines = [_("First come, first served.")]
    if rules.by_matter or rules.by_language:
        lines.append(
            _("A number goes to somebody on duty who offers the service and speaks the language.")
        )
    lines.append(
        _(
            "Appointments start at their time; no new number is called in the "
            "%(minutes)s minutes before one."
        )
        % {"minutes": rules.booked_margin_minutes}
    )
    lines.append(
        ngettext(
            "A number is called %(count)s time.",
            "A number is called %(count)s times.",
            rules.calls,
        )
        % {"count": rules.calls}
    )
    if rules.step_backs:
        lines.append(
            ngettext(
                "If nobody comes, others go first for %(minutes)s minutes, %(count)s time; then the "
                "number is closed.",
                "If nobody comes, others go first for %(minutes)s minutes, %(count)s times; then the "
                "number is closed.",
                rules.step_backs,
            )
            % {"minutes": rules.step_back_minutes, "count": rules.step_backs}
        )
    else:
        lines.append(_("If nobody comes, the number is closed."))
    lines.append(
        ngettext(
            "People who ask for more time get %(minutes)s minutes, %(count)s time, "
            "and keep their place.",
            "People who ask for more time get %(minutes)s minutes, %(count)s times, "
            "and keep their place.",
            rules.more_times,
        )
        % {"minutes": rules.more_minutes, "count": rules.more_times}
    )
    lines.append(
        _(
            "People who come separately are not called while the other party is "
            "known to wait in the same room."
        )
    )
    return lines
