"""The directory of partners, as the manager edits it."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.core import clock
from office.core.http import get_or_post
from office.core.save_checked import save_checked
from office.models import PartnerOrganisation
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import FormPage, form_page, plain, posted
from referrals.directory.figures import figures
from referrals.directory.forms import DirectoryEntryForm
from referrals.models import DirectoryEntry, ReferralState


def _entries() -> QuerySet[DirectoryEntry]:
    return DirectoryEntry.objects.select_related("organisation")


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    context = {
        "rows": _entries().order_by("-is_active", "order", "pk"),
        "has_partners": PartnerOrganisation.objects.filter(is_active=True).exists(),
        "figures": figures(clock.now()),
        "states": [str(state.label) for state in ReferralState],
    }
    return render(request, "referrals/directory/listing.html", context)


@get_or_post
@manager
def add(request: StaffRequest) -> HttpResponse:
    return _page(request, DirectoryEntry(languages=["fi"]), _("Add a service of a partner"))


@get_or_post
@manager
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(_entries(), pk=pk)
    return _page(request, entry, _("Change a service of a partner"))


def _page(request: StaffRequest, entry: DirectoryEntry, title: str) -> HttpResponse:
    page = FormPage(
        title=title,
        about=entry.name or "",
        back=reverse("referrals:directory"),
        back_name=_("Directory of partners"),
        done=_("The service was saved."),
    )
    form = DirectoryEntryForm(posted(request), instance=entry)
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))
