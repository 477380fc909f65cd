"""When a parent looks at the plan again. Kept in one's own part: the other is not told. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

REVIEW = "review"

Content = dict[str, Any]


def review_of(own: Mapping[str, Any]) -> date | None:
    """The day; None where none is chosen."""
    kept = own.get(REVIEW)
    return date.fromisoformat(kept) if kept else None


def with_review(own: Content, day: date | None) -> Content:
    """The own part with that day."""
    kept = {key: value for key, value in own.items() if key != REVIEW}
    return kept if day is None else {**kept, REVIEW: day.isoformat()}
