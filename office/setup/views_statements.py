"""What the county says on its public pages, and how long data are kept."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.core.http import get_or_post
from office.core.save_checked import save_checked
from office.models import PublicStatements, Unit
from office.retention.purge import counts_due, last_runs
from office.retention.rows import period_label
from office.retention.table import TABLE
from office.setup.forms_statements import StatementsForm
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import FormPage, form_page, plain, posted


@get_or_post
@manager
def statements(request: StaffRequest) -> HttpResponse:
    form = StatementsForm(posted(request), instance=PublicStatements.get())
    page = FormPage(
        title=_("Privacy and accessibility pages"),
        lead=_(
            "What the law requires from the county itself. The rest of both pages is written from the "
            "settings and from how the service works."
        ),
        back=reverse("office:statements"),
        back_name="",
        done=_("The statements were saved."),
        others=[
            ("/privacy/", "link", _("Privacy")),
            ("/accessibility/", "link", _("Accessibility statement")),
        ],
    )
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))


@require_GET
@manager
def retention(request: StaffRequest) -> HttpResponse:
    """Show how long everything is kept, what would go tonight, and what went."""
    unit = Unit.get()
    due = counts_due()
    rows = [
        (kept.what, period_label(kept.period(unit)), kept.since, due.get(kept.key))
        for kept in TABLE
    ]
    names = {kept.key: kept.what for kept in TABLE}

    def named(counts: dict[str, int]) -> list[tuple[str, int]]:
        return [(str(names.get(key, key)), count) for key, count in sorted(counts.items())]

    runs = [(run, named(run.counts), named(run.stuck)) for run in last_runs()]
    return render(request, "office/setup/retention.html", {"rows": rows, "runs": runs})
