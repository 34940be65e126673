"""The public satisfaction index (IKM) of PermenPAN-RB 14/2017, exactly, and how many respondents it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from app.feedback.elements import ELEMENTS

CENT = Decimal("0.01")
# lowest converted value of each grade, best first (table of the regulation)
GRADES = (("A", Decimal("88.31")), ("B", Decimal("76.61")), ("C", Decimal("65.00")), ("D", Decimal("25.00")))
# Krejcie and Morgan (1970): chi square for one degree of freedom at 95 %, P = Q = 0.5, error 5 %
CHI_SQUARE, P_TIMES_Q, ERROR_SQUARED = Fraction(3841, 1000), Fraction(1, 4), Fraction(25, 10_000)


@dataclass(frozen=True)
class Score:
    """An element's mean answer (NRR, 1 to 4), and the same weighted."""

    mean: Decimal
    weighted: Decimal


@dataclass(frozen=True)
class Index:
    """The converted index (25 to 100, two decimals), its grade, and the elements behind it."""

    value: Decimal
    grade: str
    respondents: int
    elements: Mapping[str, Score]

    def lowest(self, count: int = 3) -> list[str]:
        """The elements with the lowest means, lowest first; where all are equal, none is low."""
        best = max(score.mean for score in self.elements.values())
        below = [key for key, score in self.elements.items() if score.mean < best]
        return sorted(below, key=lambda key: self.elements[key].mean)[:count]


def index_of(totals: Mapping[str, int], respondents: int, weight: str) -> Index | None:
    """The index from the sum of all answers to each element; None without respondents.

    Weighted means are added and multiplied by 25; only the end is rounded, half up, to two decimals.
    `weight` is a fraction (1/9) or a decimal (0.111) as the service says.
    """
    if not respondents:
        return None
    share = Fraction(weight)
    means = {key: Fraction(totals[key], respondents) for key in ELEMENTS}
    value = rounded(sum(means.values(), Fraction()) * share * 25)
    scores = {
        key: Score(rounded(mean, "0.001"), rounded(mean * share, "0.001")) for key, mean in means.items()
    }
    return Index(value, grade_of(value), respondents, scores)


def grade_of(value: Decimal) -> str:
    """The grade (mutu pelayanan) of a converted index that is rounded already."""
    return next((grade for grade, lowest in GRADES if value >= lowest), "D")


def sample_size(population: int) -> int:
    """How many respondents a population needs, to the nearest whole as in Krejcie and Morgan's table."""
    if population <= 0:
        return 0
    needed = (CHI_SQUARE * population * P_TIMES_Q) / (
        ERROR_SQUARED * (population - 1) + CHI_SQUARE * P_TIMES_Q
    )
    return int(rounded(needed, "1"))


def rounded(value: Fraction, to: str = "0.01") -> Decimal:
    """A fraction as a decimal, half up."""
    with localcontext() as exact:
        exact.prec = 60
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(to), ROUND_HALF_UP)
