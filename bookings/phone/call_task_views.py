"""The calls that were promised: written down, called in vain, done."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import CallTask
from bookings.phone import call_tasks
from bookings.phone.call_forms import CallTaskForm
from office.core.http import get_or_post
from office.models import AccessAction, AccessReason
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary


@get_or_post
@secretary
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Edit whom to call, at which number, and when."""
    task = get_object_or_404(CallTask.objects.open().select_related("service"), pk=pk)
    subjects = call_tasks.subjects_of(task)
    note_access(
        request.user,
        task.record,
        action=AccessAction.READ,
        reason=AccessReason.PROMISED_CALL,
        subjects=subjects,
    )
    form = CallTaskForm(request.POST or None, initial=CallTaskForm.initial_of(task))
    if request.method == "POST" and form.is_valid():
        try:
            call_tasks.write(task.pk, form.promise(), user=request.user)
        except NotPossibleError:
            messages.info(request, _("The call has been made meanwhile."))
        else:
            messages.success(request, _("The call is on the work list."))
        return redirect("staff:desk")
    status = 422 if request.method == "POST" else 200
    return render(
        request, "bookings/phone/call_task.html", {"task": task, "form": form}, status=status
    )


@require_POST
@secretary
def again(request: StaffRequest, pk: int) -> HttpResponse:
    """Note that nobody answered; the task stays."""
    task = get_object_or_404(CallTask, pk=pk)
    try:
        call_tasks.note_unreached(task.pk, user=request.user)
    except NotPossibleError:
        messages.info(request, _("The call has been made meanwhile."))
    else:
        messages.success(request, _("Not reached: the call stays on the work list."))
    return redirect("staff:desk")


@require_POST
@secretary
def done(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the call off the list: they were reached."""
    task = get_object_or_404(CallTask, pk=pk)
    call_tasks.finish(task.pk, user=request.user)
    messages.success(request, _("The call is done, and off the work list."))
    return redirect("staff:desk")
