"""The tool for translations on small samples, and the catalogues of the product themselves."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from familylaw.i18n import catalogs


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    return tmp_path


def page(root: Path, text: str, name: str = "page.html") -> Path:
    path = root / "templates" / name
    path.write_text(text)
    return path


def strings_of(root: Path, *files: Path) -> list[object]:
    return [m.id for m in catalogs.extracted(root, files) if m.id]


def catalog(*rows: tuple[object, object]) -> Catalog:
    made = Catalog(locale="fi")
    for msgid, said in rows:
        made.add(msgid, said)
    return made


def faults(strings: Catalog, said: Catalog) -> list[str]:
    return list(catalogs.faults(strings, said))


def test_every_translation_of_the_product_is_there_and_sound() -> None:
    assert list(catalogs.problems(Path(settings.BASE_DIR))) == []


@pytest.mark.parametrize(
    ("language", "telling"),
    [
        ("fi", r"\b(avio)?ero|huol[lt]o|elatus|tapaamisoikeu|lastenvalvoj|perheoikeu|sovittelu"),
        ("sv", r"skilsm|separ|vårdnad|underhåll|umgänge|barnatillsyn|familjerätt|medling"),
    ],
)
def test_no_word_of_a_message_to_a_parent_tells_the_matter(language: str, telling: str) -> None:
    path = catalogs.file_of(Path(settings.BASE_DIR), language)
    said = [
        str(message.string)
        for message in catalogs.read(path, language)
        if any(name.startswith("templates/emails/") for name, _line in message.locations)
    ]
    assert len(said) > 40
    assert [text for text in said if re.search(telling, text, re.IGNORECASE)] == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_sign_in_library_speaks_every_language(language: str) -> None:
    with translation.override(language):
        said = translation.gettext("Authenticator App")
    assert said != "Authenticator App"


def test_python_strings_of_every_keyword_are_found(root: Path) -> None:
    file = page(
        root,
        "_('a')\ngettext('b' 'c')\ngettext_lazy('d')\nngettext('e', 'es', n)\n"
        "pgettext('menu', 'f')\nnpgettext_lazy('menu', 'g', 'gs', n)\nother('h')\n",
        "code.py",
    )
    assert strings_of(root, file) == ["a", "bc", "d", ("e", "es"), "f", ("g", "gs")]


def test_a_context_keeps_two_meanings_apart(root: Path) -> None:
    file = page(root, "pgettext('menu', 'Open')\ngettext('Open')\n", "code.py")
    found = [(m.context, m.id) for m in catalogs.extracted(root, [file]) if m.id]
    assert found == [("menu", "Open"), (None, "Open")]


def test_template_strings_are_found_whatever_the_indentation(root: Path) -> None:
    file = page(
        root,
        """<ul>
              <li>{% translate "One" %}</li>
        {% if x %}
      <p title="{{ _("Two") }}">{% blocktranslate trimmed with n=name %}
          Hello
          {{ n }}{% endblocktranslate %}
        {% endif %}
   {% blocktranslate count n=c %}{{ n }} time{% plural %}{{ n }} times{% endblocktranslate %}
        """,
    )
    assert strings_of(root, file) == ["One", "Two", "Hello %(n)s", ("%(n)s time", "%(n)s times")]


def test_sources_are_our_own_apps_and_templates() -> None:
    root = Path(settings.BASE_DIR)
    found = {path.relative_to(root).parts[0] for path in catalogs.sources(root)}
    apps = {"bookings", "demo", "evenings", "familylaw", "office", "plans", "referrals"}
    apps |= {"styleguide", "walkin"}
    assert found == {*apps, "templates"}


def test_an_update_keeps_translations_and_drops_what_is_obsolete(root: Path) -> None:
    known = catalog(("Kept", "Säilyi"), ("Gone", "Mennyt"))
    new = catalogs.updated(catalog(("Kept", ""), ("New", "")), known, "fi")
    assert [(m.id, m.string) for m in new if m.id] == [("Kept", "Säilyi"), ("New", "")]


def test_an_update_forgets_the_words_of_a_string_that_became_a_plural(root: Path) -> None:
    new = catalogs.updated(catalog((("day", "days"), "")), catalog(("day", "päivä")), "fi")
    assert [m.string for m in new if m.id] == [("", "")]


def test_a_catalogue_is_written_the_same_way_twice(root: Path) -> None:
    file = page(root, '{% translate "B" %}\n{% translate "A" %}\n')
    path = root / "fi.po"
    catalogs.write(catalogs.updated(catalogs.extracted(root, [file]), Catalog(), "fi"), path, "fi")
    first = path.read_text()
    page(root, '\n\n{% translate "A" %}\n{% translate "B" %}\n')
    again = catalogs.updated(catalogs.extracted(root, [file]), catalogs.read(path, "fi"), "fi")
    catalogs.write(again, path, "fi")
    assert path.read_text() == first
    assert first.endswith(
        '#: templates/page.html\nmsgid "A"\nmsgstr ""\n\n#: templates/page.html\nmsgid "B"\n'
        'msgstr ""\n'
    )


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (catalog(), "missing “Hello %(name)s” ()"),
        (catalog(("Hello %(name)s", "")), "empty “Hello %(name)s” ()"),
        (catalog(("Hello %(name)s", "  ")), "empty “Hello %(name)s” ()"),
        (catalog(("Hello %(name)s", "Hei")), "placeholders differ “Hello %(name)s” ()"),
        (catalog(("Hello %(name)s", "Hei %(nimi)s")), "placeholders differ “Hello %(name)s” ()"),
        (catalog(("Hello %(name)s", "Hei %(name)")), "placeholders differ “Hello %(name)s” ()"),
    ],
)
def test_a_wrong_translation_is_named(said: Catalog, fault: str) -> None:
    assert faults(catalog(("Hello %(name)s", "")), said) == [fault]


def test_an_uncertain_translation_is_named() -> None:
    said = Catalog(locale="fi")
    said.add("Hello", "Hei", flags={"fuzzy"})
    assert faults(catalog(("Hello", "")), said) == ["fuzzy “Hello” ()"]


def test_an_obsolete_translation_is_named() -> None:
    assert faults(catalog(), catalog(("Hello", "Hei"))) == ["obsolete “Hello”"]


def test_braces_and_percent_signs_are_compared() -> None:
    strings = catalog(("{a} of 100 %%", ""))
    assert faults(strings, catalog(("{a} of 100 %%", "{a} sadasta %%"))) == []
    assert faults(strings, catalog(("{a} of 100 %%", "{b} sadasta %%"))) != []
    assert faults(strings, catalog(("{a} of 100 %%", "{a} sadasta %"))) != []


def test_one_thing_may_leave_its_number_out_and_several_may_not() -> None:
    days = ("%(n)s day", "%(n)s days")
    strings = catalog((days, ""))
    assert faults(strings, catalog((days, ("%(n)s päivä", "%(n)s päivää")))) == []
    assert faults(strings, catalog((days, ("%(n)s päivä", "päiviä")))) != []
    assert faults(strings, catalog((days, ("%(n)s päivä", "")))) != []
    assert (
        faults(
            catalog((("a day", "%(n)s days"), "")),
            catalog((("a day", "%(n)s days"), ("yksi päivä", "%(n)s päivää"))),
        )
        == []
    )


def test_compiling_writes_what_gettext_reads_and_only_when_it_is_older(root: Path) -> None:
    path = catalogs.file_of(root, "fi")
    catalogs.write(catalog(("Hello", "Hei")), path, "fi")
    assert catalogs.compile_all(root) == [path.with_suffix(".mo")]
    assert catalogs.compile_all(root) == []
    import gettext

    with path.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Hello") == "Hei"


def test_a_process_that_compiles_translates_with_what_it_has_compiled(
    monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    monkeypatch.setattr(settings, "LOCALE_PATHS", [str(root / "locale")])
    translation_file_changed(sender=None, file_path=Path("before.mo"))
    try:
        with translation.override("fi"):
            assert translation.gettext("Good day to all") == "Good day to all"
            catalogs.write(
                catalog(("Good day to all", "Hyvää päivää")), catalogs.file_of(root, "fi"), "fi"
            )
            catalogs.compile_all(root)
            translation.activate("fi")
            assert translation.gettext("Good day to all") == "Hyvää päivää"
    finally:
        translation_file_changed(sender=None, file_path=Path("after.mo"))


def test_the_check_of_the_command_fails_loudly(
    monkeypatch: pytest.MonkeyPatch, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "BASE_DIR", root)
    page(root, '{% translate "One" %}')
    with pytest.raises(CommandError) as raised:
        call_command("messages", "--check")
    assert str(raised.value) == ("Translations: 2 to see to (manage.py messages adds new strings).")
    assert "sv: missing “One” (templates/page.html)" in capsys.readouterr().err


def test_the_command_adds_new_strings(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    monkeypatch.setattr(settings, "BASE_DIR", root)
    page(root, '{% translate "One" %}')
    call_command("messages")
    assert [m.id for m in catalogs.read(catalogs.file_of(root, "sv"), "sv") if m.id] == ["One"]


# Words that readers stumbled over, and what is said instead.
RELAPSES = {
    "fi": {
        "eikä mitään ole varattu": "Mitään ei tallennettu",
        "vuorokaudenajat sopivat": "kellonajat sopivat",
        "Sopivat vuorokaudenajat": "Sopivat kellonajat",
        "Ei enää hyötyä päivän jälkeen": "Viimeinen päivä, josta on hyötyä",
        "Tilalle, jonka on nyt": "Tulee henkilön … tilalle",
        "Klo asti": "Päättyy",
        "ajat tarjottu": "ajat on tarjottu",
    },
    "sv": {
        "och inget är bokat": "Ingenting sparades",
        "professionell": "yrkesperson",
        "Har varit här tidigare": "Varit här tidigare",
        "till hands": "nära till hands",
    },
}


@pytest.mark.parametrize("language", RELAPSES)
def test_words_that_were_mended_stay_mended(language: str) -> None:
    root = Path(settings.BASE_DIR)
    said = [
        text
        for message in catalogs.read(catalogs.file_of(root, language), language)
        for text in (message.string if isinstance(message.string, tuple) else [message.string])
    ]
    found = [
        f"{text} (say: {better})"
        for text in said
        for worse, better in RELAPSES[language].items()
        if worse in text and better not in text
    ]
    assert found == []
