"""A document as plain text. Pure."""

from collections.abc import Iterator

from plans.output.document import Document, DocumentEntry


def plain_text(document: Document) -> str:
    """Return the words exactly as they were written, with headings underlined."""
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


def _entry(entry: DocumentEntry) -> Iterator[str]:
    about = f" ({entry.child})" if entry.child else ""
    state = f" [{entry.state}]" if entry.state else ""
    yield f"\n{entry.heading}{about}{state}"
    for statement in entry.sayings:
        if statement.by:
            yield f"{statement.by}:"
        yield statement.text
