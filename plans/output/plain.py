"""A document as plain text. Pure."""

from collections.abc import Iterator

from plans.output.document import Document, Entry


def plain_text(document: Document) -> str:
    """Words exactly as they were written; headings underlined."""
    return "\n".join(_lines(document)).strip("\n") + "\n"


def _lines(document: Document) -> Iterator[str]:
    yield document.title
    yield "=" * len(document.title)
    yield from (line for line in (document.subtitle, *document.facts, document.note) if line)
    if document.opening:
        yield f"\n{document.opening}"
    if document.is_empty:
        yield f"\n{document.empty}"
    for chapter in document.chapters:
        yield f"\n\n{chapter.title}"
        yield "-" * len(chapter.title)
        for entry in chapter.entries:
            yield from _entry(entry)
    if document.closing:
        yield f"\n\n{document.closing}"


def _entry(entry: Entry) -> Iterator[str]:
    about = f" ({entry.child})" if entry.child else ""
    state = f" [{entry.state}]" if entry.state else ""
    yield f"\n{entry.heading}{about}{state}"
    for saying in entry.sayings:
        if saying.by:
            yield f"{saying.by}:"
        yield saying.text
