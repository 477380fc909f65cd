"""Names as they are compared and ordered.

Compared: å, ä and ö as a and o, accents left out, small letters. Ordered: as Finnish and Swedish do.
"""

from unicodedata import normalize

from django.db.models import CharField, Func

_FROM = "ÅÄÆÁÀÃÂåäæáàãâÖØÓÒÕÔöøóòõôÉÈËÊéèëêÜÚÙÛüúùûÍÌÎÏíìîïŠšŽžÇçÑñÝý"
# Letters that Unicode does not take apart.
_WHOLE = {"Æ": "A", "æ": "a", "Ø": "O", "ø": "o"}
_TO = "".join(_WHOLE.get(letter) or normalize("NFD", letter)[0] for letter in _FROM)
_TABLE = str.maketrans(_FROM, _TO)


def folded(name: str) -> str:
    """Fold Aino Mäkinen to `aino makinen`, also where the ä is typed as two characters.

    Only letters that the database's index folds too: more would no longer be found there.
    """
    return " ".join(normalize("NFC", name).translate(_TABLE).lower().replace("-", " ").split())


# å, ä and ö come after z, ü is a y, and other accents do not count: the order of Finnish and Swedish, by
# the signs that follow z in ASCII.
_ORDER_FROM, _ORDER_TO = "ÅåÄäÆæÖöØøÜüÞþ", "{{||||}}}}yytt"
_OTHERS = "".join(letter for letter in _FROM if letter not in _ORDER_FROM)
_ORDER_FROM, _ORDER_TO = _ORDER_FROM + _OTHERS, _ORDER_TO + _OTHERS.translate(_TABLE)
_ORDER_TABLE = str.maketrans(_ORDER_FROM, _ORDER_TO)


def alphabetical(name: str) -> str:
    """Make the key by which names are sorted: Aalto, Zetterberg, Åberg, Äijälä, Öhman."""
    return normalize("NFC", name).translate(_ORDER_TABLE).lower()


# Words that belong to the surname after them.
_PARTICLES = frozenset({"af", "al", "da", "de", "den", "der", "di", "el", "la", "le", "van", "von"})


def surname(name: str) -> str:
    """Return `von Troil` of Carl von Troil, and of "von Troil, Carl"; a name of one word as it is."""
    before, comma, _after = name.partition(",")
    if comma and before.strip():
        return before.strip()
    words = name.split()
    first = max(len(words) - 1, 0)
    while first > 1 and words[first - 1].lower() in _PARTICLES:
        first -= 1
    return " ".join(words[first:])


class Folded(Func):
    """The same in the database, with a space before each word, so that words' beginnings are found.

    Migrations hold this expression in an index: what changes here needs a new index.
    """

    # Not the database's own rules for letters, which differ from one installation to another.
    template = f"(' ' || LOWER(TRANSLATE(%(expressions)s, '{_FROM}-', '{_TO} ')))"
    output_field = CharField()


class Alphabetical(Func):
    """Order by `alphabetical` in the database, which may have no collation of Finnish."""

    template = f"LOWER(TRANSLATE(%(expressions)s, '{_ORDER_FROM}', '{_ORDER_TO}')) COLLATE \"C\""
    output_field = CharField()
