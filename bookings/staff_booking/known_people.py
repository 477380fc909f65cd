"""The people who follow from the occasion of a booking: ticked in the panel, typed by nobody."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from django.http import QueryDict

from bookings.appointments.booking import Comer
from bookings.hooks import KnownPerson
from bookings.lifecycle.phone_visits import lacks_number
from bookings.models import PartyRole
from bookings.parties import conflicts
from bookings.parties.records import Participation, PartyDetails


class KnownPeople:
    """Who comes to the next visit of a matter, and who comes along with one of them again."""

    def __init__(self, data: QueryDict | None, people: Sequence[KnownPerson]) -> None:
        self.people = [person for person in people if not person.accompanies]
        # Those who come along with one of them.
        self.companions = [person for person in people if person.accompanies]
        # Who does not come to this one, such as to a home visit at the other parent's.
        self.left_out = self._ticked(data, "left_out", usual=frozenset())
        agreeing = _keys(person for person in self.people if person.agrees)
        self.agreed_with = self._ticked(data, "agreed_with", usual=agreeing)
        self.along = self._ticked(data, "along", usual=_keys(self.companions))

    def _ticked(
        self, data: QueryDict | None, name: str, *, usual: frozenset[str]
    ) -> frozenset[str]:
        """Read who is ticked in the field `name`, by their keys; `usual`: where nothing was sent yet."""
        if data is None:
            return usual
        return _keys([*self.people, *self.companions]).intersection(data.getlist(name))

    @cached_property
    def coming(self) -> list[KnownPerson]:
        """Those of the matter who come to this visit."""
        return [person for person in self.people if person.key not in self.left_out]

    @property
    def has_protected(self) -> bool:
        """Whether the contact details of one of them are protected."""
        return any(person.details.get("is_protected") for person in self.people)

    @property
    def without_number(self) -> list[KnownPerson]:
        """Those of them whom nobody could ring at a visit by phone."""
        return [person for person in self.coming if lacks_number(PartyDetails(**person.details))]

    @property
    def needs_interpreter(self) -> bool:
        return any(person.details.get("interpreter") for person in self.coming)

    @cached_property
    def comers(self) -> Sequence[Comer]:
        """Everybody who follows, and after them who comes along with one of them again."""
        places = {person.key: index for index, person in enumerate(self.coming)}
        return [
            *(
                Comer(
                    PartyDetails(**person.details),
                    person.key in self.agreed_with,
                    Participation(PartyRole(person.role), is_told_openly=person.is_told_openly),
                )
                for person in self.coming
            ),
            *(
                Comer(
                    PartyDetails(**person.details),
                    agrees=False,
                    part=Participation(
                        PartyRole(person.role),
                        is_notified=person.agrees,
                        is_told_openly=person.is_told_openly,
                    ),
                    accompanies=places[person.accompanies],
                )
                for person in self.companions
                if person.key in self.along and person.accompanies in places
            ),
        ]

    @property
    def identities(self) -> list[conflicts.PersonIdentifiers]:
        """Return the identities by which each of the matter is known again, who is left out as well."""
        details = [
            *(comer.details for comer in self.comers),
            *(PartyDetails(**p.details) for p in self.people if p.key in self.left_out),
        ]
        return [conflicts.PersonIdentifiers.of(d.name, d.phone, d.email) for d in details]


def _keys(people: Iterable[KnownPerson]) -> frozenset[str]:
    return frozenset(person.key for person in people)
