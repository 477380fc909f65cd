"""Texts of the partial languages' pages from modules with many others, which these pages never show.

Nothing runs here. The strings are written as in their modules; a test fails when one has changed there.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import pgettext_lazy

WORDS = (
    # The matters of a walk-in that are none of the unit's services
    _("Advice on something else"),
    _("Papers, or a question about my appointment"),
    _("I do not know"),
    # What staff say to everybody at a point
    _(
        "Fire alarm. Leave the building at once and follow the staff's instructions. You keep your "
        "number."
    ),
    _("Numbers are called more slowly than usual just now. We are sorry."),
    _("We are closed for the moment: no numbers are given. You keep your number."),
    _("Calling is paused for a moment. You keep your place in the queue."),
    # What the walk-in refuses its visitors
    _("Somebody else was faster. The screen now shows the current state."),
    _("A text message cannot be sent now. Write a mobile number, or keep this page open."),
    _("We find no appointment here today with this code. Check the code, or ask our staff."),
    _("You cannot get more time. Come back now, or take a new number."),
    # Where a visit is, and from whom a reminder comes
    _("By phone: we call you"),
    _("By video"),
    pgettext_lazy("sender of messages", "Appointments"),
    # What a visit may need, and how the other parent hears of it
    _("a step-free way in"),
    _("an induction loop"),
    _("a sign language interpreter"),
    _("room for a pram"),
    _("a personal assistant comes along"),
    _("Contact the other parent for me"),
    _("Do not contact the other parent before you have talked with me"),
    _("I cannot say"),
    _("The matter concerns only me"),
    # Forms
    _("Change"),
    _("Enter a valid email address."),
    _("Enter a whole number."),
    _("Enter a valid value."),
    _("This field is required."),
    _("Please leave out personal identity codes. We never need one here."),
)
