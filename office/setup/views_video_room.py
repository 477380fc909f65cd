"""A professional's own video room, as they keep it themselves."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from office.core.http import get_or_post
from office.core.save_checked import save_checked
from office.models import Professional, Role
from office.setup.forms_people import VideoRoomForm
from office.staff.permissions import StaffRequest, role_required
from office.ui.pages import FormPage, form_page, plain, posted


@get_or_post
@role_required(Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.PARTNER)
def own(request: StaffRequest) -> HttpResponse:
    person = Professional.objects.in_use().filter(user=request.user).first()
    if person is None:
        raise Http404
    page = FormPage(
        title=_("Own video room"),
        lead=_(
            "Whoever meets parents by video can have one room for all visits. It stands on both parents' "
            "pages, unless the secretary has typed another link for the visit."
        ),
        done=_("The video room was saved."),
        back=reverse("staff:my_day"),
        back_name=_("My day"),
    )
    form = VideoRoomForm(posted(request), instance=person)
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))
