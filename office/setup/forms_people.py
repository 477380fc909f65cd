"""Professionals, partner organisations and the users who sign in."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from office.core.languages import spoken_choices
from office.models import PartnerOrganisation, Professional, Role, Service, ServicePoint, User
from office.sign_in import provider as provider_sign_in
from office.ui.fields import field_of, https_field
from office.ui.forms import OfficeModelForm, in_languages, row_choice, side_by_side, texts


class PartnerOrganisationForm(OfficeModelForm):
    class Meta:
        model = PartnerOrganisation
        fields = [*texts("name"), "email", "phone", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("name", required=["name"])

    def layout(self) -> Layout:
        return Layout(in_languages(_("Name"), "name"), side_by_side("email", "phone"), "is_active")


def video_room_field() -> forms.URLField:
    return https_field(
        _("Own video room"),
        help_text=_(
            "Parents see it on their own page from the day before a visit. It must have a waiting room, "
            "since all visits use the same address. Empty: the secretary types a link for each visit."
        ),
    )


class VideoRoomForm(OfficeModelForm):
    """A professional's own room, as they keep it themselves."""

    video_room = video_room_field()

    class Meta:
        model = Professional
        fields = ["video_room"]


class ProfessionalForm(OfficeModelForm):
    video_room = video_room_field()
    languages = forms.MultipleChoiceField(
        label=_("Languages of service"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--inline"}),
    )

    class Meta:
        model = Professional
        fields = [
            "name",
            "organisation",
            *texts("title"),
            "email",
            "phone",
            "languages",
            "services",
            "service_points",
            "user",
            "video_room",
        ]
        widgets = {
            "services": forms.CheckboxSelectMultiple,
            "service_points": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("title", required=["title"])
        field_of(self, "languages", forms.ChoiceField).choices = spoken_choices(
            *(self.instance.languages or ())
        )
        in_use = Q(is_active=True)
        if self.instance.pk is not None:
            in_use |= Q(professionals=self.instance)
        row_choice(self, "services", Service.objects.filter(in_use).distinct())
        row_choice(self, "service_points", ServicePoint.objects.filter(in_use).distinct())
        row_choice(
            self,
            "user",
            User.objects.filter(
                Q(professional__isnull=True, is_active=True) | Q(pk=self.instance.user_id)
            ).order_by("username"),
            _("Does not sign in"),
        )
        row_choice(
            self,
            "organisation",
            PartnerOrganisation.objects.filter(
                Q(is_active=True) | Q(pk=self.instance.organisation_id)
            ),
            _("Our own unit"),
        )
        self.fields["organisation"].help_text = _(
            "Only for a colleague of another unit who joins as the second of a pair."
        )
        self.fields["service_points"].help_text = _(
            "Hours at a service point that is taken away end today."
        )
        self.fields["user"].label = _("Signs in as")
        self.fields["user"].help_text = _("Sees their own days at “My day”.")

    def layout(self) -> Layout:
        return Layout(
            side_by_side("name", "organisation"),
            in_languages(_("Title"), "title"),
            side_by_side("email", "phone", "user", three=True),
            "languages",
            "video_room",
            side_by_side("services", "service_points"),
        )


class UserForm(OfficeModelForm):
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(
        label=_("Language of messages"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )

    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email", "roles", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = _("Letters, digits and the signs @ . + - _")
        if self.instance.pk and (provider := provider_sign_in.name_for(self.instance)):
            self.fields["roles"].disabled = True
            self.fields["roles"].help_text = _("The roles come from %(provider)s.") % {
                "provider": provider
            }

    def layout(self) -> Layout:
        return Layout(
            side_by_side("username", "email"),
            side_by_side("first_name", "last_name"),
            side_by_side("roles", "language"),
        )

    def clean_email(self) -> str:
        # One may sign in with it, so that two users cannot share one.
        email: str = self.cleaned_data["email"]
        others = User.objects.exclude(pk=self.instance.pk)
        if email and others.filter(email__iexact=email).exists():
            raise ValidationError(_("Another user has this e-mail address."))
        return email


class NewUserForm(UserForm):
    password = forms.CharField(
        label=_("First password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=lazy(password_validators_help_text_html, str)(),
    )

    def layout(self) -> Layout:
        return Layout(
            *super().layout().fields,
            Fieldset(_("Password"), "password", css_class="with-lead"),
        )

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        password = self.cleaned_data.get("password")
        if password:
            try:
                validate_password(password, self.instance)
            except ValidationError as error:
                self.add_error("password", error)
