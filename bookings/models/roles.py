"""As what somebody takes part in a visit, and what follows from it: the rules are one table, RULES."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class PartyRole(models.TextChoices):
    """As what somebody takes part in a visit."""

    PARENT = "parent", _("parent")
    POSSIBLE_FATHER = "father", _("possible father")
    HUSBAND = "husband", _("husband, presumed parent")
    YOUNG = "young", _("young person of 15 or more")
    GUARDIAN = "guardian", _("substitute guardian")
    ACCESS = "access", _("other person with a right of access")
    SUPPORT = "support", _("support person")
    LAWYER = "lawyer", _("lawyer")

    @property
    def rules(self) -> "RoleRules":
        return RULES[self]

    @classmethod
    def sides(cls) -> list["PartyRole"]:
        """Return those between whom the matter is: a parent and the other parent."""
        return [role for role in cls if role.rules.is_side]

    @classmethod
    def invited(cls) -> list["PartyRole"]:
        """Return those who are invited in their own right."""
        return [role for role in cls if role.rules.is_invited]

    @classmethod
    def companions(cls) -> list["PartyRole"]:
        """Return those who come along with one of the others."""
        return [role for role in cls if role.rules.comes_along]

    @classmethod
    def added(cls) -> list["PartyRole"]:
        """Return those who are added to a visit besides the two parents."""
        return [role for role in cls if role is not cls.PARENT]

    def fits_beside(self, taken: Sequence[str], *, sides_at_most: int = 3) -> bool:
        """Say whether one more may take part in this role, besides those with the roles `taken`."""
        sides = sum(PartyRole(role).rules.is_side for role in taken)
        is_one_side_too_many = self.rules.is_side and sides >= sides_at_most
        return taken.count(self) < self.rules.at_most and not is_one_side_too_many


@dataclass(frozen=True)
class RoleRules:
    """What holds for a role. `at_most`: so many of them take part in one visit."""

    # One of the sides: notified of the same as the other, comes separately where they do not meet, counts
    # for "both came", and is contacted only as the one who asked agreed.
    is_side: bool = False
    # Cancels the visit, chooses among offered times, waits for an earlier one.
    decides_time: bool = False
    # Belongs to one party: is not asked, and is written to only where that party agrees.
    comes_along: bool = False
    at_most: int = 2

    @property
    def is_invited(self) -> bool:
        """Whether they are invited in their own right, and asked whether they come."""
        return not self.comes_along

    @property
    def makes_matter(self) -> bool:
        """Whether a matter of theirs is known again by them: a lawyer has many, of many people."""
        return not self.comes_along


RULES: dict[PartyRole, RoleRules] = {
    PartyRole.PARENT: RoleRules(is_side=True, decides_time=True),
    PartyRole.POSSIBLE_FATHER: RoleRules(is_side=True, decides_time=True),
    PartyRole.HUSBAND: RoleRules(is_side=True, decides_time=True, at_most=1),
    PartyRole.YOUNG: RoleRules(at_most=4),
    PartyRole.GUARDIAN: RoleRules(decides_time=True),
    PartyRole.ACCESS: RoleRules(),
    PartyRole.SUPPORT: RoleRules(comes_along=True),
    PartyRole.LAWYER: RoleRules(comes_along=True),
}
