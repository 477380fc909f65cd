"""The two parents of a plan."""

from enum import StrEnum


class Parent(StrEnum):
    FIRST = "first"
    SECOND = "second"

    @property
    def other(self) -> "Parent":
        return Parent.SECOND if self is Parent.FIRST else Parent.FIRST
