"""Book the next visit of a matter in the booking panel: who comes and what it is about are known.

Two occasions of a booking: a case, for the secretary; and a visit that is at its end, for its own
professional as well. What the parties have given follows on the server, and is shown to nobody anew.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.appointments.notified_parties import is_informed
from bookings.appointments.occasions import RefusedError
from bookings.cases.actions import CaseDetails, Kind, locked_case, new_case, record_case
from bookings.cases.invitations import bind, details_of, free_nonce
from bookings.desk_kit.people_labels import part_label
from bookings.hooks import KnownPerson, Occasion, OccasionKind
from bookings.lifecycle.transitions import locked
from bookings.models import (
    Appointment,
    Case,
    CasePerson,
    CaseResult,
    OtherParent,
    Party,
    StartedBy,
    Status,
)
from bookings.parties import conflicts
from bookings.parties.records import PartyDetails, new_link
from bookings.parties.safe_channels import safe_contacts
from office.core import clock
from office.models import Channel, Professional, Role, User

# The fields in which the booking panel carries them.
FOR_CASE, AFTER_VISIT = "case", "after"
# Belongs to the one visit, not to the person.
_OF_ONE_VISIT = {"message"}


def may_book_next(user: User, visit: Appointment) -> bool:
    """Say whether the user may book the next visit: a secretary, or on its day whoever holds it."""
    if visit.status not in Status.at_its_end() or visit.starts_at is None:
        return False
    professional = Professional.objects.filter(user=user).first()
    if visit.pk in conflicts.barred_to(professional):
        return False
    if user.has_role(Role.SECRETARY):
        return True
    return (
        may_its_holder_book_next(visit)
        and user.has_role(Role.SUPERVISOR, Role.GUIDE)
        and professional is not None
        and visit.professionals.filter(pk=professional.pk).exists()
    )


def may_its_holder_book_next(visit: Appointment) -> bool:
    """Say whether who meets the parties there may book the visit after this one: on its day. No query."""
    return (
        visit.status in Status.at_its_end()
        and visit.starts_at is not None
        and clock.local(visit.starts_at).date() == clock.today()
    )


def occasion_after_visit(user: User, key: str) -> Occasion:
    """Find the visit that is at its end, as the panel needs it. Raises RefusedError."""
    visit = _visit(user, key)
    case = visit.case
    planned = case.visits_planned if case and case.is_open else 1
    count = _open_visits(case).count() if case and case.is_open else 1
    return Occasion(
        AFTER_VISIT,
        visit.reference,
        sentence=_("The next visit after %(code)s: visit %(number)s of %(count)s.")
        % {
            "code": visit.reference,
            "number": count + 1,
            "count": max(planned, count + 1),
        },
        wish=_wish_after(visit, _last(case) if case and case.is_open else visit),
        people=_people_of(visit, show_names=_may_name(user, visit), agrees=True),
        visits=max(planned, count + 1),
        due_on=case.due_on if case and case.is_open else None,
        follows=visit.pk,
    )


def add_after_visit(user: User, key: str, appointment: Appointment) -> None:
    """Hold the booked visit together with the one before it, in the booking's transaction."""
    visit = locked(_visit(user, key).pk)
    case = visit.case if visit.case and visit.case.is_open else None
    if case is None:
        case = new_case(
            CaseDetails(
                StartedBy.PARENTS, visit.service, clock.local(visit.created_at).date(), None, 2
            ),
            user=user,
            visit=appointment.reference,
        )
        Appointment.objects.filter(pk=visit.pk).update(case=case)
    add_visit(case, appointment, user)


def occasion_of_case(user: User, key: str) -> Occasion:
    """Find the case, as the panel needs it: for the secretary alone. Raises RefusedError."""
    case = _case(user, key)
    last = _last(case)
    count = _open_visits(case).count()
    fullest = _fullest(case)
    if last is not None:
        wish = _wish_after(last, last)
    else:
        language = case.people.exclude(language="").values_list("language", flat=True).first()
        wish = {"service": case.service.slug, "language": language or "fi"}
    people = [
        *(_people_of(fullest, show_names=True, agrees=False) if fullest else ()),
        *(_known_by_notice(person) for person in _unbooked(case)),
    ]
    return Occasion(
        FOR_CASE,
        case.reference,
        sentence=_("Case %(code)s: visit %(number)s of %(count)s.")
        % {
            "code": case.reference,
            "number": count + 1,
            "count": max(case.visits_planned, count + 1),
        },
        wish=wish,
        people=people,
        visits=max(case.visits_planned, count + 1),
        due_on=case.due_on,
        follows=last.pk if last else None,
    )


