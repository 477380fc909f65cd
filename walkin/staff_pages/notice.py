"""A notice to all screens of a point: chosen from ready sentences or written, and ended."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from office.core.http import get_or_post
from office.models import Role, ServicePoint
from office.staff.permissions import StaffRequest, role_required
from office.ui.public_forms import CleanForm
from walkin.days.notices import end_notice, notice_at, show_notice
from walkin.models import NoticeKind
from walkin.models.notices import LONGEST, SENTENCES
from walkin.staff_pages.ways_back import way_back

speaks = role_required(Role.SUPERVISOR, Role.GUIDE, Role.SECRETARY, Role.MANAGER)


class OwnNoticeForm(CleanForm):
    """The staff's own words. Everybody reads them: nothing of anybody."""

    fi = forms.CharField(label=gettext_lazy("In Finnish"), max_length=LONGEST)
    sv = forms.CharField(label=gettext_lazy("In Swedish"), max_length=LONGEST)
    en = forms.CharField(label=gettext_lazy("In English"), max_length=LONGEST, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"class": "input", "autocomplete": "off"}


def _point(pk: int) -> ServicePoint:
    point: ServicePoint = get_object_or_404(ServicePoint.objects.in_use(), pk=pk)
    return point


@get_or_post
@speaks
def notice(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose a sentence that is ready, or write one; it is shown at once."""
    point = _point(pk)
    kind, form = request.POST.get("kind", ""), OwnNoticeForm()
    if request.method == "POST":
        form = OwnNoticeForm(request.POST if kind == NoticeKind.OWN else None)
        if kind in SENTENCES:
            show_notice(point, NoticeKind(kind), user=request.user)
        elif kind == NoticeKind.OWN and form.is_valid():
            show_notice(point, NoticeKind.OWN, user=request.user, **form.cleaned_data)
        else:
            return _page(request, point, form, status=422)
        messages.success(request, _("The notice is on all screens now."))
        return redirect("queue:notice", point.pk)
    return _page(request, point, form)


def _page(
    request: StaffRequest, point: ServicePoint, form: OwnNoticeForm, status: int = 200
) -> HttpResponse:
    ready = [(kind, NoticeKind(kind).label, text) for kind, text in SENTENCES.items()]
    context = {
        "point": point,
        "shown": notice_at(point.pk),
        "ready": ready,
        "form": form,
        "back": way_back(request.user),
    }
    return render(request, "walkin/staff_pages/notice.html", context, status=status)


@require_POST
@speaks
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the notice off all screens."""
    point = _point(pk)
    end_notice(point, user=request.user)
    messages.success(request, _("The notice is on no screen any more."))
    return redirect("queue:notice", point.pk)
