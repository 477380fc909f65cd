"""When a parent reviews the plan. Kept in the own part: the other parent does not learn of it. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

REVIEW = "review"

Content = dict[str, Any]


def review_of(own: Mapping[str, Any]) -> date | None:
    """Return the chosen day, or None."""
    kept = own.get(REVIEW)
    return date.fromisoformat(kept) if kept else None


def with_review(own: Content, day: date | None) -> Content:
    """Set or clear the day in the own part."""
    kept = {key: value for key, value in own.items() if key != REVIEW}
    return kept if day is None else {**kept, REVIEW: day.isoformat()}
