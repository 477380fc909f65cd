"""The staff's accounts. Nobody signs up: the manager makes them and hands over a link."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from office.core.http import get_or_post
from office.models import Role, User
from office.setup.forms_people import NewUserForm, UserForm
from office.sign_in import second_factor
from office.sign_in.accounts import note_password_link, password_link_path, save_user, switch_user
from office.sign_in.reauthentication import recent_proof_required
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import FormPage, form_page, plain, posted

# The user whose link for setting a password is shown on the next page, and only there.
FLASH = "office_password_link"


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    names = dict(Role.choices)
    users = User.objects.select_related("professional", "provider_account").order_by(
        "-is_active", "username"
    )
    factors = second_factor.factors_of(users)
    rows = [
        (user, [names[role] for role in Role.values if role in user.roles], factors[user.pk])
        for user in users
    ]
    return render(request, "office/setup/users.html", {"rows": rows})


@get_or_post
@manager
@recent_proof_required
def add(request: StaffRequest) -> HttpResponse:
    form = NewUserForm(posted(request), initial={"language": "fi"})
    page = FormPage(
        title=_("Add a user"),
        lead=_(
            "Leave the password empty to get a link with which the user sets their own: hand it over "
            "safely. Or write a first password here."
        ),
        back=reverse("office:users"),
        back_name=_("Users"),
        done=_("The user was added."),
        button=_("Add the user"),
    )

    def save() -> None:
        password = form.cleaned_data["password"]
        save_user(form.instance, password=password, by=request.user)
        if not password:
            note_password_link(form.instance, by=request.user)
            request.session[FLASH] = form.instance.pk

    response = form_page(request, page, form, plain(save))
    if request.session.get(FLASH) and response.status_code == 302:
        return redirect("office:password_link")
    return response


@get_or_post
@manager
@recent_proof_required
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = UserForm(posted(request), instance=user)
    page = FormPage(
        title=_("Change a user"),
        about=user.get_full_name() or user.username,
        back=reverse("office:users"),
        back_name=_("Users"),
        done=_("The user was saved."),
    )

    return form_page(request, page, form, plain(lambda: save_user(form.instance, by=request.user)))


@get_or_post
@manager
@recent_proof_required
def switch(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the user sign in, or no longer."""
    user = get_object_or_404(User, pk=pk)
    on = not user.is_active
    page = FormPage(
        title=_("Let this user sign in again?") if on else _("Close this user's account?"),
        about=user.get_full_name() or user.username,
        lead=""
        if on
        else _("The user is signed out at once and cannot sign in. What they did stays on record."),
        back=reverse("office:users"),
        back_name=_("Users"),
        done=_("The user can sign in again.") if on else _("The account is closed."),
        button=_("Let sign in") if on else _("Close the account"),
        danger=not on,
    )
    form = OfficeForm(posted(request))
    return form_page(request, page, form, plain(lambda: switch_user(user, on=on, by=request.user)))


@require_POST
@manager
@recent_proof_required
def new_link(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a link with which the user sets a password, to be shown once."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    note_password_link(user, by=request.user)
    request.session[FLASH] = user.pk
    return redirect("office:password_link")


@require_GET
@manager
def password_link(request: StaffRequest) -> HttpResponse:
    """Show the link that was just made. Reloading the page no longer shows it."""
    user = User.objects.filter(pk=request.session.pop(FLASH, None), is_active=True).first()
    if user is None:
        messages.info(request, _("The link was shown already. You can make a new one here."))
        return redirect("office:users")
    path = password_link_path(user)
    return render(
        request,
        "office/setup/password_link.html",
        {
            "member": user,
            "link": request.build_absolute_uri(path),
            "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
        },
    )
