"""The unit, its points, rooms and services."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from office.core.neutral import tells_matter
from office.models import (
    AgreementKind,
    Channel,
    HomeForm,
    OtherSide,
    Room,
    Service,
    ServicePoint,
    Unit,
)
from office.ui.fields import field_of, https_field
from office.ui.forms import OfficeModelForm, in_languages, side_by_side, texts


class UnitForm(OfficeModelForm):
    video_test_page = https_field(
        _("Page on which a device is tested for video"),
        help_text=_("Of the video service that the unit uses. Empty: no page is named to parents."),
    )

    class Meta:
        model = Unit
        fields = [
            *texts("name", "controller", "sender"),
            "phone",
            "email",
            "sms_sender",
            "messages_from",
            "messages_until",
            "answer_within_hours",
            "office_opens",
            "office_closes",
            "answer_margin_hours",
            "notice_hours",
            "horizon_weeks",
            "slot_step",
            "hold_minutes",
            "offer_days",
            "separate_gap",
            "leaving_gap",
            "further_matter_percent",
            "extra_child_from",
            "extra_child_minutes",
            "interpreter_minutes",
            "separate_minutes",
            "travel_minutes",
            "call_backs_offered",
            "call_back_minutes",
            "call_back_notice_hours",
            "pair_answer_days",
            "earlier_answer_hours",
            "earlier_notice_hours",
            "video_link_days",
            "video_test_page",
            "guide_meeting_minutes",
            "cancel_notice_hours",
            "new_invitations",
            "outcome_days",
            "letter_answer_days",
            "referral_days",
            "link_days",
            "retention_days",
        ]

    def __init__(
        self, *args: Any, hints: Mapping[str, SafeString] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hints = hints or {}
        self.name_texts("name", "controller", "sender", required=["name"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for code, _name in settings.LANGUAGES:
            field = f"sender_{code}"
            if tells_matter(cleaned.get(field) or ""):
                self.add_error(
                    field,
                    _(
                        "This name tells what the matter is. Choose another one, such as the county's."
                    ),
                )
        return cleaned

    def layout(self) -> Layout:
        return Layout(
            in_languages(_("Name of the unit"), "name"),
            in_languages(_("Data controller, as the privacy page names it"), "controller"),
            side_by_side("phone", "email"),
            Fieldset(
                _("Messages"),
                in_languages(_("Sender of messages: a name that tells nothing"), "sender"),
                side_by_side("messages_from", "messages_until", "sms_sender", three=True),
            ),
            Fieldset(
                _("The promise to parents"),
                side_by_side("answer_within_hours", "office_opens", "office_closes", three=True),
                "answer_margin_hours",
            ),
            Fieldset(
                _("Times online"),
                side_by_side("notice_hours", "horizon_weeks", "slot_step", three=True),
                side_by_side("hold_minutes", "offer_days", "letter_answer_days", three=True),
                "referral_days",
            ),
            Fieldset(
                _("Length of visits"),
                "further_matter_percent",
                side_by_side("extra_child_from", "extra_child_minutes"),
                side_by_side("interpreter_minutes", "separate_minutes"),
                "travel_minutes",
            ),
            Fieldset(
                _("Safety at the service points"), side_by_side("separate_gap", "leaving_gap")
            ),
            Fieldset(
                _("Call-back times"),
                "call_backs_offered",
                side_by_side("call_back_minutes", "call_back_notice_hours"),
                HTML(self.hints.get("call_backs_offered", "")),
            ),
            Fieldset(
                _("Pair work and earlier times"),
                side_by_side(
                    "pair_answer_days", "earlier_answer_hours", "earlier_notice_hours", three=True
                ),
            ),
            Fieldset(_("Visits by video"), "video_link_days", "video_test_page"),
            Fieldset(_("Parenting plans with a guide"), "guide_meeting_minutes"),
            Fieldset(
                _("Cancelling, and outcomes of the visits"),
                side_by_side("cancel_notice_hours", "new_invitations", "outcome_days", three=True),
            ),
            Fieldset(_("How long data is kept"), side_by_side("link_days", "retention_days")),
        )


class SluggedForm(OfficeModelForm):
    """A row with an address in links, made from its name where none is given."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "slug" in cleaned and not cleaned["slug"]:
            names = [cleaned.get(f"name_{code}") or "" for code in ("en", "fi")]
            cleaned["slug"] = next((s for s in map(slugify, names) if s), "")[:50]
            if not cleaned["slug"] and "name_fi" in cleaned:
                self.add_error("slug", _("Give the address in links."))
        return cleaned

    def offer_slug(self) -> None:
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _(
            "Lower-case letters, digits and hyphens. Empty: made from the name. Old links break when "
            "it changes."
        )


