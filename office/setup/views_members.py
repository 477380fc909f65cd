"""Somebody joins the staff, on one page; somebody leaves, and what is theirs is handed on."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office.core.http import get_or_post
from office.models import ClaimKind, Professional
from office.setup.forms_members import LeavingForm, NewMemberForm
from office.setup.leaving import Held, close_member, held_by, links_of
from office.setup.members import add_member
from office.setup.views_users import FLASH
from office.sign_in.reauthentication import recent_proof_required
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import FormPage, form_page, plain, posted

# Where it is handed on before the account is closed; what is booked becomes the secretary's.
_BOOKED = ("", gettext_lazy("The secretary finds somebody, or another time"))
_PLACES = {
    ClaimKind.WALK_IN: ("queue:days", gettext_lazy("Find somebody for these days")),
    ClaimKind.EVENING: ("evening_desk:list", gettext_lazy("Find somebody for these evenings")),
}


@get_or_post
@manager
@recent_proof_required
def add(request: StaffRequest) -> HttpResponse:
    form = NewMemberForm(posted(request), instance=Professional(languages=["fi"]))
    page = FormPage(
        title=_("Somebody new"),
        lead=_(
            "Who comes to work here: the account, what they do and where, and their first hours at once."
        ),
        back=reverse("office:people"),
        back_name=_("Professionals"),
        done=_("%(name)s was added.") % {"name": form.data.get("name", "")},
        button=_("Add"),
    )

    def save() -> None:
        add_member(
            form.instance,
            services=form.cleaned_data["services"],
            service_points=form.cleaned_data["service_points"],
            user=form.user,
            weekdays=form.cleaned_data["weekdays"],
            hours=form.hours,
            by=request.user,
        )
        if form.user is not None:
            request.session[FLASH] = form.user.pk

    response = form_page(request, page, form, plain(save))
    if request.session.get(FLASH) and response.status_code == 302:
        return redirect("office:password_link")
    return response


@get_or_post
@manager
@recent_proof_required
def leaving(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what is still theirs and who takes it over; then close the account."""
    in_use = Professional.objects.in_use().select_related("user")
    person: Professional = get_object_or_404(in_use, pk=pk)
    links = links_of(person)
    form = LeavingForm(posted(request), professional=person, has_links=bool(links))
    page = FormPage(
        title=_("Somebody leaves"),
        about=person.name,
        lead=_(
            "They are taken out of use and can no longer sign in. Hours and history stay, nothing is "
            "deleted. To keep them until a day, end their hours on it first, and come back then."
        ),
        back=reverse("office:people"),
        back_name=_("Professionals"),
        done=_("%(name)s does not work here any more.") % {"name": person.name},
        button=_("Close the account") if person.user else _("Take out of use"),
        danger=True,
        others=[(reverse("office:hours_of", args=[person.pk]), "clock", _("Hours"))],
        below=render_to_string(
            "office/setup/_held.html", {"held": _by_kind(held_by(person)), "links": links}
        ),
    )
    return form_page(
        request,
        page,
        form,
        lambda seen: close_member(
            person, links_to=form.cleaned_data.get("links_to"), by=request.user, seen=seen
        ),
    )


def _by_kind(held: list[Held]) -> list[dict[str, object]]:
    """Group what lies ahead by kind, with the page on which it is handed on."""
    found = []
    for kind in ClaimKind:
        rows = [row for row in held if row.kind == kind]
        if rows:
            name, words = _PLACES.get(
                kind, ("", gettext_lazy("The secretary finds somebody, or another time"))
            )
            found.append(
                {
                    "label": kind.label,
                    "rows": rows,
                    "url": reverse(name) if name else "",
                    "words": words,
                }
            )
    return found
