"""Names as they are compared: å, ä and ö as a and o, accents left out, small letters."""

from django.db.models import CharField, Func

_FROM = "ÅÄÆÁÀÃÂåäæáàãâÖØÓÒÕÔöøóòõôÉÈËÊéèëêÜÚÙÛüúùûÍÌÎÏíìîïŠšŽžÇçÑñÝý"
_TO = "AAAAAAAaaaaaaaOOOOOOooooooEEEEeeeeUUUUuuuuIIIIiiiiSsZzCcNnYy"
_TABLE = str.maketrans(_FROM, _TO)


def folded(name: str) -> str:
    """`aino makinen` of Aino Mäkinen."""
    return " ".join(name.translate(_TABLE).lower().replace("-", " ").split())


class Folded(Func):
    """The same in the database, with a space before each word, so that words' beginnings are found.

    Migrations hold this expression in an index: what changes here needs a new index.
    """

    # Not the database's own rules for letters, which differ from one installation to another.
    template = f"(' ' || LOWER(TRANSLATE(%(expressions)s, '{_FROM}-', '{_TO} ')))"
    output_field = CharField()
