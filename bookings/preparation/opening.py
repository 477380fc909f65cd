"""Papers as a professional has them open at the visit, by six digits that the parent reads out.

Only on the day of the visit, only by who meets the parties of it, and until the visit is over.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from bookings.lifecycle.party_access import note_access_of
from bookings.models import Appointment, Preparation, PreparationCode, PreparationOpening, Status
from bookings.preparation import sealed
from bookings.preparation.sealed import Content, Papers, PapersNotFoundError
from office.calendar.occupancy import retrying
from office.core import clock, sealing, spoken_codes
from office.models import AccessAction, AccessReason, Unit, User
from office.staff.rate_limits import count_try

CODE_LASTS = timedelta(minutes=10)
TRIES_AN_HOUR = 20
_CODE = "papers code"
_OPENING = "papers opening"


class OpeningCodeError(Exception):
    """The code is mistyped, used, expired, or of another visit. Which is not disclosed."""


class NotTheDayError(Exception):
    """The visit is not today, or is over."""


def is_the_day(appointment: Appointment) -> bool:
    """Say whether papers may be opened: on the day of the visit, until it is over."""
    at = appointment.starts_at
    is_today = at is not None and clock.local(at).date() == clock.today()
    return is_today and appointment.status in Status.agreed()


@retrying
def give_code(papers: Papers) -> tuple[str, datetime]:
    """Return six digits that open the papers at the visit, and when they expire.

    An earlier code becomes invalid. Raises NotTheDayError, PapersNotFoundError.
    """
    if not is_the_day(papers.appointment):
        raise NotTheDayError
    # Two requests at once make codes one after the other: the one shown last is valid.
    found = sealed.locked(papers.preparation.pk)
    key = sealed.data_key(found, papers.keys)
    now = clock.now()
    PreparationCode.objects.filter(preparation=found).delete()
    codes = PreparationCode.objects.all()
    code, hashed = spoken_codes.new_free_code(codes, "code_hash", purpose=_CODE)
    salt = spoken_codes.new_salt()
    code_key = spoken_codes.code_key(code, salt, purpose=_CODE)
    made = PreparationCode.objects.create(
        preparation=found,
        code_hash=hashed,
        salt=salt,
        wrapped=sealing.seal(code_key, key, place=_code_place(found)),
        expires_at=now + CODE_LASTS,
    )
    return code, made.expires_at


def use_code(code: str, appointment: Appointment, user: User, token: str) -> None:
    """Open the papers for `user`, whose browser keeps `token`. The code works for its own visit alone.

    Raises OpeningCodeError, NotTheDayError, TooManyTriesError after many wrong ones.
    """
    if not is_the_day(appointment):
        raise NotTheDayError
    count_try(_CODE, str(user.pk), limit=TRIES_AN_HOUR, every=timedelta(hours=1))
    _use(spoken_codes.digits_of(code), appointment, user, token)


@retrying
def _use(digits: str, appointment: Appointment, user: User, token: str) -> None:
    now = clock.now()
    waiting = PreparationCode.objects.filter(
        code_hash=spoken_codes.code_hash(digits, purpose=_CODE),
        expires_at__gt=now,
        preparation__party__appointment=appointment.pk,
    )
    preparation_id = waiting.values_list("preparation_id", flat=True).first()
    # Lock the papers before the code, as close_papers() does.
    if preparation_id is None:
        raise OpeningCodeError
    try:
        preparation = sealed.locked(preparation_id)
    except PapersNotFoundError:
        raise OpeningCodeError from None
    found = waiting.select_for_update(of=("self",)).first()
    if found is None:
        raise OpeningCodeError
    code_key = spoken_codes.code_key(digits, bytes(found.salt), purpose=_CODE)
    key = sealing.unseal(code_key, bytes(found.wrapped), place=_code_place(preparation))
    keys = sealing.derive_keys(token, purpose=_OPENING)
    PreparationOpening.objects.filter(preparation=preparation).delete()
    PreparationOpening.objects.create(
        preparation=preparation,
        user=user,
        lookup=keys.lookup,
        wrapped=sealing.wrap(key, keys.public, purpose=_OPENING, place=_opening_place(preparation)),
        expires_at=now + timedelta(minutes=Unit.get().guide_meeting_minutes),
    )
    found.delete()
    _note(preparation, user)


def opened_for(token: str, appointment: Appointment, user: User) -> PreparationOpening | None:
    """Return what this browser has open of the visit for `user`, while the visit lasts."""
    if not token or not is_the_day(appointment):
        return None
    try:
        keys = sealing.derive_keys(token, purpose=_OPENING)
    except sealing.BadTokenError:
        return None
    return (
        PreparationOpening.objects.filter(
            lookup=keys.lookup,
            user=user,
            expires_at__gt=clock.now(),
            preparation__party__appointment=appointment.pk,
        )
        .select_related("preparation__party__appointment")
        .first()
    )


def _note(preparation: Preparation, user: User, action: AccessAction = AccessAction.READ) -> None:
    """Log it for the papers' parent: the other parent's extract does not tell that they were opened."""
    note_access_of(preparation.party, user, action=action, reason=AccessReason.PAPERS)


def note_printed(opening: PreparationOpening) -> None:
    _note(opening.preparation, opening.user, AccessAction.PRINT)


def read_opened(opening: PreparationOpening, token: str) -> Content:
    """Read what is open, and log it. Raises SealBrokenError where it was closed meanwhile."""
    content = sealed.unseal(opening.preparation, _lent_key(opening, token))
    _note(opening.preparation, opening.user)
    return content


def opening_of(papers: Papers) -> PreparationOpening | None:
    """Return who has the parent's papers open now."""
    if not is_the_day(papers.appointment):
        return None
    found = PreparationOpening.objects.filter(preparation=papers.preparation)
    return found.filter(expires_at__gt=clock.now()).first()


