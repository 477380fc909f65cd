"""How long the texts of a plan may be."""

NAME_LONGEST = 40
LONGEST = 5000
