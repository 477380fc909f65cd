"""The people whose details are typed in the panel: the caller, the other side, and some more."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from bookings.appointments.booking import Further
from bookings.models import Appointment, OtherParent, Party, PartyRole
from bookings.parties import conflicts
from bookings.parties.records import PartyDetails
from bookings.staff_booking.person_forms import (
    CALLER,
    FURTHER,
    MORE,
    OTHER,
    FurtherPersonForm,
    OtherPersonForm,
    PanelPersonForm,
)
from bookings.staff_booking.unchecked import unchecked
from office.models import Service


class TypedPeople:
    """The forms of the caller, of the other side, and of those who come besides the two.

    `first`: the visit alongside which the other parent's own is booked; then they are the caller.
    `for_secretary`: with free text. `checks`: False while not all is written yet.
    """

    def __init__(
        self,
        data: QueryDict | None,
        *,
        first: Appointment | None,
        for_secretary: bool,
        checks: bool,
    ) -> None:
        self.for_secretary = for_secretary
        self.caller = PanelPersonForm(data, prefix=CALLER, initial=_known_other_parent(first))
        self.other = OtherPersonForm(data, prefix=OTHER)
        self.further = [FurtherPersonForm(data, prefix=prefix) for prefix in _prefixes(data)]
        if not checks and data is not None:
            self.caller, self.other = unchecked(self.caller), unchecked(self.other)
            self.further = [unchecked(form) for form in self.further]
        self._add_keys()
        if not for_secretary:
            for form in self.further:
                form.word_for_counter()

    def _add_keys(self) -> None:
        """Add keys that lead to a parent's name from anywhere on the page."""
        caller = _("The caller") if self.for_secretary else _("The person here")
        for person, key, name in (
            (self.caller, "c", caller),
            (self.other, "v", _("The other parent")),
        ):
            person.fields["name"].widget.attrs |= {"data-key": key, "data-key-name": name}

    def fill_in(self, who: str, party: Party, *, is_own: bool) -> PanelPersonForm:
        """Fill in the details of a person who was found."""
        values = PanelPersonForm.values_of(party, is_own=is_own)
        if who == CALLER:
            person = self.caller = PanelPersonForm(prefix=who, initial=values)
        else:
            person = self.other = OtherPersonForm(prefix=who, initial=values)
        self._add_keys()
        return person

    # What it says, whether it is valid or not.

    @property
    def forms(self) -> list[PanelPersonForm]:
        return [self.caller, self.other, *self.further]

    @property
    def names_further(self) -> bool:
        """Whether somebody besides the two is filled in, or wrong."""
        return len(self.further) > 1 or any(f.is_filled_in or f.errors for f in self.further)

    @property
    def may_add_further(self) -> bool:
        return len(self.further) < len(FURTHER)

    @property
    def needs_interpreter(self) -> bool:
        return any(form["interpreter"].value() for form in self.forms)

    @property
    def identities(self) -> list[conflicts.PersonIdentifiers]:
        """By what each is known again who takes part in their own right."""
        known = [self.caller, self.other, *(f for f in self.further if not f.comes_along)]
        return [conflicts.PersonIdentifiers.of(*form.identifying) for form in known]

    def other_role(self, service: Service | None) -> PartyRole:
        """Return the role of the other side: as was chosen, else as the service says.

        Where the caller is the one whom the service means, the other is the parent.
        """
        chosen = str(self.other["role"].value() or "")
        if chosen in PartyRole.values:
            return PartyRole(chosen)
        usual = service.other_side if service else ""
        is_other = self.caller["role"].value() in ("", None, PartyRole.PARENT)
        return PartyRole(usual) if usual and is_other else PartyRole.PARENT

    # What is validated: what is not asked for is not.

    def require_callable(self, *people: PanelPersonForm | None) -> None:
        """Refuse a visit by phone where the caller, or one of `people`, may not be called."""
        for form in (self.caller, *people):
            if form is not None:
                form.require_callable()

    def clean_other(self, hears: str) -> PanelPersonForm | None:
        """Return the other side's form, if it is filled in and counts. `hears`: how they hear of it."""
        if hears == OtherParent.GIVEN and self.other.names_somebody:
            self.other.keep_apart_from_form(self.caller)
            self.other.require_contact()
            return self.other
        name = str(self.other["name"].value() or "").strip()
        self.other = unchecked(self.other)
        if hears == OtherParent.UNIT and name:
            # Decided later: the name alone is kept.
            self.other = OtherPersonForm({f"{OTHER}-name": name}, prefix=OTHER)
            return self.other
        return None

    def clean_further(self, *, may_come: bool, has_other: bool) -> list[FurtherPersonForm]:
        """Check the forms of people besides the two, as far as they are filled in and count."""
        self.further = [
            form if may_come and form.is_filled_in else unchecked(form) for form in self.further
        ]
        coming = [form for form in self.further if form.is_bound]
        for form in coming:
            if form["comes_with"].value() == OTHER and form.comes_along and not has_other:
                form.add_error("comes_with", _("The other parent is not part of this booking yet."))
        return coming

    # What is booked, once it is valid. `language`: that of the visit.

    @property
    def caller_role(self) -> PartyRole:
        return PartyRole(self.caller.cleaned_data["role"] or PartyRole.PARENT)

    def caller_details(self, language: str, *, is_anonymous: bool = False) -> PartyDetails:
        details = self.details(self.caller, language)
        if not is_anonymous:
            return details
        return PartyDetails(
            name=details.name,
            language=details.language,
            interpreter=details.interpreter,
            interpreter_words=details.interpreter_words,
            access=details.access,
        )

    def other_details(self, form: PanelPersonForm, language: str, *, hears: str) -> PartyDetails:
        details = self.details(form, language)
        # Of who is known by name alone, nobody has asked the language.
        return replace(details, language_is_known=False) if hears == OtherParent.UNIT else details

    def further_people(self, forms: Iterable[FurtherPersonForm], language: str) -> list[Further]:
        """Return those who take part besides the two, from their forms."""
        return [self._further(form, language) for form in forms]

    def _further(self, form: FurtherPersonForm, language: str) -> Further:
        data = form.cleaned_data
        return Further(
            self.details(form, language),
            PartyRole(data["role"]),
            with_other=data["comes_with"] == OTHER,
            is_notified=bool(data["may_be_notified"]),
            is_told_openly=bool(data["is_told_openly"]),
        )

    def details(self, form: PanelPersonForm, language: str) -> PartyDetails:
        return form.details_for(language, with_free_text=self.for_secretary)


def _prefixes(data: QueryDict | None) -> tuple[str, ...]:
    """Return the prefixes of as many further people as the page has, plus one if asked for."""
    if data is None:
        return FURTHER[:1]
    had = sum(f"{prefix}-role" in data for prefix in FURTHER)
    return FURTHER[: max(1, had + (data.get("do") == MORE))]


def _known_other_parent(first: Appointment | None) -> dict[str, Any]:
    """Return the other parent's details, as far as they are known."""
    party = first.parties.other_parents().first() if first else None
    return PanelPersonForm.initial_of(party) if party else {}
