"""Reading a spreadsheet in: looked at first, with each fault by its cell, then added as a whole."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.core import clock
from office.core.http import get_or_post
from office.models import User
from office.sign_in.accounts import password_link_path
from office.sign_in.reauthentication import recent_proof_required
from office.staff.permissions import StaffRequest, manager
from office.transfer.forms import SetupFileForm, SpreadsheetForm
from office.transfer.importing import FaultsFoundError, Outcome, import_spreadsheet, preview
from office.transfer.reading import Spreadsheet
from office.transfer.setup_file import export_setup, import_setup, is_untouched
from office.transfer.tables import TABLES
from office.transfer.template import template_workbook
from office.ui.pages import posted

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Whose links for setting a password are shown on the next page, and only there.
FLASH = "office_imported_users"


@get_or_post
@manager
@recent_proof_required
def import_unit(request: StaffRequest) -> HttpResponse:
    """Ask for the file; show what would be added, or its faults; then add it."""
    if "sheets" in request.POST:
        return _add(request)
    form = SpreadsheetForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        found: Spreadsheet = form.cleaned_data["file"]
        return _preview(request, found, preview(found, by=request.user))
    return render(request, "office/transfer/import.html", {"form": form})


def _preview(request: StaffRequest, found: Spreadsheet, outcome: Outcome) -> HttpResponse:
    tables = [
        (table.title, outcome.added.get(table.key, []), outcome.kept.get(table.key, 0))
        for table in TABLES
        if found.sheet(table)
    ]
    context = {
        "outcome": outcome,
        "tables": tables,
        "unread": found.unread,
        "sheets": "" if outcome.faults else found.to_json(),
    }
    return render(request, "office/transfer/preview.html", context)


def _add(request: StaffRequest) -> HttpResponse:
    try:
        found = Spreadsheet.from_json(request.POST["sheets"])
        outcome = import_spreadsheet(found, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("office:import")
    except FaultsFoundError as error:
        # Something has changed since it was looked at.
        return _preview(request, found, error.outcome)
    messages.success(request, _("Everything was added."))
    if outcome.users:
        request.session[FLASH] = outcome.users
        return redirect("office:import_links")
    return redirect("office:start")


@require_GET
@manager
@recent_proof_required
def links(request: StaffRequest) -> HttpResponse:
    """Show the new users' links for setting a password. Reloading the page no longer shows them."""
    made = request.session.pop(FLASH, [])
    users = User.objects.filter(pk__in=made, is_active=True).order_by("last_name", "first_name")
    if not users:
        messages.info(request, _("The links were shown already. You can make new ones here."))
        return redirect("office:users")
    rows = [(user, request.build_absolute_uri(password_link_path(user))) for user in users]
    return render(request, "office/transfer/links.html", {"rows": rows})


@require_GET
@manager
def template(request: StaffRequest) -> HttpResponse:
    """Return the spreadsheet to fill in."""
    return HttpResponse(
        template_workbook(),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{_("unit")}.xlsx"'},
    )


@require_GET
@manager
@recent_proof_required
def export(request: StaffRequest) -> HttpResponse:
    """Return the whole set-up as one file."""
    name = f"{_('unit')}-{clock.today().isoformat()}.json"
    return HttpResponse(
        export_setup(),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@get_or_post
@manager
@recent_proof_required
def setup_file(request: StaffRequest) -> HttpResponse:
    """Take the set-up along as a file, or read one into a unit that has nothing yet."""
    form = SetupFileForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            counts = import_setup(form.cleaned_data["file"])
        except ValidationError as error:
            form.take_errors(error)
        else:
            count = sum(counts.values())
            messages.success(request, _("The set-up was read: %(n)d rows.") % {"n": count})
            return redirect("office:start")
    context = {"form": form, "can_read": is_untouched()}
    return render(request, "office/transfer/setup_file.html", context)
