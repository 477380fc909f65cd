"""What a unit may begin with: taken over by a press, read, and then marked as checked."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from office.core.http import get_or_post
from office.guidance.ready_made import nothing_written, take_ready_made
from office.models import SchoolBreak, Service, StandardSentence
from office.ready_made.checks import CHECKS, waiting
from office.ready_made.forms import RegionsForm
from office.ready_made.stock import add_school_breaks, add_sentences, add_services
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import FormPage, form_page, plain, posted


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    """Show what can be taken over, what of it nobody has checked yet, and what is done."""
    context = {
        "waiting": {key.replace("-", "_"): count for key, count in waiting().items()},
        "has_services": Service.objects.exists(),
        "has_sentences": StandardSentence.objects.exists(),
        "has_breaks": SchoolBreak.objects.exists(),
        "has_guidance": not nothing_written(),
    }
    return render(request, "office/ready_made/listing.html", context)


@require_POST
@manager
def take_services(request: StaffRequest) -> HttpResponse:
    count = len(add_services())
    _say(request, count)
    return redirect("office:check_services" if count else "office:ready_made")


@require_POST
@manager
def take_sentences(request: StaffRequest) -> HttpResponse:
    count = add_sentences()
    _say(request, count)
    return redirect("office:check_sentences" if count else "office:ready_made")


@require_POST
@manager
def take_guidance(request: StaffRequest) -> HttpResponse:
    try:
        take_ready_made(user=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("office:ready_made")
    messages.success(request, _("Taken over. Read them, and mark them as checked."))
    return redirect("office:check_links")


def _say(request: StaffRequest, count: int) -> None:
    if count:
        messages.success(request, _("Taken over. Read them, and mark them as checked."))
    else:
        messages.info(request, _("The unit has all of them already."))


@get_or_post
@manager
def propose_breaks(request: StaffRequest) -> HttpResponse:
    """Propose likely school holidays of the regions that the manager names."""
    form = RegionsForm(posted(request))
    page = FormPage(
        title=_("Propose school holidays"),
        lead=_(
            "Likely dates of this school year and the next two. Parents see them when you have compared "
            "them with what the municipality has decided, and marked them as checked."
        ),
        back=reverse("office:check_school-holidays"),
        back_name=_("Read and check: school holidays"),
        done=_("The dates were added, to be checked."),
        button=_("Propose"),
    )
    return form_page(
        request,
        page,
        form,
        plain(
            lambda: add_school_breaks(
                form.cleaned_data["regions"], winter_week=form.cleaned_data["winter_week"]
            )
        ),
    )


@get_or_post
@manager
def check(request: StaffRequest, kind: str) -> HttpResponse:
    """Show all that awaits a check, in its languages; what was ticked is marked as checked."""
    found = CHECKS[kind]
    if request.method == "POST":
        ticked = [int(pk) for pk in request.POST.getlist("checked") if pk.isdecimal()]
        count = found.mark([pk for pk in ticked if pk < 2**63], request.user)
        if count:
            messages.success(
                request,
                ngettext("%(n)d was marked as checked.", "%(n)d were marked as checked.", count)
                % {"n": count},
            )
        else:
            messages.info(request, _("Tick what you have read and found right."))
        return redirect(f"office:check_{kind}")
    return render(
        request,
        "office/ready_made/check.html",
        {"check": found, "back": reverse(found.back), "rows": found.rows()},
    )
