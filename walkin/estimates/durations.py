"""How long visits take: learned from finished ones, and not from slips of the hand. Pure.

A key pressed by mistake leaves a visit of seconds, a forgotten one a visit of hours. Neither says
anything about how long the next one takes, and since the logarithm of the minutes is averaged, one
visit of six seconds would weigh as much as a dozen ordinary ones. So what cannot be a visit is left
out, and what is unlikely is drawn in to the edge of the likely: the median and the median absolute
deviation (MAD) stay where they are as long as fewer than half of the values are wrong.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, expm1, log, log1p, sqrt
from statistics import median
from typing import NamedTuple

# The duration of a visit before anything was measured: mostly 12 to 45 minutes.
PRIOR_MINUTES = 22.0
PRIOR_SPREAD = 0.5
# The prior weighs as much as this many measured visits.
PRIOR_WEIGHT = 8.0
# Visits outside these minutes teach nothing: a mistaken key, a visit that nobody ended.
SHORTEST_MINUTES, LONGEST_MINUTES = 3.0, 150.0
# Values are drawn in to so many spreads from the middle: of a normal distribution, one in eighty.
CLIP_SPREADS = 2.5
# The middle of fewer visits says too little: the prior stands in for it.
ENOUGH_VISITS = 6
_SPREAD_OF_MAD = 1.4826
_SMALLEST_SPREAD = 0.2
# What was stored before slips were left out is believed only so far.
_LARGEST_VARIANCE = 0.75**2


class Durations(NamedTuple):
    """How long visits about one matter take: the logarithm of the minutes is normal."""

    log_mean: float = log(PRIOR_MINUTES)
    log_spread: float = PRIOR_SPREAD

    @property
    def typical(self) -> float:
        """The median, in minutes."""
        return exp(self.log_mean)


PRIOR = Durations()


def taken_together(matters: Sequence[Durations]) -> Durations:
    """Add up one visit about several matters: a lognormal of the sum's mean and variance.

    Of independent durations (Fenton 1960). The first matter alone would tell the others a wait too short.
    """
    if len(matters) == 1:
        return matters[0]
    means = [exp(m.log_mean + m.log_spread**2 / 2) for m in matters]
    variance = sum(mean**2 * expm1(m.log_spread**2) for mean, m in zip(means, matters, strict=True))
    mean = sum(means)
    spread_squared = log1p(variance / mean**2)
    return Durations(log(mean) - spread_squared / 2, sqrt(spread_squared))


@dataclass(frozen=True, slots=True)
class Measured:
    """Sums over measured visits: their count, and of the logarithm of their minutes and its square."""

    count: int = 0
    log_sum: float = 0.0
    log_squares: float = 0.0

    def __add__(self, other: "Measured") -> "Measured":
        return Measured(
            self.count + other.count,
            self.log_sum + other.log_sum,
            self.log_squares + other.log_squares,
        )


def measure_visits(minutes: Iterable[float]) -> Measured:
    """Sum up the visits of one matter, without slips and with outliers drawn in."""
    logs = [log(m) for m in minutes if SHORTEST_MINUTES <= m <= LONGEST_MINUTES]
    middle, spread = PRIOR
    if len(logs) >= ENOUGH_VISITS:
        middle = median(logs)
        mad = median(abs(value - middle) for value in logs)
        spread = max(_SPREAD_OF_MAD * mad, _SMALLEST_SPREAD)
    low, high = middle - CLIP_SPREADS * spread, middle + CLIP_SPREADS * spread
    drawn_in = [min(max(value, low), high) for value in logs]
    return Measured(len(drawn_in), sum(drawn_in), sum(value * value for value in drawn_in))


def learn_durations(measured: Measured, prior: Durations | None = None) -> Durations:
    """Estimate durations from measured visits, drawn towards the prior while there are few."""
    prior = prior or PRIOR
    weight, n = PRIOR_WEIGHT, measured.count
    mean = (weight * prior.log_mean + measured.log_sum) / (weight + n)
    squares = weight * (prior.log_spread**2 + prior.log_mean**2) + measured.log_squares
    variance = min(max(squares / (weight + n) - mean**2, 0.01), _LARGEST_VARIANCE)
    # The mean of few visits is itself uncertain.
    return Durations(mean, sqrt(variance * (1 + 1 / (weight + n))))