def add_to_case(user: User, key: str, appointment: Appointment) -> None:
    """Add the booked visit to the case, in the booking's transaction; letters tell of it by post."""
    case = _case(user, key)
    unbooked = list(_unbooked(case))
    add_visit(case, appointment, user)
    parties = list(appointment.parties.order_by("pk"))
    for person in unbooked:
        # Not all of them need to come.
        party = next((party for party in parties if _is_of(person, party)), None)
        if party is not None:
            parties.remove(party)
            _give_code(person, party)


def reopen(user: User, appointment: Appointment) -> None:
    """Take a booking back. A case that it has made ends with it."""
    if appointment.case_id is None:
        return
    case = locked_case(appointment.case_id)
    made = case.events.filter(what=Kind.ENTERED, visit=appointment.reference).exists()
    if made and case.is_open:
        case.visits.exclude(pk=appointment.pk).update(case=None)
        case.closed_at, case.result = clock.now(), CaseResult.MISTAKE
    record_case(case, Kind.TAKEN_BACK, user=user, visit=appointment.reference)


AFTER_VISIT_KIND = OccasionKind(
    occasion_after_visit, add_after_visit, reopen, back=lambda appointment: ""
)
# The one of the two that takes a booking back does it for both.
FOR_CASE_KIND = OccasionKind(
    occasion_of_case,
    add_to_case,
    reopen=lambda user, appointment: None,
    back=lambda appointment: "",
)


def _unbooked(case: Case) -> QuerySet[CasePerson]:
    """Find those whom the notice names and who come to none of the case's visits."""
    return case.people.exclude(party__appointment__in=_open_visits(case)).order_by("pk")


def _known_by_notice(person: CasePerson) -> KnownPerson:
    return KnownPerson(
        f"c{person.pk}",
        person.name,
        vars(details_of(person)),
        role=person.role,
        is_told_openly=False,
        agrees=False,
    )


def _is_of(person: CasePerson, party: Party) -> bool:
    """Say whether the party was made from what the notice says of the person."""
    known = details_of(person)
    return (party.role, party.name, str(party.phone or ""), party.email) == (
        person.role,
        known.name,
        known.phone,
        known.email,
    )


def _give_code(person: CasePerson, party: Party) -> None:
    """Let the person's code open their page; without a safe channel, a letter tells them the time."""
    new_link(party, free_nonce(person))
    party.save(update_fields=["link_nonce", "link_hash", "code_hash"])
    bind(person, party)
    if safe_contacts(party):
        person.answered_at, person.post_to = clock.now(), ""
    else:
        person.posted_at = None
    person.save(update_fields=["answered_at", "post_to", "posted_at"])


def add_visit(case: Case, appointment: Appointment, user: User) -> None:
    """Add a booked visit to the case, in the booking's transaction. Raises RefusedError."""
    case = locked_case(case.pk)
    if not case.is_open:
        raise RefusedError(_("The case is closed."))
    appointment.case = case
    appointment.save(update_fields=["case"])
    case.answer_by = None
    case.visits_planned = max(case.visits_planned, _open_visits(case).count())
    record_case(case, Kind.BOOKED, user=user, visit=appointment.reference)


def _open_visits(case: Case) -> QuerySet[Appointment]:
    return case.visits.exclude(status__in=Status.closed())


def _last(case: Case) -> Appointment | None:
    return _open_visits(case).order_by("-starts_at").first()


def _fullest(case: Case) -> Appointment | None:
    """Find the latest of the visits to which most people of the case come: some are not for all."""
    come = Party.objects.who_come().filter(appointment=OuterRef("pk")).order_by()
    count = come.values("appointment").annotate(count=Count("pk")).values("count")
    return (
        _open_visits(case)
        .annotate(come=Subquery(count))
        .order_by(F("come").desc(nulls_last=True), "-starts_at")
        .first()
    )


