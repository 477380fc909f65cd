"""Words of our libraries: ours win where we have them, and there is nothing left in English."""

from functools import cache
from pathlib import Path
from types import ModuleType

import allauth
import django
import phonenumber_field
import pytest
from allauth.mfa.models import Authenticator
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string

from familylaw.i18n import catalogs
from office.models import User

LANGUAGES = ("fi", "sv")
# Names that are the same in every language, and what only admin pages show.
NOT_TRANSLATED = {"WebAuthn", "MFA", "Accounts"}


def files_of(root: Path, *parts: str) -> list[Path]:
    found = [file for part in parts for file in [root / part, *(root / part).rglob("*")]]
    return [
        file
        for file in found
        if file.suffix in (".py", ".html", ".txt")
        and not {"tests", "migrations", "socialaccount"} & set(file.parts)
    ]


def strings(module: ModuleType, *parts: str) -> Catalog:
    root = Path(str(module.__file__)).parent
    return catalogs.extracted(root, files_of(root, *parts))


@cache
def signing_in() -> list[Message]:
    parts = ("account", "mfa", "core", "templates/account", "templates/mfa")
    return [message for message in strings(allauth, *parts) if message.id]


def words(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def said(message: Message) -> tuple[str, str]:
    """Return the English and the active language; for plurals, as of two."""
    one, *several = words(message.id)
    if several:
        return several[0], translation.ngettext(one, several[0], 2)
    if message.context:
        return one, translation.pgettext(message.context, one)
    return one, translation.gettext(one)


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_words_win_over_those_of_the_libraries(language: str) -> None:
    catalog = catalogs.read(catalogs.file_of(Path(settings.BASE_DIR), language), language)
    with translation.override(language):
        lost = [
            message.id
            for message in catalog
            if message.id and message.string and said(message)[1] != words(message.string)[-1]
        ]
    assert lost == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_speaks_every_language(language: str) -> None:
    with translation.override(language):
        english = [word for word, told in map(said, signing_in()) if word == told]
    assert set(english) - NOT_TRANSLATED == set()


def test_the_words_that_we_say_ourselves_are_still_those_of_the_libraries() -> None:
    root = Path(settings.BASE_DIR)
    ours = catalogs.extracted(root, [root / "familylaw" / "i18n" / "library_words.py"])
    theirs = {(message.context, message.id) for message in signing_in()}
    for catalog in (
        strings(phonenumber_field, "formfields.py"),
        strings(django, "forms", "core/validators.py", "contrib/auth"),
    ):
        theirs |= {(message.context, message.id) for message in catalog}
    assert {(message.context, message.id) for message in ours if message.id} - theirs == set()


@pytest.mark.parametrize(
    ("language", "told"), [("fi", "Täytä tämä kohta."), ("sv", "Fyll i det här fältet.")]
)
def test_an_empty_field_is_named_in_plain_words(language: str, told: str) -> None:
    with translation.override(language):
        assert translation.gettext("This field is required.") == told


@pytest.mark.django_db
@pytest.mark.parametrize("form", settings.MFA_FORMS.values())
def test_the_name_of_a_security_key_has_a_label_in_every_language(form: str) -> None:
    key = Authenticator(type=Authenticator.Type.WEBAUTHN, data={"name": "x"}, user=User())
    given: dict[str, object] = {"user": User()} if "Add" in form else {"instance": key}
    field = import_string(form)(initial={"name": "x"}, **given).fields["name"]
    with translation.override("fi"):
        assert str(field.label) == "Nimi"
