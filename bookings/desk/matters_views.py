"""What a visit is about: changed by the secretary."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings.appointments.matter_changes import (
    ChangedMatters,
    NotGivenTogetherError,
    change_matters,
    is_too_short,
)
from bookings.desk_kit.act import act, version_seen
from bookings.desk_kit.fetch import appointment_or_404
from bookings.models import Appointment, Party, UndoKind
from bookings.models.matters import MOST_CHILDREN
from office.core import dates
from office.core.http import get_or_post
from office.models import AccessAction, AccessReason, Service, Unit
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary
from office.ui.fields import field_of


class VisitMattersForm(forms.Form):
    """The main matter, the further ones and the number of children."""

    service: "forms.ModelChoiceField[Service]" = forms.ModelChoiceField(
        label=gettext_lazy("Main matter"), queryset=Service.objects.none(), empty_label=None
    )
    also: "forms.ModelMultipleChoiceField[Service]" = forms.ModelMultipleChoiceField(
        label=gettext_lazy("At the same visit also"),
        queryset=Service.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    children = forms.IntegerField(
        label=gettext_lazy("Number of children"),
        required=False,
        min_value=1,
        max_value=MOST_CHILDREN,
    )

    def __init__(self, *args: object, appointment: Appointment, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        services = Service.objects.in_use() | Service.objects.filter(
            pk__in=[service.pk for service in appointment.matters.services]
        )
        for name in ("service", "also"):
            field_of(self, name, forms.ModelChoiceField).queryset = services


@get_or_post
@secretary
def of_appointment(request: StaffRequest, reference: str) -> HttpResponse:
    """Change what the visit is about; its time follows where it can."""
    appointment = appointment_or_404(reference)
    if not appointment.is_before_visit:
        return redirect("staff:request", reference=appointment.reference)
    form = VisitMattersForm(
        request.POST if request.method == "POST" else None,
        appointment=appointment,
        initial={
            "service": appointment.service_id,
            "also": [service.pk for service in appointment.further_services],
            "children": appointment.children,
        },
    )
    if form.is_bound and form.is_valid():
        try:
            return _change(request, appointment, form)
        except NotGivenTogetherError:
            form.add_error(
                "also",
                _(
                    "These are not given in this way or by the people of this visit. Move it first, or "
                    "book another visit."
                ),
            )
    note_access(
        request.user, appointment.reference, action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    context = {"appointment": appointment, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "bookings/desk/matters.html", context, status=status)


def _change(
    request: StaffRequest, appointment: Appointment, form: VisitMattersForm
) -> HttpResponse:
    changed: list[ChangedMatters] = []

    def change() -> list[Party]:
        made = change_matters(
            appointment.pk,
            main=form.cleaned_data["service"],
            also=form.cleaned_data["also"],
            children=form.cleaned_data["children"],
            user=request.user,
            unit=Unit.get(),
            version=version_seen(request),
        )
        # Tried once more, it is the last try that counts.
        changed[:] = [made]
        return []

    answer = act(
        request,
        appointment,
        change,
        deed=_("Change the matters"),
        done=_("the matters are changed. Nobody is written to about them."),
        undo_as=UndoKind.CHANGED,
    )
    for made in changed:
        if is_too_short(made.appointment):
            messages.warning(
                request,
                _("They take %(length)s, and the time of the visit is shorter. Move it.")
                % {"length": dates.duration(made.appointment.matters.duration)},
            )
        if made.taken_back:
            messages.warning(
                request,
                ngettext(
                    "%(count)s proposed time was too short and is taken back. Offer another one.",
                    "%(count)s proposed times were too short and are taken back. Offer others.",
                    made.taken_back,
                )
                % {"count": made.taken_back},
            )
    return answer