def series_link(user: User, appointment: Appointment) -> tuple[str, str] | None:
    """Link to the booking of the next visit of the series, with its label; None where none is left."""
    case = appointment.case
    if case is None or not case.is_open:
        return None
    number = _open_visits(case).count() + 1
    if number > case.visits_planned:
        return None
    label = _("Book visit %(number)s of %(count)s") % {
        "number": number,
        "count": case.visits_planned,
    }
    if user.has_role(Role.SECRETARY):
        return f"{reverse('staff:book')}?{FOR_CASE}={case.reference}", label
    for visit in _open_visits(case).filter(status__in=Status.at_its_end()).order_by("-starts_at"):
        if may_book_next(user, visit):
            return f"{reverse('staff:book')}?{AFTER_VISIT}={visit.reference}", label
    return None


def _visit(user: User, key: str) -> Appointment:
    visit = (
        Appointment.objects.select_related("service", "service_point", "case")
        .filter(reference=key.upper())
        .first()
    )
    if visit is None or not may_book_next(user, visit):
        raise RefusedError(_("The next visit cannot be booked from that one."))
    return visit


def _case(user: User, key: str) -> Case:
    case = Case.objects.select_related("service").filter(reference=key.upper()).first()
    is_allowed = user.has_role(Role.SECRETARY) and case is not None
    if case is None or not is_allowed or stays_out(user, case):
        raise RefusedError(_("There is no such case."))
    if not case.is_open:
        raise RefusedError(_("The case is closed."))
    return case


def stays_out(user: User, case: Case) -> bool:
    """Say whether the user stays out of the matter of any visit of the case."""
    barred = conflicts.codes_barred_to(user)
    return bool(barred) and case.visits.filter(reference__in=barred).exists()


def _wish_after(visit: Appointment, last: Appointment | None) -> dict[str, str]:
    """Ask for the same again: service, language, place and lead, from the day after the last visit on."""
    lead = visit.staff.filter(is_lead=True).values_list("professional", flat=True).first()
    before = last.starts_at if last and last.starts_at else clock.now()
    day = clock.local(max(before, clock.now())).date() + timedelta(days=1)
    is_in_person = visit.channel == Channel.IN_PERSON
    return {
        "service": visit.service.slug,
        "also": ",".join(service.slug for service in visit.further_services),
        "language": visit.language,
        "point": str(visit.service_point_id or "") if is_in_person else "",
        "channel": "" if is_in_person else visit.channel,
        "children": str(visit.children or ""),
        "meeting": visit.meeting,
        "professional": str(lead or ""),
        "from": day.isoformat(),
        "anonymous": "1" if visit.is_anonymous else "",
    }


def _may_name(user: User, visit: Appointment) -> bool:
    """Say whether both names may be shown: while one is unknown, the other would be the one who asked."""
    if user.has_role(Role.SECRETARY):
        return True
    parties = visit.parties.who_come()
    is_one_missing = visit.other_parent in OtherParent.of_the_unit() and parties.count() < 2
    return not is_one_missing and not parties.filter(name="").exists()


def _people_of(visit: Appointment, *, show_names: bool, agrees: bool) -> list[KnownPerson]:
    """Return who came, or was to: what they gave of themselves, but the words about the one visit.

    After them those who come along with one of them, written to as before.
    """
    come = list(visit.parties.who_come().impartial())
    names = {party.pk: party.name for party in come} if show_names else {}
    along = visit.parties.filter(accompanies__in=come, left_at=None).order_by("accompanies", "pk")
    return [
        *(_known(party, names, agrees=agrees) for party in come),
        *(_known(party, names, agrees=is_informed(party)) for party in along),
    ]


def _known(party: Party, names: Mapping[int, str], *, agrees: bool) -> KnownPerson:
    columns = {field.name for field in fields(PartyDetails)} - _OF_ONE_VISIT
    return KnownPerson(
        _key(party.pk),
        _name(party, names),
        {name: _plain(getattr(party, name)) for name in columns},
        role=party.role,
        is_told_openly=party.is_told_openly,
        agrees=agrees,
        accompanies=_key(party.accompanies_id) if party.accompanies_id else "",
    )


def _key(party_id: int) -> str:
    return f"p{party_id}"


def _name(party: Party, names: Mapping[int, str]) -> str:
    """Name them, as far as names are shown; of who is no side the role, and with whom they come."""
    if party.rules.is_side:
        return names.get(party.pk, "")
    role, accompanied = part_label(party), names.get(party.accompanies_id or 0, "")
    if not accompanied:
        return role
    return _("%(who)s (comes with %(name)s)") % {"who": role, "name": accompanied}


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | list) else str(value or "")
