"""The Markdown that the unit writes in: paragraphs, headings, lists, emphasis. No links, no HTML."""

from functools import cache

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token


def to_html(text: str, *, heading: int = 2) -> SafeString:
    """Return the text as HTML; a heading (##) becomes <h2>, or one of the level `heading`."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        _set_level(token, heading)
    # Every character that the author wrote was escaped: the parser knows no HTML.
    html: str = parser.renderer.render(tokens, parser.options, {})
    return mark_safe(html)  # noqa: S308


def _set_level(token: Token, heading: int) -> None:
    if token.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        token.tag = f"h{heading}"


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("zero", {"html": False, "breaks": True}).enable(
        ["heading", "list", "emphasis", "newline", "escape"]
    )
