"""Words that would tell whoever sees a message what it is about. Pure.

A phone lies on a table, an inbox is shared: who writes, and how to reach us, must not tell it either.
"""

import re

# The beginnings of words, in Finnish, Swedish and English.
_TELLING = re.compile(
    r"\b(?:eron?\b|eroa|eroi|eronn|eroneuv|erov|erota|avioer|avioliit|laps|lasten|elat|huolto|huoltaj"
    r"|vanhem|perhe|tapaamisoik|isyy|äitiy|adopt|ottolap|sovittelu|lastensuoj"
    r"|skils|separat|barn|underhåll|vårdnad|famil|föräld|umgäng|faderskap|moderskap|medling"
    r"|divorc|child|custod|parent|mainten|alimon|access right|paternit|maternit|mediat|law\b)",
    re.IGNORECASE,
)


def tells_matter(text: str) -> bool:
    """Say whether a name or an address gives away that it is about a family's matters."""
    return bool(_TELLING.search(text.replace("_", " ")))
