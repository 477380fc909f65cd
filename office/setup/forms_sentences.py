"""The unit's standard sentences, as the manager writes them."""

from typing import Any

from crispy_forms.layout import Layout
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from office.core.identity_code import refuse_identity_code
from office.core.languages import LANGUAGES
from office.core.neutral import tells_matter
from office.models import StandardSentence
from office.ui.forms import OfficeModelForm, in_languages, texts


class StandardSentenceForm(OfficeModelForm):
    class Meta:
        model = StandardSentence
        fields = ["name", *texts("text"), "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Each reader gets it in their own language: a missing one would reach them in another.
        self.name_texts("text", required=["text"])
        for name in texts("text"):
            self.fields[name].required = True

    def layout(self) -> Layout:
        return Layout("name", in_languages(_("Sentence"), "text"), "is_active")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for code, _name in LANGUAGES:
            text = cleaned.get(f"text_{code}") or ""
            try:
                refuse_identity_code(text)
            except ValidationError as error:
                self.add_error(f"text_{code}", error)
            if tells_matter(text):
                self.add_error(
                    f"text_{code}",
                    _(
                        "This sentence tells what the matter is, and it stands in e-mail, which others "
                        "may see. Say it without that."
                    ),
                )
        return cleaned
