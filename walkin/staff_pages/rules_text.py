"""The rules of a point's walk-in, said in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from walkin.models import PointRules


def in_words(rules: PointRules) -> list[str]:
    """The rules of calling, a sentence each, for the screen of those who call."""
    lines = [_("First come, first served.")]
    if rules.by_matter or rules.by_language:
        lines.append(
            _("A number goes to somebody on duty who gives the service and speaks the language.")
        )
    lines.append(
        _(
            "Booked visits come in at their time; nobody new is called %(minutes)s minutes before one."
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
            "Who asks for more time gets %(minutes)s minutes, %(count)s time, and keeps the place.",
            "Who asks for more time gets %(minutes)s minutes, %(count)s times, and keeps the place.",
            rules.more_times,
        )
        % {"minutes": rules.more_minutes, "count": rules.more_times}
    )
    lines.append(
        _(
            "Two who come separately are not called while the other waits in the same room, as far as "
            "is known."
        )
    )
    return lines
