"""The page of who has signed up, by its link: what holds, and all that they may change themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.public.drafts import address_hash
from bookings.public.secret_links import is_long_over, opened_by
from evenings.afterwards.feedback import may_answer
from evenings.models import LINK, Evening, SignUp
from evenings.notifications.messages import calendar_of
from evenings.places.private_words import hash_word
from evenings.places.room import ChangedError, ClosedError, NoPlaceError
from evenings.public_pages.forms import MoveForm, OwnWordForm, PeopleForm
from evenings.public_pages.own_presenter import own_page
from evenings.public_pages.presenters import EveningRow, evening_row, when_of
from evenings.sign_ups import actions
from office.core import clock, qr, tokens
from office.core.http import get_or_post
from office.staff.rate_limits import TooManyTriesError


def _by_token(token: str) -> SignUp | None:
    """Find the sign-up of the link, as long as the own page of its evening is open."""
    found = (
        SignUp.objects.filter(link_hash__in=tokens.hashes_of(token))
        .select_related("evening__kind", "evening__service_point")
        .first()
    )
    return None if found is None or is_long_over(found.evening.ends_at) else found


personal = opened_by(_by_token, lambda sign_up: str(sign_up.language))


@require_safe
@personal
def short(_request: HttpRequest, sign_up: SignUp) -> HttpResponse:
    """Redirect from the address in messages, which is short enough for one text message."""
    return redirect(actions.own_path(sign_up))


@require_safe
@personal
def page(request: HttpRequest, sign_up: SignUp) -> HttpResponse:
    """Show how it stands. Reading changes nothing: mail scanners open links."""
    link = request.build_absolute_uri(actions.own_path(sign_up))
    return render(
        request,
        "evenings/public_pages/own.html",
        {
            "sign_up": sign_up,
            "own": own_page(sign_up, clock.now()),
            "row": evening_row(sign_up.evening, clock.now()),
            "token": token_of(sign_up),
            "link": link,
            "qr": qr.code(link),
            "may_give_feedback": may_answer(sign_up),
        },
    )


@require_safe
@personal
def calendar(_request: HttpRequest, sign_up: SignUp) -> HttpResponse:
    """Return a file with the evening, for a calendar of one's own."""
    if not sign_up.has_place:
        return redirect(actions.own_path(sign_up))
    response = HttpResponse(calendar_of(sign_up), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response


@require_POST
@personal
def answer(request: HttpRequest, sign_up: SignUp) -> HttpResponse:
    """Take the offered place, or leave it to the next one."""
    try:
        if request.POST.get("answer") == "take":
            actions.take_offered(sign_up.pk)
        elif request.POST.get("answer") == "leave":
            actions.decline_offered(sign_up.pk)
    except ChangedError:
        _say_changed(request)
    return redirect(actions.own_path(sign_up))


@get_or_post
@personal
def cancel(request: HttpRequest, sign_up: SignUp) -> HttpResponse:
    if request.method == "POST":
        try:
            actions.cancel(sign_up.pk)
        except ChangedError:
            _say_changed(request)
        return redirect(actions.own_path(sign_up))
    if not own_page(sign_up, clock.now()).may_cancel:
        return redirect(actions.own_path(sign_up))
    context = {"sign_up": sign_up, "token": token_of(sign_up), "when": when_of(sign_up.evening)}
    return render(request, "evenings/public_pages/cancel.html", context)


@get_or_post
@personal
def people(request: HttpRequest, sign_up: SignUp) -> HttpResponse:
    """Come with more or fewer."""
    if not own_page(sign_up, clock.now()).may_change:
        return redirect(actions.own_path(sign_up))
    is_sent = request.method == "POST"
    form = PeopleForm(
        request.POST if is_sent else None,
        initial={"people": sign_up.people},
        capacity=sign_up.evening.capacity,
    )
    if is_sent and form.is_valid():
        try:
            actions.change_people(sign_up.pk, form.cleaned_data["people"])
        except NoPlaceError:
            form.add_error(
                "people", _("There are not that many places for you. Yours stay as they are.")
            )
        except (ChangedError, ClosedError):
            _say_changed(request)
            return redirect(actions.own_path(sign_up))
        else:
            messages.success(request, _("The number of people has been changed."))
            return redirect(actions.own_path(sign_up))
    context = {"sign_up": sign_up, "token": token_of(sign_up), "form": form}
    status = 422 if form.errors else 200
    return render(request, "evenings/public_pages/people.html", context, status=status)


@get_or_post
@personal
def move(request: HttpRequest, sign_up: SignUp) -> HttpResponse:
    """Go to another evening instead. Without a place there, the present one stays."""
    if not own_page(sign_up, clock.now()).may_change:
        return redirect(actions.own_path(sign_up))
    choices = _other_evenings(sign_up)
    is_sent = request.method == "POST"
    form = MoveForm(request.POST if is_sent else None, evenings=choices)
    if is_sent and form.is_valid():
        try:
            if sign_up.word_hash:
                actions.count_word(address_hash(request), sign_up.word_hash)
            actions.move(sign_up.pk, form.cleaned_data["evening"])
        except NoPlaceError:
            form.add_error(
                "evening", _("No place at that evening can be given to you. Yours stays as it is.")
            )
        except TooManyTriesError:
            form.add_error(None, _too_many_tries())
        except (ChangedError, ClosedError):
            _say_changed(request)
            return redirect(actions.own_path(sign_up))
        else:
            messages.success(request, _("You have been moved to this evening."))
            return redirect(actions.own_path(sign_up))
    context = {
        "sign_up": sign_up,
        "token": token_of(sign_up),
        "form": form,
        "has_others": bool(choices),
    }
    status = 422 if form.errors else 200
    return render(request, "evenings/public_pages/move.html", context, status=status)


@get_or_post
@personal
def word(request: HttpRequest, sign_up: SignUp) -> HttpResponse:
    """Use a private word after having signed up. The answer is the same whatever the reason."""
    if not own_page(sign_up, clock.now()).may_change:
        return redirect(actions.own_path(sign_up))
    own = _choice_of(evening_row(sign_up.evening, clock.now()))
    others = _other_evenings(sign_up)
    is_sent = request.method == "POST"
    form = OwnWordForm(request.POST if is_sent else None, own=own, others=others)
    if is_sent and form.is_valid():
        word_hash, evening = hash_word(form.cleaned_data["word"]), form.cleaned_data["evening"]
        try:
            actions.count_word(address_hash(request), word_hash)
            if evening == sign_up.evening_id:
                actions.use_word(sign_up.pk, word_hash)
            else:
                actions.move(sign_up.pk, evening, word_hash=word_hash)
        except NoPlaceError:
            form.add_error("evening", _no_place_with_word())
        except TooManyTriesError:
            form.add_error(None, _too_many_tries())
        except (ChangedError, ClosedError):
            _say_changed(request)
            return redirect(actions.own_path(sign_up))
        else:
            messages.success(request, _("The private word is used from now on."))
            return redirect(actions.own_path(sign_up))
    context = {"sign_up": sign_up, "token": token_of(sign_up), "form": form}
    status = 422 if form.errors else 200
    return render(request, "evenings/public_pages/word.html", context, status=status)


def _other_evenings(sign_up: SignUp) -> list[tuple[int, str]]:
    """Return the evenings to which one can move, as choices."""
    now = clock.now()
    others = Evening.objects.open_to_sign_up(now).exclude(pk=sign_up.evening_id).upcoming(now)
    return [_choice_of(evening_row(one, now)) for one in others.for_list()]


def _choice_of(row: EveningRow) -> tuple[int, str]:
    return row.evening.pk, f"{row.when} · {row.title} · {row.where}"


def _no_place_with_word() -> str:
    return _(
        "With this word no place at that evening can be given to you: it may be full, or closed to the "
        "word by lot. We never say why, so an answer tells nothing of anybody else. Your sign-up stays "
        "as it was, and this word is not used. Choose another evening for it."
    )


def _too_many_tries() -> str:
    return _("There have been too many tries from here. Try again later, or call us.")


def token_of(sign_up: SignUp) -> str:
    return tokens.link_token(LINK, sign_up.link_nonce)


def _say_changed(request: HttpRequest) -> None:
    messages.warning(
        request,
        _("This could not be done, because something has changed. Below you see how it is now."),
    )
