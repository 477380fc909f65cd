"""The list of what a new unit sets up, and the message that a manager sends to themselves."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from office.core.http import get_or_post
from office.getting_started.steps import next_step, start_steps
from office.getting_started.trial_message import (
    TRIES,
    last_trial_message,
    note_arrival,
    send_trial_message,
)
from office.messaging.outbox import channel_works, error_label
from office.models import MessageChannel
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import posted

# The code that stands in the message, and how often something else was typed.
SESSION_CODE, SESSION_TRIES = "office_trial_code", "office_trial_tries"


class CodeForm(OfficeForm):
    code = forms.CharField(
        label=gettext_lazy("Code of the message"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"class": "input--short", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
    )


@require_GET
@manager
def start(request: StaffRequest) -> HttpResponse:
    """Show everything that a unit sets up before it opens, in an order in which it can be done."""
    steps = start_steps()
    context = {
        "steps": steps,
        "done": sum(step.is_done for step in steps),
        "next": next_step(steps),
    }
    return render(request, "office/getting_started/start.html", context)


@get_or_post
@manager
def test_message(request: StaffRequest) -> HttpResponse:
    """Show what became of the last test message, and a field for the code in it."""
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if _is_right(request, form.cleaned_data["code"]):
            messages.success(request, _("The message has arrived: messages leave."))
            return redirect("office:start")
        form.add_error(
            "code", _("This is not the code of the last message that you sent from here.")
        )
    last = last_trial_message(request.user)
    context = {
        "form": form,
        "last": last,
        "error": error_label(last.last_error) if last and last.last_error else "",
        "can_send": channel_works(MessageChannel.EMAIL),
        "awaited": SESSION_CODE in request.session,
    }
    return render(request, "office/getting_started/test_message.html", context)


def _is_right(request: StaffRequest, typed: str) -> bool:
    if note_arrival(typed=typed, code=request.session.get(SESSION_CODE, "")):
        del request.session[SESSION_CODE]
        return True
    tries = request.session.get(SESSION_TRIES, 0) + 1
    request.session[SESSION_TRIES] = tries
    if tries >= TRIES:
        request.session.pop(SESSION_CODE, None)
    return False


@require_POST
@manager
def test_message_send(request: StaffRequest) -> HttpResponse:
    try:
        request.session[SESSION_CODE] = send_trial_message(to=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        request.session[SESSION_TRIES] = 0
        messages.success(
            request, _("The message to %(email)s is on its way.") % {"email": request.user.email}
        )
    return redirect("office:test_message")
