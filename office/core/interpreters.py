"""Interpreters: languages from a list of ours, so that no free text reaches who meets the parents."""

from django.utils.translation import pgettext_lazy

OTHER = "other"
# Spoken here most as a first language besides the three of the service, then the rest, by their code.
LANGUAGES = [
    ("ar", pgettext_lazy("language", "Arabic")),
    ("ru", pgettext_lazy("language", "Russian")),
    ("uk", pgettext_lazy("language", "Ukrainian")),
    ("et", pgettext_lazy("language", "Estonian")),
    ("so", pgettext_lazy("language", "Somali")),
    ("fa", pgettext_lazy("language", "Persian (Farsi, Dari)")),
    ("ckb", pgettext_lazy("language", "Kurdish (Sorani)")),
    ("kmr", pgettext_lazy("language", "Kurdish (Kurmanji)")),
    ("sq", pgettext_lazy("language", "Albanian")),
    ("am", pgettext_lazy("language", "Amharic")),
    ("bn", pgettext_lazy("language", "Bengali")),
    ("bg", pgettext_lazy("language", "Bulgarian")),
    ("zh", pgettext_lazy("language", "Chinese (Mandarin)")),
    ("en", pgettext_lazy("language", "English")),
    ("tl", pgettext_lazy("language", "Filipino (Tagalog)")),
    ("fi", pgettext_lazy("language", "Finnish")),
    ("fr", pgettext_lazy("language", "French")),
    ("de", pgettext_lazy("language", "German")),
    ("hi", pgettext_lazy("language", "Hindi")),
    ("hu", pgettext_lazy("language", "Hungarian")),
    ("it", pgettext_lazy("language", "Italian")),
    ("lv", pgettext_lazy("language", "Latvian")),
    ("lt", pgettext_lazy("language", "Lithuanian")),
    ("ne", pgettext_lazy("language", "Nepali")),
    ("pl", pgettext_lazy("language", "Polish")),
    ("pt", pgettext_lazy("language", "Portuguese")),
    ("ro", pgettext_lazy("language", "Romanian")),
    ("se", pgettext_lazy("language", "Northern Sámi")),
    ("es", pgettext_lazy("language", "Spanish")),
    ("sv", pgettext_lazy("language", "Swedish")),
    ("sw", pgettext_lazy("language", "Swahili")),
    ("ta", pgettext_lazy("language", "Tamil")),
    ("th", pgettext_lazy("language", "Thai")),
    ("ti", pgettext_lazy("language", "Tigrinya")),
    ("tr", pgettext_lazy("language", "Turkish")),
    ("ur", pgettext_lazy("language", "Urdu")),
    ("vi", pgettext_lazy("language", "Vietnamese")),
    (OTHER, pgettext_lazy("language", "Another language")),
]
CODES = frozenset(code for code, _name in LANGUAGES)


def language_name(code: str) -> str:
    """Name the language; empty where no interpreter is asked for."""
    return str(dict(LANGUAGES).get(code, dict(LANGUAGES)[OTHER])) if code else ""
