"""Maximum lengths of the texts of a plan."""

NAME_LONGEST = 40
LONGEST = 5000
