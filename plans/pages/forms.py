"""Forms for what parents write. Actions do the rest."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.ui.public_forms import CleanForm
from plans.content.answers import FOR_ALL, fingerprint
from plans.content.children import AGES, MAX_CHILDREN, Child
from plans.content.limits import LONGEST, NAME_LONGEST
from plans.content.questions import AnswerKind, PlanQuestion
from plans.models import PartKind
from plans.parents import Parent
from plans.vault.drafts import DraftAccess


class CountForm(CleanForm):
    """How many children the plan is for."""

    children = forms.TypedChoiceField(
        label=_("How many children is the plan for?"),
        choices=[(number, str(number)) for number in range(1, MAX_CHILDREN + 1)],
        coerce=int,
        widget=forms.RadioSelect,
    )


class PlanChildrenForm(CleanForm):
    """First names and ages, and what the child calls the writer."""

    # The fingerprint of the children and names that the form was opened with.
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=16)

    def __init__(
        self,
        *args: Any,
        numbers: Sequence[int],
        more: int | None = None,
        writer: Parent = Parent.FIRST,
        **kwargs: Any,
    ) -> None:
        """Build fields for `numbers`; `more`: one more child, which may be left empty.

        `writer`: the parent who is “you”. Nobody names the other parent.
        """
        super().__init__(*args, **kwargs)
        self.numbers = [*numbers, *([more] if more is not None else [])]
        self.more, self.writer = more, writer
        for place, number in enumerate(self.numbers, start=1):
            self.fields[f"name{number}"] = forms.CharField(
                label=_("First name"),
                required=number != more,
                max_length=NAME_LONGEST,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
                error_messages={
                    "required": format_lazy(
                        _("Write the first name or nickname of child {place}."), place=place
                    )
                },
            )
            self.fields[f"age{number}"] = forms.ChoiceField(
                label=_("Age"),
                required=number != more,
                choices=[("", _("Choose")), *AGES],
                error_messages={
                    "required": format_lazy(_("Choose the age of child {place}."), place=place)
                },
            )
            # Left empty, no child is added: not marked as optional.
            self.unmarked = (*self.unmarked, f"name{number}", f"age{number}")
        self.fields[writer.value] = forms.CharField(
            label=_("What does the child call you?"),
            required=False,
            max_length=NAME_LONGEST,
            help_text=_(
                "For example mum or dad. It is shown in the plan. The other parent "
                "chooses their own."
            ),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    def groups(self) -> list[tuple[int, int, str, list[Any]]]:
        """Return the fields of each child: position, number, name so far, fields."""
        return [
            (
                place,
                number,
                self.initial.get(f"name{number}", ""),
                [self[f"name{number}"], self[f"age{number}"]],
            )
            for place, number in enumerate(self.numbers, start=1)
        ]

    def parent_field(self) -> Any:
        """Return the field for the writer's name."""
        return self[self.writer.value]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        more = self.more
        is_named = more is not None and data.get(f"name{more}")
        if is_named and not data.get(f"age{more}") and f"age{more}" not in self.errors:
            message = _("Choose the age of child {place}.")
            self.add_error(f"age{more}", str(message).format(place=len(self.numbers)))
        return data

    @property
    def children(self) -> list[Child]:
        data = self.cleaned_data
        rows = [(number, data[f"name{number}"], data[f"age{number}"]) for number in self.numbers]
        return [Child(*row) for row in rows if row[1]]

    @property
    def name(self) -> str:
        """The writer's name."""
        called: str = self.cleaned_data[self.writer.value]
        return called

    @staticmethod
    def initial_of(children: Sequence[Child], parents: Mapping[str, str]) -> dict[str, Any]:
        initial: dict[str, Any] = dict(parents)
        for child in children:
            initial |= {f"name{child.number}": child.name, f"age{child.number}": child.age}
        return initial


def text_name(child: int) -> str:
    return f"text{child}" if child else "text"


def as_typed(text: str) -> str:
    """Restore line ends as typed: browsers send them as two characters."""
    return text.replace("\r\n", "\n")


class WordsField(forms.CharField):
    """Text as typed. The server reports the limit, since a browser would cut the text silently."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return as_typed(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


def answer_field(
    question: PlanQuestion, label: Any, parents: Mapping[Parent, str], *, required: bool = False
) -> forms.Field:
    if question.answered is AnswerKind.PARENT:
        undecided = [] if required else [("", pgettext_lazy("answer", "Not decided yet"))]
        return forms.ChoiceField(
            label=label,
            required=required,
            choices=[*((parent.value, name) for parent, name in parents.items()), *undecided],
            widget=forms.RadioSelect,
        )
    return WordsField(
        label=label,
        required=required,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
    )


class AnswerForm(CleanForm):
    """One question: for all children, and differently for one child where needed.

    With each text goes the fingerprint of what the form was opened with.
    """

    def __init__(
        self,
        *args: Any,
        question: PlanQuestion,
        children: Sequence[Child],
        parents: Mapping[Parent, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.children = [FOR_ALL, *(child.number for child in children if len(children) > 1)]
        names = {child.number: child.name for child in children}
        for child in self.children:
            label: Any = question.text if child == FOR_ALL else names[child]
            self.fields[text_name(child)] = answer_field(question, label, parents)
            # Every question may be skipped, as the button says.
            self.unmarked = (*self.unmarked, text_name(child))
            self.fields[f"seen{child}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, max_length=16
            )
        self.fields["text"].help_text = question.hint

    def for_each(self) -> list[Any]:
        """Return the fields of the single children."""
        return [self[text_name(child)] for child in self.children if child != FOR_ALL]

    @property
    def differs(self) -> bool:
        """Whether something is written for one child, so that those fields are shown."""
        return any(field.value() or field.errors for field in self.for_each())

    def marks(self) -> list[Any]:
        return [self[f"seen{child}"] for child in self.children]

    @property
    def texts(self) -> dict[int, str]:
        return {child: self.cleaned_data[text_name(child)] for child in self.children}

    @property
    def seen(self) -> dict[int, str]:
        # A form without a fingerprint has seen an empty text.
        return {
            child: self.cleaned_data[f"seen{child}"] or fingerprint("") for child in self.children
        }


class KeptForm(forms.Form):
    """Confirm that the new link is saved, before the former one becomes invalid."""

    kept = forms.BooleanField(
        label=_("I have saved the link"),
        error_messages={
            "required": _(
                "Save the link first, then tick this. Nobody can open the draft without it."
            )
        },
    )


class LetInForm(forms.Form):
    """What a guide may see."""

    part = forms.ChoiceField(
        label=_("What may the guide see?"),
        choices=[
            ("own", _("What I write alone: the guide reads it and writes with me")),
            ("shared", _("What is shared: the guide reads it and changes nothing")),
        ],
        initial="own",
        widget=forms.RadioSelect,
    )

    def kind_for(self, access: DraftAccess) -> PartKind:
        return access.own if self.cleaned_data["part"] == "own" else PartKind.SHARED


class HomeSlipForm(forms.Form):
    """The language of the slip."""

    language = forms.ChoiceField(label=_("Language of the slip"), choices=settings.LANGUAGES)


class WordsForm(CleanForm):
    """Words to suggest to the other parent."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=16)

    def __init__(
        self, *args: Any, question: PlanQuestion, parents: Mapping[Parent, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"] = answer_field(question, _("Your words"), parents, required=True)

    @property
    def words(self) -> str:
        words: str = self.cleaned_data["words"]
        return words
