"""How a member of staff signs in, as the manager sees it; and how soon screens lock."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from office.core.http import get_or_post
from office.models import User
from office.sign_in import (
    account_changes,
    screen_lock,
    second_factor,
)
from office.sign_in import (
    sessions as staff_sessions,
)
from office.sign_in.accounts import end_user_sessions, reset_second_factor
from office.sign_in.lock_forms import LockTimesForm
from office.sign_in.reauthentication import recent_proof_required
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import FormPage, form_page, plain, posted


@require_safe
@manager
def one(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the user's second step and sessions."""
    member = get_object_or_404(User, pk=pk)
    context = {
        "member": member,
        "factors": second_factor.factors_of([member])[member.pk],
        "rows": staff_sessions.open_sessions(member),
    }
    return render(request, "office/setup/user_access.html", context)


@get_or_post
@manager
@recent_proof_required
def reset(request: StaffRequest, pk: int) -> HttpResponse:
    """Take away the second step, as after a lost phone."""
    member = get_object_or_404(User, pk=pk)
    page = _confirmation(
        member,
        title=_("Reset the second step?"),
        lead=_(
            "All passkeys, the app and the recovery codes stop working, and the user is signed out "
            "everywhere. Be sure that it is this person who asks: call them back or meet them."
        ),
        done=_("The second step was reset. The user sets up a new one at the next sign-in."),
        button=_("Reset the second step"),
    )
    save = plain(lambda: reset_second_factor(member, by=request.user))
    return form_page(request, page, OfficeForm(posted(request)), save)


@get_or_post
@manager
@recent_proof_required
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign the user out everywhere."""
    member = get_object_or_404(User, pk=pk)
    page = _confirmation(
        member,
        title=_("End all sessions of this user?"),
        lead=_(
            "The user is signed out everywhere at once. What is half written there is lost, and a "
            "link for setting a password that was handed over stops working."
        ),
        done=_("The sessions were ended."),
        button=_("End the sessions"),
    )
    save = plain(lambda: end_user_sessions(member, by=request.user))
    return form_page(request, page, OfficeForm(posted(request)), save)


def _confirmation(member: User, **texts: Any) -> FormPage:
    """Return a page that asks before something is taken from a user."""
    return FormPage(
        **texts,
        about=member.get_full_name() or member.username,
        back=reverse("office:user_access", args=[member.pk]),
        back_name=_("Sign-in"),
        danger=True,
    )


@get_or_post
@manager
def locks(request: StaffRequest) -> HttpResponse:
    """Set after how long an idle screen locks, by role."""
    form = LockTimesForm(posted(request), initial=screen_lock.lock_times())
    page = FormPage(
        title=_("Locking of screens"),
        lead=_(
            "A screen that nobody uses is covered; its user unlocks it and goes on where they were. Of "
            "several roles the shortest time counts. A change holds from the next sign-in."
        ),
        back=reverse("office:users"),
        back_name=_("Users"),
        done=_("The times were saved."),
    )
    return form_page(
        request, page, form, plain(lambda: screen_lock.save_lock_times(form.minutes()))
    )


@require_POST
@manager
def changes_seen(request: StaffRequest) -> HttpResponse:
    """Note that changes of accounts by other managers were seen, up to the last that was shown."""
    up_to = request.POST.get("up_to", "")
    if up_to.isdecimal() and len(up_to) <= 18:
        account_changes.mark_seen(request.user, up_to=int(up_to))
    return redirect("office:overview")
