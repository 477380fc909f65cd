"""Letters from their templates: templates/emails/<name>.subject, .txt and .sms.

Letters are neutral: no matter, no names, nothing of what another party did. Anybody may see a message, so
that what to bring and how to get there stand on the personal page behind the link, and e-mail and text
message say the same. {link} and {code} are filled in when the message leaves.
"""

import re
from collections.abc import Mapping, Sequence

from django.template import engines
from django.utils.translation import override

# The usual delimiter: mail programs show what follows as a signature.
_SIGNATURE = "\n\n-- \n"


def subject(name: str, languages: Sequence[str], context: Mapping[str, object]) -> str:
    """Render the subject of an e-mail, in all of the languages."""
    return " / ".join(
        " ".join(text.split()) for text in _in_each(f"{name}.subject", languages, context)
    )


def body(name: str, languages: Sequence[str], context: Mapping[str, object]) -> str:
    """Render the text of an e-mail in all of the languages, above one signature."""
    letters = [
        re.sub(r"\n{3,}", "\n\n", text).strip().split(_SIGNATURE)
        for text in _in_each(f"{name}.txt", languages, context)
    ]
    names = dict.fromkeys(line for _text, signature in letters for line in signature.splitlines())
    signature = "\n".join(names)
    text = "\n\n* * *\n\n".join(text for text, _signature in letters)
    return f"{text}{_SIGNATURE}{signature}\n"


def text_message(name: str, languages: Sequence[str], context: Mapping[str, object]) -> str:
    """Render the words of a text message in all of the languages, with one link at the end."""
    texts = [" ".join(text.split()) for text in _in_each(f"{name}.sms", languages, context)]
    return f"{' / '.join(texts)} {context['link']}"


def _in_each(template: str, languages: Sequence[str], context: Mapping[str, object]) -> list[str]:
    # The engine of plain text: nothing is escaped.
    letter = engines["text"].get_template(f"emails/{template}")
    texts = []
    for language in languages:
        with override(language):
            texts.append(letter.render(dict(context)))
    return texts