def waiting_code(papers: Papers) -> PreparationCode | None:
    """Return the parent's unused code."""
    found = PreparationCode.objects.filter(preparation=papers.preparation)
    return found.filter(expires_at__gt=clock.now()).first()


@retrying
def end_opening(papers: Papers) -> None:
    """Close the papers for the parent, and take an unused code back. Raises PapersNotFoundError."""
    found = sealed.locked(papers.preparation.pk)
    PreparationCode.objects.filter(preparation=found).delete()
    if PreparationOpening.objects.filter(preparation=found).delete()[0]:
        sealed.rekey(found, sealed.unseal(found, sealed.data_key(found, papers.keys)))


@retrying
def close_papers(opening: PreparationOpening, token: str) -> None:
    """Close the papers for the professional: the lent key no longer opens anything."""
    try:
        found = sealed.locked(opening.preparation_id)
    except PapersNotFoundError:
        return
    current = PreparationOpening.objects.filter(pk=opening.pk).first()
    # Where there is none, the parent has closed them first.
    if current is not None:
        content = sealed.unseal(found, _lent_key(current, token))
        current.delete()
        sealed.rekey(found, content)


def delete_ended() -> int:
    """Delete codes and openings whose time, or whose visit, is over; return how many."""
    over = Q(expires_at__lte=clock.now()) | ~Q(
        preparation__party__appointment__status__in=Status.agreed()
    )
    codes = PreparationCode.objects.filter(over).delete()[0]
    return codes + PreparationOpening.objects.filter(over).delete()[0]


def _lent_key(opening: PreparationOpening, token: str) -> bytes:
    keys = sealing.derive_keys(token, purpose=_OPENING)
    place = _opening_place(opening.preparation)
    return sealing.unwrap(bytes(opening.wrapped), keys, purpose=_OPENING, place=place)


def _code_place(preparation: Preparation) -> str:
    return f"code of papers {preparation.pk}"


def _opening_place(preparation: Preparation) -> str:
    return f"opening of papers {preparation.pk}"
