"""Pages around signing in that need no sign-in themselves."""

from allauth.account import views
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from office.models import User


@require_safe
def no_sign_up(request: HttpRequest) -> HttpResponse:
    """Say that the manager makes the accounts."""
    return render(request, "account/signup_closed.html")


@require_safe
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Say that the manager hands over a link: a form here would write to strangers."""
    return render(request, "account/forgotten_password.html")


def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; whoever signs in elsewhere has none to change."""
    if isinstance(request.user, User) and not request.user.has_usable_password():
        raise Http404
    answer: HttpResponse = views.password_change(request)
    return answer
