"""The switch between a unit that is being set up and one that is open to the public."""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from office.core.http import get_or_post
from office.models import Unit
from office.setup.forms_opening import OpeningForm
from office.setup.overview import attention
from office.setup.public_opening import open_to_public
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import FormPage, form_page, plain, posted


@get_or_post
@manager
def opening(request: StaffRequest) -> HttpResponse:
    """Open the public pages, now or on a date, or close them; show what needs attention."""
    form = OpeningForm(posted(request), unit=Unit.get())
    page = FormPage(
        title=_("Open to the public"),
        lead=_(
            "While the pages are closed, visitors read that the service is not open, with the phone "
            "number. Whoever has a personal link, to an appointment or a plan, can go on using it."
        ),
        back=reverse("office:overview"),
        back_name=_("Overview"),
        done=_("Saved."),
        below=render_to_string("office/parts/_amiss.html", {"attention": attention()}),
    )
    return form_page(request, page, form, plain(lambda: open_to_public(at=form.opens_at())))
