"""How an appointment stands, as plain data, and putting it back so."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bookings.models import (
    Appointment,
    AppointmentProfessional,
    MoveRequest,
    PairInvitation,
    Party,
    TimeOffer,
)
from bookings.models.asks import ProposedTime
from bookings.parties import conflicts
from office.calendar.occupancy import HoursChangedError, discard, lock
from office.calendar.occupancy import put_back as take_again
from office.core import own_codes
from office.messaging import outbox
from office.models import Absence, Claim, Resource

Snapshot = dict[str, Any]

FIELDS = ["status", "channel", "service_point_id", "room_id"]
MOMENTS = ["starts_at", "ends_at", "answered_at", "answer_due_at"]


def snapshot(appointment: Appointment) -> Snapshot:
    """All that changing, cancelling or moving an appointment may touch. Call with it locked."""
    return {
        **{name: getattr(appointment, name) for name in FIELDS},
        **{name: _written(getattr(appointment, name)) for name in MOMENTS},
        "claim": _claim(appointment.claim),
        "staff": list(appointment.staff.order_by("pk").values_list("professional_id", "is_lead")),
        "parties": [
            (pk, answer, _written(at), nonce, link_hash)
            for pk, answer, at, nonce, link_hash in appointment.parties.values_list(
                "pk", "answer", "answered_at", "link_nonce", "link_hash"
            )
        ],
        "pairs": [_invitation(row) for row in _invitations(appointment)],
        "moves": [
            {"pk": move.pk, "claim": _claim(move.claim)}
            for move in appointment.move_requests.filter(
                outcome=MoveRequest.Outcome.OPEN
            ).select_related("claim")
        ],
        "offers": [
            {"pk": offer.pk, "claim": _claim(offer.claim)}
            for offer in appointment.time_offers.filter(closed_at=None).select_related("claim")
        ],
    }


def put_back(appointment: Appointment, stood: Snapshot) -> None:
    """Let the appointment stand as it stood. It is not saved: record() does that.

    Raises TimeTakenError or HoursChangedError where the former time is no longer to be had.
    """
    proposals = list(_proposals(appointment, stood))
    open_now = [
        *appointment.move_requests.filter(outcome=MoveRequest.Outcome.OPEN),
        *appointment.time_offers.filter(closed_at=None),
    ]
    claims = [appointment.claim, *(p.claim for p in open_now)]
    _lock_all(claims, [stood["claim"], *(saved["claim"] for _, saved in proposals)])

    for name in FIELDS:
        setattr(appointment, name, stood[name])
    for name in MOMENTS:
        setattr(appointment, name, _read(stood[name]))
    old, appointment.claim = appointment.claim, _made_again(stood["claim"])
    # In one statement, since the database asks that who has an agreed time owns it.
    Appointment.objects.filter(pk=appointment.pk).update(
        claim=appointment.claim,
        **{name: getattr(appointment, name) for name in (*FIELDS, *MOMENTS)},
    )
    if old is not None:
        discard(old)
    before = {(type(p), p.pk) for p, _ in proposals}
    for proposal in open_now:
        if (type(proposal), proposal.pk) not in before:
            _close(proposal)
    _take(appointment.claim, stood["claim"])
    for proposal, saved in proposals:
        _open(proposal, saved["claim"])

    conflicts.refuse_barred(appointment, [who for who, _is_lead in stood["staff"]])
    appointment.staff.all().delete()
    AppointmentProfessional.objects.bulk_create(
        AppointmentProfessional(appointment=appointment, professional_id=who, is_lead=is_lead)
        for who, is_lead in stood["staff"]
    )
    _put_back_invitations(appointment, stood["pairs"])
    for pk, answer, at, nonce, link_hash in stood["parties"]:
        _put_back_link(appointment, pk, nonce, link_hash)
        Party.objects.filter(pk=pk).update(answer=answer, answered_at=_read(at))


def _put_back_link(appointment: Appointment, party_id: int, nonce: str, link_hash: str) -> None:
    """Let a party's former link open their page again, and messages on their way carry it."""
    party = Party.objects.filter(pk=party_id).exclude(link_nonce=nonce).first()
    if party is not None:
        outbox.change_link(about=appointment.reference, nonce=party.link_nonce, to=nonce)
        party.link_nonce, party.link_hash = nonce, link_hash
        party.code_hash = own_codes.hash_of(nonce)
        party.save(update_fields=["link_nonce", "link_hash", "code_hash"])


