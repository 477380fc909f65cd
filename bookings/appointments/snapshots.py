"""Snapshots of an appointment as plain data, and restoring one.

A snapshot has every column of every row that an undoable action may touch, but those named in LEFT_OUT: a
new column is in it without anybody thinking of it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet

from bookings.hooks import PARTY_IS_NEEDED
from bookings.models import (
    Appointment,
    AppointmentEvent,
    AppointmentProfessional,
    CallBack,
    EarlierAsk,
    EarlierWish,
    InterpreterOrder,
    JointSearch,
    MoveRequest,
    PairInvitation,
    Party,
    TimeOffer,
    VisitOutcome,
)
from bookings.models.asks import ProposedTime
from bookings.parties import conflicts
from bookings.parties.records import blank_party
from office.calendar.occupancy import HoursChangedError, discard, lock
from office.calendar.occupancy import put_back as take_again
from office.core import clock, own_codes
from office.core.snapshots import Snapshot, capture, encode, restore
from office.messaging import outbox
from office.models import Absence, Claim, Resource, RoomClosure

# The further matters of the visit, by id.
ALSO = "also"

# How a party is reached and what they need: in the snapshot of what changes just that, and no other.
CONTACTS = ("name", "phone", "email", "needs", "access", "interpreter", "interpreter_words")

# What goes on growing, what is restored with its claim, what no undoable action touches; and words and
# contacts of people, which are not to lie in one more place.
LEFT_OUT: dict[type[Model], frozenset[str]] = {
    Appointment: frozenset(
        {"id", "claim_id", "version", "updated_at", "preferred", "secretary_note"}
    ),
    AppointmentProfessional: frozenset({"id", "appointment_id"}),
    Claim: frozenset({"id"}),
    MoveRequest: frozenset({"id", "appointment_id", "party_id", "claim_id"}),
    TimeOffer: frozenset({"id", "appointment_id", "claim_id"}),
    PairInvitation: frozenset({"id", "appointment_id", "link_nonce", "link_hash", "could_come"}),
    Party: frozenset({"id", "appointment_id", "message", *CONTACTS}),
    CallBack: frozenset(
        {"id", "claim_id", "version", "updated_at", "name", "phone", "email", "made_from"}
    ),
    EarlierWish: frozenset({"id", "appointment_id", "party_id"}),
    EarlierAsk: frozenset({"id", "offer_id", "party_id"}),
    InterpreterOrder: frozenset({"id", "appointment_id"}),
    JointSearch: frozenset({"id", "appointment_id"}),
}


def snapshot(appointment: Appointment, *, with_contacts: bool = False) -> Snapshot:
    """Capture all that an undoable action may touch. Call with the appointment locked.

    `with_contacts`: the parties' contacts and needs, too, where these are what it changes.
    """
    contacts = {"contacts": _contacts(appointment)} if with_contacts else {}
    return {
        **contacts,
        **_columns(appointment),
        ALSO: sorted(appointment.also.values_list("pk", flat=True)),
        "claim": _claim(appointment.claim),
        "staff": [_columns(member) for member in appointment.staff.order_by("pk")],
        "parties": [_row(party) for party in appointment.parties.order_by("pk")],
        "pairs": [_row(invitation) for invitation in _invitations(appointment)],
        "interpreters": [_row(o) for o in appointment.interpreter_orders.order_by("pk")],
        "moves": [
            {**_row(move), "claim": _claim(move.claim)}
            for move in appointment.move_requests.filter(
                outcome=MoveRequest.Outcome.OPEN
            ).select_related("claim")
        ],
        "offers": [
            {**_row(offer), "claim": _claim(offer.claim)}
            for offer in appointment.time_offers.filter(closed_at=None).select_related("claim")
        ],
        "searches": [
            _row(search)
            for search in JointSearch.objects.going_on().filter(appointment=appointment)
        ],
        "wishes": [_row(wish) for wish in EarlierWish.objects.filter(appointment=appointment)],
        "asks": [
            _row(ask)
            for ask in EarlierAsk.objects.filter(
                offer__appointment=appointment, offer__closed_at=None
            )
        ],
        # The row itself: an outcome is never changed, only replaced.
        "outcome": VisitOutcome.objects.key_of(appointment.pk),
    }


def snapshot_call(call: CallBack) -> Snapshot:
    """Capture a call-back in the same way. Call with it locked."""
    return {**_columns(call), "claim": _claim(call.claim)}


def put_back_call(call: CallBack, former: Snapshot) -> None:
    """Restore a call-back as it was, and save it. Raises TimeTakenError or HoursChangedError."""
    _lock_all([call.claim], [former["claim"]])
    person = conflicts.PersonIdentifiers.of(call.name, str(call.phone), call.email)
    if former["professional_id"] in conflicts.barred_with([person]):
        raise conflicts.BarredError
    old, call.claim = call.claim, _made_again(former["claim"])
    _restore(call, former)
    call.save()
    if old is not None:
        discard(old)
    _take(call.claim, former["claim"])


class PartyNeededError(Exception):
    """Something was done for a party since, which would be lost with them."""


def put_back(appointment: Appointment, former: Snapshot) -> None:
    """Restore the appointment as it was. It is not saved: record() does that.

    Raises TimeTakenError or HoursChangedError where the former time is no longer to be had, and
    PartyNeededError.
    """
    former = _of_this_version(former)
    proposals = list(_proposals(appointment, former))
    open_now = [
        *appointment.move_requests.filter(outcome=MoveRequest.Outcome.OPEN),
        *appointment.time_offers.filter(closed_at=None),
    ]
    claims = [appointment.claim, *(p.claim for p in open_now)]
    _lock_all(claims, [former["claim"], *(saved["claim"] for _, saved in proposals)])

    old, appointment.claim = appointment.claim, _made_again(former["claim"])
    columns = _restore(appointment, former)
    # In one statement, since the database asks that who has an agreed time owns it.
    Appointment.objects.filter(pk=appointment.pk).update(claim=appointment.claim, **columns)
    # One that was taken before visits had further matters has none.
    appointment.also.set(former.get(ALSO, ()))
    if old is not None:
        discard(old)
    before = {(type(p), p.pk) for p, _ in proposals}
    for proposal in open_now:
        if (type(proposal), proposal.pk) not in before:
            _close(proposal)
    _take(appointment.claim, former["claim"])
    for proposal, saved in proposals:
        _open(proposal, saved)

    conflicts.refuse_barred(appointment, [saved["professional_id"] for saved in former["staff"]])
    appointment.staff.all().delete()
    for saved in former["staff"]:
        member = AppointmentProfessional(appointment=appointment)
        _restore(member, saved)
        member.save()
    _put_back_invitations(appointment, former["pairs"])
    _put_back_interpreters(appointment, former.get("interpreters"))
    for saved in former["parties"]:
        _put_back_party(appointment, saved)
    for saved in former.get("contacts", ()):
        Party.objects.filter(pk=saved["pk"]).update(**{name: saved[name] for name in CONTACTS})
    # Of whoever was added since nobody has been notified.
    _take_out(appointment.parties.exclude(pk__in=[saved["pk"] for saved in former["parties"]]))
    _put_back_earlier(former)
    if "outcome" in former:
        VisitOutcome.objects.put_back(appointment.pk, former["outcome"])
    _put_back_searches(appointment, former.get("searches", ()))


def _take_out(parties: QuerySet[Party]) -> None:
    """Remove parties; of whom the history names one, nothing is kept but the row.

    Raises PartyNeededError where more has been done for one of them since.
    """
    ids = list(parties.values_list("pk", flat=True))
    if ids and any(is_needed(ids) for is_needed in PARTY_IS_NEEDED):
        raise PartyNeededError
    named = Exists(AppointmentEvent.objects.filter(party=OuterRef("pk")))
    for party in parties.filter(named):
        blank_party(party)
        Party.objects.filter(pk=party.pk, left_at=None).update(left_at=clock.now())
    parties.exclude(named).delete()


def _contacts(appointment: Appointment) -> list[dict[str, Any]]:
    rows = appointment.parties.order_by("pk")
    return [
        {"pk": party.pk, **{name: encode(getattr(party, name)) for name in CONTACTS}}
        for party in rows
    ]


def _put_back_earlier(former: Snapshot) -> None:
    """Restore the wishes for an earlier time, and what was answered to the one that was offered."""
    for model, key in ((EarlierWish, "wishes"), (EarlierAsk, "asks")):
        for saved in former.get(key, ()):
            row = model.objects.filter(pk=saved["pk"]).first()
            if row is not None:
                row.save(update_fields=list(_restore(row, saved)))


def _put_back_searches(appointment: Appointment, former: Iterable[dict[str, Any]]) -> None:
    """Restore the search for a joint time; delete one that began since, of which nobody has heard."""
    known = {saved["pk"]: saved for saved in former}
    JointSearch.objects.going_on().filter(appointment=appointment).exclude(pk__in=known).delete()
    for search in JointSearch.objects.filter(pk__in=known):
        search.save(update_fields=list(_restore(search, known[search.pk])))


def _columns(row: Model) -> dict[str, Any]:
    return capture(row, LEFT_OUT[type(row)])


def _row(row: Model) -> dict[str, Any]:
    return {"pk": row.pk, **_columns(row)}


def _restore(row: Model, saved: Mapping[str, Any]) -> dict[str, Any]:
    return restore(row, saved, LEFT_OUT[type(row)])


def _of_this_version(former: Snapshot) -> Snapshot:
    """Convert a snapshot that was taken before all columns were in it."""
    if "service_id" in former:
        return former
    party = ("pk", "answer", "answered_at", "link_nonce", "link_hash")
    open_again = {"closed_at": None}
    return {
        **former,
        "staff": [{"professional_id": who, "is_lead": is_lead} for who, is_lead in former["staff"]],
        "parties": [
            {**dict(zip(party, row, strict=True)), "code_hash": own_codes.hash_of(row[3])}
            for row in former["parties"]
        ],
        "moves": [{**open_again, "outcome": "open", **saved} for saved in former["moves"]],
        "offers": [{**open_again, **saved} for saved in former["offers"]],
    }


def _put_back_party(appointment: Appointment, saved: Mapping[str, Any]) -> None:
    """Restore a party; their former link opens their page again, also from messages on their way."""
    party = Party.objects.filter(pk=saved["pk"]).first()
    if party is None:
        return
    if party.link_nonce != saved["link_nonce"]:
        outbox.change_link(
            about=appointment.reference, nonce=party.link_nonce, to=saved["link_nonce"]
        )
    party.save(update_fields=list(_restore(party, saved)))


def _proposals(
    appointment: Appointment, former: Snapshot
) -> Iterable[tuple[MoveRequest | TimeOffer, dict[str, Any]]]:
    """Yield the proposals that were open then, each with its saved columns."""
    moves = {saved["pk"]: saved for saved in former["moves"]}
    for move in appointment.move_requests.filter(pk__in=moves).select_related("claim"):
        yield move, moves[move.pk]
    offers = {saved["pk"]: saved for saved in former["offers"]}
    for offer in appointment.time_offers.filter(pk__in=offers).select_related("claim"):
        yield offer, offers[offer.pk]


def _open(proposal: MoveRequest | TimeOffer, saved: dict[str, Any]) -> None:
    """Reopen a proposal with the time that it kept."""
    old, now = proposal.claim, (proposal.starts_at, proposal.ends_at)
    _restore(proposal, saved)
    if old is not None and (proposal.starts_at, proposal.ends_at) == now:
        # It was left as it is.
        return
    proposal.claim = _made_again(saved["claim"])
    proposal.save()
    if old is not None:
        discard(old)
    _take(proposal.claim, saved["claim"])


def _close(proposal: ProposedTime) -> None:
    claim, proposal.claim = proposal.claim, None
    proposal.delete()
    if claim is not None:
        discard(claim)


def _invitations(appointment: Appointment) -> list[PairInvitation]:
    return list(PairInvitation.objects.filter(appointment=appointment).order_by("pk"))


def _put_back_invitations(appointment: Appointment, former: Iterable[dict[str, Any]]) -> None:
    """Restore invitations; delete those made since, of which nobody has been notified."""
    known = {saved["pk"]: saved for saved in former}
    for row in _invitations(appointment):
        if row.pk in known:
            _restore(row, known[row.pk])
            row.save()
        else:
            row.delete()


def _put_back_interpreters(
    appointment: Appointment, former: Iterable[dict[str, Any]] | None
) -> None:
    """Restore the orders of interpreters, and delete those made since."""
    if former is None:
        # Taken by an earlier version, in which there were none.
        return
    known = {saved["pk"]: saved for saved in former}
    for row in appointment.interpreter_orders.all():
        if row.pk in known:
            _restore(row, known[row.pk])
            row.save()
        else:
            row.delete()


def _claim(claim: Claim | None) -> dict[str, Any] | None:
    if claim is None:
        return None
    rows = list(claim.occupancies.order_by("pk").values_list("resource_id", "during"))
    resources = {resource for resource, _during in rows}
    filling, shut = Absence.objects.none(), RoomClosure.objects.none()
    for resource, during in rows:
        filling = filling | Absence.objects.filter(professional=resource, during__overlap=during)
        shut = shut | RoomClosure.objects.filter(room=resource, during__overlap=during)
    return {
        **_columns(claim),
        "busy": [(r, encode(d.lower), encode(d.upper)) for r, d in rows],
        "revisions": list(
            Resource.objects.filter(pk__in=resources).order_by("pk").values_list("pk", "revision")
        ),
        "absences": sorted(filling.values_list("pk", flat=True)),
        "room_closures": sorted(shut.values_list("pk", flat=True)),
    }


def _made_again(saved: dict[str, Any] | None) -> Claim | None:
    if saved is None:
        return None
    claim = Claim()
    _restore(claim, saved)
    claim.save()
    return claim


def _take(claim: Claim | None, saved: dict[str, Any] | None) -> None:
    if claim is not None and saved is not None:
        busy = [(r, _moment(start), _moment(end)) for r, start, end in saved["busy"]]
        shut = saved.get("room_closures", ())
        take_again(claim, busy, absences=saved["absences"], room_closures=shut)


def _lock_all(claims: Iterable[Claim | None], saved: Iterable[dict[str, Any] | None]) -> None:
    """Lock every resource that is touched, and check that its hours are what they were."""
    known: dict[int, int] = {}
    for one in saved:
        if one is not None:
            known.update((resource, revision) for resource, revision in one["revisions"])
    touched = set(known)
    for claim in claims:
        if claim is not None:
            touched.update(claim.occupancies.values_list("resource_id", flat=True))
    current = lock(touched)
    if any(current.get(resource) != revision for resource, revision in known.items()):
        raise HoursChangedError


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
