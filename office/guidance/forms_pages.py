"""Short pages and the rules of "Which way?", as the manager edits them."""

from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from office.guidance.pages import FIELDS
from office.models import (
    WAYS,
    GuidanceLink,
    GuidancePage,
    GuidancePageVersion,
    Service,
    WayAnswer,
    WayEnding,
    WayQuestion,
)
from office.ui.forms import (
    LANGUAGES,
    OfficeModelForm,
    in_languages,
    row_choice,
    side_by_side,
    texts,
)

LEADS = ("services", "links")
CHECKBOXES = dict.fromkeys((*LEADS, "pages"), forms.CheckboxSelectMultiple)


def _offer_leads(form: OfficeModelForm) -> None:
    """Offer what is in use, and what is chosen already."""
    for name, rows in (("services", Service.objects), ("links", GuidanceLink.objects)):
        row_choice(form, name, rows.in_use())


class GuidancePageForm(OfficeModelForm):
    """The words of the page, which make a new version where they are new, and where it leads."""

    title_fi, title_sv, title_en = (forms.CharField(max_length=80) for _code in range(3))
    summary_fi, summary_sv, summary_en = (
        forms.CharField(max_length=240, required=False) for _code in range(3)
    )
    text_fi, text_sv, text_en = (
        forms.CharField(max_length=6000, widget=forms.Textarea) for _code in range(3)
    )
    is_checked = forms.BooleanField(
        label=_("I have read these words, and they are right: the public may read them"),
        required=False,
    )
    checked_by = forms.CharField(
        label=_("Checked by"),
        max_length=40,
        required=False,
        help_text=_("A role or initials, as the public page shows it. No names."),
    )

    class Meta:
        model = GuidancePage
        fields = ["slug", "order", "is_active", *LEADS, *WAYS]
        widgets = dict.fromkeys(LEADS, forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, version: GuidancePageVersion | None, who: str, **kwargs: Any
    ) -> None:
        start = {field: getattr(version, field) for field in FIELDS} if version else {}
        super().__init__(*args, initial={"checked_by": who, **start}, **kwargs)
        for name in ("title", "summary", "text"):
            for code, language in LANGUAGES.items():
                field = self.fields[f"{name}_{code}"]
                field.label = language
                # The public reads it in their own language: none may be missing.
                field.required = name != "summary"
                if name == "text":
                    field.widget.attrs["rows"] = 16
        if self.instance.pk:
            # It stands in links that people have kept.
            del self.fields["slug"]
        _offer_leads(self)

    def layout(self) -> Layout:
        return Layout(
            *([] if self.instance.pk else ["slug"]),
            in_languages(_("Heading"), "title"),
            in_languages(_("In one sentence"), "summary"),
            in_languages(_("Text"), "text"),
            Fieldset(_("Has it been checked?"), "is_checked", "checked_by"),
            Fieldset(_("Where it leads"), side_by_side(*LEADS), side_by_side(*WAYS)),
            Fieldset(_("On the pages"), "order", "is_active"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_checked") and not cleaned.get("checked_by"):
            self.add_error("checked_by", _("Say who has checked it: a role or initials."))
        return cleaned

    @property
    def words(self) -> dict[str, str]:
        """The words as they were written, with one kind of line ends."""
        return {name: self.cleaned_data[name].replace("\r\n", "\n") for name in FIELDS}

    @property
    def checked_as(self) -> str:
        """Who says that the words are right; empty where nobody does."""
        cleaned = self.cleaned_data
        return str(cleaned["checked_by"]) if cleaned["is_checked"] else ""


class WayQuestionForm(OfficeModelForm):
    class Meta:
        model = WayQuestion
        fields = texts("text", "hint")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("text", "hint", required=["text"])
        _want_all(self, "text")

    def layout(self) -> Layout:
        return Layout(in_languages(_("Question"), "text"), in_languages(_("Hint below it"), "hint"))


class WayAnswerForm(OfficeModelForm):
    class Meta:
        model = WayAnswer
        fields = [*texts("text"), "order", "next_question", "ending"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("text", required=["text"])
        _want_all(self, "text")
        others = WayQuestion.objects.exclude(pk=self.instance.question_id).exclude(is_first=True)
        row_choice(self, "next_question", others, _("No question: it ends"))
        row_choice(self, "ending", WayEnding.objects.all(), _("No end: another question follows"))
        self.fields["order"].help_text = _(
            "The smallest first. An answer that leads to emergency help stands first."
        )

    def layout(self) -> Layout:
        return Layout(
            in_languages(_("Answer"), "text"),
            Fieldset(_("Where it leads"), side_by_side("next_question", "ending")),
            "order",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if bool(cleaned.get("next_question")) == bool(cleaned.get("ending")):
            self.add_error("ending", ValidationError(_("Choose one: a question or an end.")))
        return cleaned


if TYPE_CHECKING:
    ChoiceOfPages = forms.ModelMultipleChoiceField[GuidancePage]
else:
    ChoiceOfPages = forms.ModelMultipleChoiceField


class PageChoice(ChoiceOfPages):
    """Pages by the titles of their newest words."""

    def label_from_instance(self, obj: GuidancePage) -> str:
        version = next(iter(obj.versions.all()), None)
        return str(version.title) if version else obj.slug


class WayEndingForm(OfficeModelForm):
    pages = PageChoice(
        GuidancePage.objects.none(),
        label=_("Short pages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = WayEnding
        fields = [*texts("title", "text"), *LEADS, "pages", *WAYS]
        widgets = CHECKBOXES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("title", "text", required=["title", "text"])
        _want_all(self, "title", "text")
        _offer_leads(self)
        row_choice(self, "pages", GuidancePage.objects.in_use().prefetch_related("versions"))

    def layout(self) -> Layout:
        return Layout(
            in_languages(_("Heading"), "title"),
            in_languages(_("Text"), "text"),
            Fieldset(
                _("Where it leads"), side_by_side("services", "links", "pages"), side_by_side(*WAYS)
            ),
        )


def _want_all(form: OfficeModelForm, *names: str) -> None:
    """Require all languages: nobody may come to a question in another than their own."""
    for name in texts(*names):
        form.fields[name].required = True
