"""The line icons: their drawings are symbols of one file, which every page shares."""

from functools import cache
from xml.etree import ElementTree

from django.conf import settings
from django.templatetags.static import static

SPRITE = "icons/sprite.svg"
SYMBOL = "{http://www.w3.org/2000/svg}symbol"


@cache
def names() -> frozenset[str]:
    root = ElementTree.parse(settings.BASE_DIR / "static" / SPRITE).getroot()  # noqa: S314 - our own
    return frozenset(symbol.attrib["id"] for symbol in root.iter(SYMBOL))


@cache
def address_of(name: str) -> str:
    """Return where the drawing is, for <use>. KeyError for an unknown name.

    Kept, since a page of the calendar asks hundreds of times; files change with a release alone.
    """
    if name not in names():
        raise KeyError(name)
    return f"{static(SPRITE)}#{name}"
