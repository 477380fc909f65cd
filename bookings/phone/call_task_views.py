"""The calls that were promised: written down, called in vain, done."""

from django.contrib import messages
from django.db.models import QuerySet
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


def _task_or_404(request: StaffRequest, pk: int, tasks: QuerySet[CallTask]) -> CallTask:
    """Fetch it; of a matter that the user stays out of, there is none."""
    barred = call_tasks.tasks_barred_to(request.user)
    return get_object_or_404(tasks.exclude(pk__in=barred), pk=pk)


@get_or_post
@secretary
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Edit whom to call, at which number, and when."""
    task = _task_or_404(request, pk, CallTask.objects.open().select_related("service"))
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
    task = _task_or_404(request, pk, CallTask.objects.all())
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
    task = _task_or_404(request, pk, CallTask.objects.all())
    call_tasks.finish(task.pk, user=request.user)
    messages.success(request, _("The call is done, and off the work list."))
    return redirect("staff:desk")
