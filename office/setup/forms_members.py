"""Somebody new, on one page: who they are, as what they sign in, what they do, where and when."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from office.calendar.rhythms import EVERY_WEEK
from office.core import clock
from office.core.languages import spoken_choices
from office.models import HoursKind, Professional, Role, Service, ServicePoint, User
from office.setup.forms_rhythm import weekdays_field
from office.setup.hours_copies import NewHours
from office.ui.fields import field_of
from office.ui.forms import (
    OfficeForm,
    OfficeModelForm,
    in_languages,
    near,
    row_choice,
    side_by_side,
    texts,
)


class NewMemberForm(OfficeModelForm):
    languages = forms.MultipleChoiceField(
        label=_("Languages of service"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--inline"}),
    )
    username = forms.CharField(
        label=_("Signs in as"),
        required=False,
        max_length=150,
        help_text=_(
            "Empty: does not sign in. Otherwise the next page has a link with which they set a password."
        ),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(
        label=_("Language of messages"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    weekdays = weekdays_field()
    starts = forms.TimeField(label=_("From"), required=False)
    ends = forms.TimeField(label=_("Until"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=HoursKind.choices, required=False)
    hours_point: "forms.ModelChoiceField[ServicePoint]" = forms.ModelChoiceField(
        label=_("Service point of the hours"),
        queryset=ServicePoint.objects.none(),
        required=False,
        help_text=_("May be empty for somebody who works at one."),
    )
    valid_from = forms.DateField(label=_("Valid from"), required=False)

    class Meta:
        model = Professional
        fields = [
            "name",
            *texts("title"),
            "email",
            "phone",
            "languages",
            "services",
            "service_points",
        ]
        widgets = {
            "services": forms.CheckboxSelectMultiple,
            "service_points": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"language": "fi", "valid_from": clock.today()})
        super().__init__(*args, **kwargs)
        self.name_texts("title", required=["title"])
        self.fields["name"].help_text = _("First name and family name.")
        field_of(self, "languages", forms.ChoiceField).choices = spoken_choices()
        points = ServicePoint.objects.in_use()
        # What is to be read yet can be given already by whoever will give it.
        row_choice(self, "services", Service.objects.exclude(is_active=False, awaits_check=False))
        row_choice(self, "service_points", points)
        row_choice(self, "hours_point", points, _("Choose"))
        self.fields["weekdays"].required = False
        self.user: User | None = None
        self.hours: NewHours | None = None

    def layout(self) -> Layout:
        return Layout(
            side_by_side("name", "email", "phone", three=True),
            in_languages(_("Title"), "title"),
            "languages",
            Fieldset(_("Account"), "username", side_by_side("roles", "language")),
            Fieldset(_("Work"), side_by_side("services", "service_points")),
            Fieldset(
                _("First hours; more can be added afterwards"),
                "weekdays",
                near("starts", "ends", "kind"),
                near("hours_point", "valid_from"),
            ),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._read_account(cleaned)
        self._read_hours(cleaned)
        return cleaned

    def _read_account(self, cleaned: dict[str, Any]) -> None:
        username, roles = cleaned.get("username"), cleaned.get("roles")
        if not username:
            if roles:
                self.add_error("username", _("Whoever has a role signs in: as what?"))
            return
        if not roles and "roles" not in self.errors:
            self.add_error("roles", _("Whoever signs in has a role."))
        email = cleaned.get("email") or ""
        if email and User.objects.filter(email__iexact=email).exists():
            self.add_error("email", _("Another user has this e-mail address."))
        first, _space, last = (cleaned.get("name") or "").partition(" ")
        self.user = User(
            username=username,
            roles=roles or [],
            email=email,
            first_name=first,
            last_name=last,
            language=cleaned.get("language") or "fi",
        )
        if User.objects.filter(username__iexact=username).exists():
            self.add_error("username", _("There is a user of this name already."))
        else:
            self._check_username(self.user)

    def _check_username(self, user: User) -> None:
        try:
            user.clean_fields(exclude={"password", "roles", "email"})
        except ValidationError as error:
            self.add_error("username", error.messages)

    def _read_hours(self, cleaned: dict[str, Any]) -> None:
        weekdays, starts, ends = (cleaned.get(name) for name in ("weekdays", "starts", "ends"))
        if not (weekdays or starts or ends) or {"starts", "ends"} & self.errors.keys():
            return
        for name, given in (("weekdays", weekdays), ("starts", starts), ("ends", ends)):
            if not given:
                self.add_error(name, _("Give the weekdays and both times, or none of them."))
        if starts and ends and starts >= ends:
            self.add_error("ends", _("The hours must end after they begin."))
        points = list(cleaned.get("service_points") or [])
        point = cleaned.get("hours_point") or (points[0] if len(points) == 1 else None)
        if point is None:
            self.add_error("hours_point", _("Say at which service point."))
        elif point not in points:
            self.add_error("hours_point", _("Tick this service point above as well."))
        if self.errors or point is None or not starts or not ends:
            return
        self.hours = NewHours(
            kind=cleaned.get("kind") or HoursKind.APPOINTMENTS,
            point=point,
            times=[(starts, ends)],
            rhythms=[EVERY_WEEK],
            valid_from=cleaned.get("valid_from") or clock.today(),
        )


class LeavingForm(OfficeForm):
    """Who looks after the links of somebody who leaves."""

    links_to: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label=_("Who looks after the links from now on"), queryset=User.objects.none()
    )

    def __init__(
        self, *args: Any, professional: Professional, has_links: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        others = User.objects.filter(is_active=True).exclude(professional=professional)
        row_choice(self, "links_to", others.order_by("username"), _("Choose"))
        if not has_links:
            del self.fields["links_to"]