def _proposals(
    appointment: Appointment, stood: Snapshot
) -> Iterable[tuple[MoveRequest | TimeOffer, dict[str, Any]]]:
    """The wishes and offers that were open then, with what is known of their time."""
    moves = {saved["pk"]: saved for saved in stood["moves"]}
    for move in appointment.move_requests.filter(pk__in=moves).select_related("claim"):
        yield move, moves[move.pk]
    offers = {saved["pk"]: saved for saved in stood["offers"]}
    for offer in appointment.time_offers.filter(pk__in=offers).select_related("claim"):
        yield offer, offers[offer.pk]


def _open(proposal: MoveRequest | TimeOffer, saved: dict[str, Any] | None) -> None:
    """Let a wish or an offer wait again, with the time that it kept."""
    if proposal.claim is not None:
        # It was left as it is.
        return
    proposal.closed_at = None
    if isinstance(proposal, MoveRequest):
        proposal.outcome = MoveRequest.Outcome.OPEN
    proposal.claim = _made_again(saved)
    proposal.save()
    _take(proposal.claim, saved)


def _close(proposal: ProposedTime) -> None:
    claim, proposal.claim = proposal.claim, None
    proposal.delete()
    if claim is not None:
        discard(claim)


PAIR_FIELDS = ["state", "channel", "service_point_id", "asked_times"]
PAIR_MOMENTS = ["starts_at", "ends_at", "asked_at", "answered_at"]


def _invitations(appointment: Appointment) -> list[PairInvitation]:
    return list(PairInvitation.objects.filter(appointment=appointment).order_by("pk"))


def _invitation(row: PairInvitation) -> dict[str, Any]:
    return {
        "pk": row.pk,
        **{name: getattr(row, name) for name in PAIR_FIELDS},
        **{name: _written(getattr(row, name)) for name in PAIR_MOMENTS},
    }


def _put_back_invitations(appointment: Appointment, stood: Iterable[dict[str, Any]]) -> None:
    """As they were; those that came since are gone, since nobody has heard of them."""
    known = {saved["pk"]: saved for saved in stood}
    for row in _invitations(appointment):
        if row.pk not in known:
            row.delete()
    for pk, saved in known.items():
        PairInvitation.objects.filter(pk=pk).update(
            **{name: saved[name] for name in PAIR_FIELDS},
            **{name: _read(saved[name]) for name in PAIR_MOMENTS},
        )


def _claim(claim: Claim | None) -> dict[str, Any] | None:
    if claim is None:
        return None
    rows = list(claim.occupancies.order_by("pk").values_list("resource_id", "during"))
    resources = {resource for resource, _during in rows}
    filling = Absence.objects.none()
    for resource, during in rows:
        filling = filling | Absence.objects.filter(professional_id=resource, during__overlap=during)
    return {
        "kind": claim.kind,
        "label": claim.label,
        "service_point_id": claim.service_point_id,
        "orphaned_at": _written(claim.orphaned_at),
        "orphan_reason": claim.orphan_reason,
        "busy": [(r, _written(d.lower), _written(d.upper)) for r, d in rows],
        "revisions": list(
            Resource.objects.filter(pk__in=resources).order_by("pk").values_list("pk", "revision")
        ),
        "absences": sorted(filling.values_list("pk", flat=True)),
    }


def _made_again(saved: dict[str, Any] | None) -> Claim | None:
    if saved is None:
        return None
    return Claim.objects.create(
        kind=saved["kind"],
        label=saved["label"],
        service_point_id=saved["service_point_id"],
        orphaned_at=_read(saved["orphaned_at"]),
        orphan_reason=saved["orphan_reason"],
    )


def _take(claim: Claim | None, saved: dict[str, Any] | None) -> None:
    if claim is not None and saved is not None:
        busy = [(r, _moment(start), _moment(end)) for r, start, end in saved["busy"]]
        take_again(claim, busy, absences=saved["absences"])


def _lock_all(claims: Iterable[Claim | None], saved: Iterable[dict[str, Any] | None]) -> None:
    """Lock everybody and every room that is touched, and see that their hours are what they were."""
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


def _written(moment: datetime | None) -> str | None:
    """To the microsecond, which Django's own encoder would cut."""
    return moment.isoformat() if moment is not None else None


def _read(text: str | None) -> datetime | None:
    return _moment(text) if text is not None else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