class ServicePointForm(SluggedForm):
    class Meta:
        model = ServicePoint
        fields = [
            *texts("name", "street", "city", "getting_there", "accessibility"),
            "postcode",
            "phone",
            "slug",
            "order",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts(
            "name",
            "street",
            "city",
            "getting_there",
            "accessibility",
            required=["name", "street", "city"],
        )
        self.offer_slug()
        self.fields["order"].help_text = _("Points are listed by this number, the smallest first.")

    def layout(self) -> Layout:
        return Layout(
            in_languages(_("Name"), "name"),
            in_languages(_("Street address"), "street"),
            in_languages(_("City"), "city"),
            in_languages(_("How to get there"), "getting_there"),
            in_languages(_("Accessibility"), "accessibility"),
            side_by_side("postcode", "phone"),
            side_by_side("slug", "order"),
        )


class RoomForm(OfficeModelForm):
    class Meta:
        model = Room
        fields = ["name", "seats", "is_accessible"]

    def layout(self) -> Layout:
        return Layout(side_by_side("name", "seats"), "is_accessible")


class ServiceForm(SluggedForm):
    home_forms = forms.MultipleChoiceField(
        label=_("Forms that parents fill in at home"),
        choices=HomeForm.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Sealed: nobody here can read them before the parent opens them at the visit by six digits."
        ),
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=[(one.value, one.label) for one in Channel.of_services()],
        widget=forms.CheckboxSelectMultiple,
    )
    agreements = forms.MultipleChoiceField(
        label=_("Agreements that such a visit is for"),
        help_text=_("Ticked beforehand when the outcome of such a visit is noted."),
        choices=AgreementKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Service
        fields = [
            *texts(
                "name",
                "short_name",
                "matter",
                "summary",
                "description",
                "who_comes",
                "what_to_bring",
            ),
            "duration",
            "buffer_after",
            "channels",
            "home_visits",
            "attendance",
            "professionals_needed",
            "asked_online",
            "suits_walk_in",
            "may_be_anonymous",
            "agreements",
            "home_forms",
            "other_side",
            "slug",
            "order",
            "is_active",
        ]
        widgets = {"attendance": forms.RadioSelect, "professionals_needed": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts(
            "name",
            "short_name",
            "matter",
            "summary",
            "description",
            "who_comes",
            "what_to_bring",
            required=["name", "matter", "summary"],
        )
        self.offer_slug()
        self.fields["professionals_needed"].label = _("Professionals at the appointment")
        field_of(self, "other_side", forms.ChoiceField).choices = [
            ("", _("the other parent")),
            *OtherSide.choices,
        ]
        self.fields["is_active"].help_text = _(
            "Out of use it is not shown or booked any more; what is booked already stays."
        )
        self.fields["order"].help_text = _(
            "Services are listed by this number, the smallest first."
        )

    def layout(self) -> Layout:
        return Layout(
            Fieldset(
                _("Texts"),
                in_languages(_("Name"), "name"),
                in_languages(
                    _("Short name for the calendar, at most six letters; empty: from the name"),
                    "short_name",
                ),
                in_languages(_("The matter in a parent's words, for the front page"), "matter"),
                in_languages(_("In one sentence"), "summary"),
                in_languages(_("What it is"), "description"),
                in_languages(_("Who comes"), "who_comes"),
                in_languages(_("What to bring, one item per line"), "what_to_bring"),
                "home_forms",
            ),
            Fieldset(
                _("Rules for booking"),
                side_by_side("duration", "buffer_after"),
                side_by_side("channels", "attendance"),
                "home_visits",
                "professionals_needed",
                side_by_side("asked_online", "suits_walk_in", "may_be_anonymous", three=True),
                "agreements",
                "other_side",
            ),
            Fieldset(_("On the pages"), side_by_side("slug", "order"), "is_active"),
        )

    def clean_channels(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["channels"]
        if not chosen:
            raise ValidationError(_("Choose at least one channel."))
        return chosen
