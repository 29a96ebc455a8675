"""The formulas of the orders of ideas, and the measure of how fair an order is. Pure: numbers in, numbers out."""

import math
from collections.abc import Iterable, Sequence
from random import Random

# The quantile of the normal distribution for a two-sided interval of 95 %.
Z = 1.959963984540054


def wilson_lower_bound(positive: int, total: int, z: float = Z) -> float:
    """Return the lower bound of the Wilson score interval of a share, in [0, 1]; 0 where nobody has said anything.

    What share of all people would be for, were all asked, is at least this with 97.5 % certainty: three of three
    thereby stand below ninety of a hundred. Source: E. B. Wilson, «Probable inference, the law of succession, and
    statistical inference», Journal of the American Statistical Association 22 (1927), 209–212:

        (p + z²/2n − z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n),  p = positive / n, n = total.

    Raises ValueError where `positive` is not within 0 … `total`.
    """
    if not 0 <= positive <= total:
        raise ValueError(f"{positive} of {total} is no share")
    if not positive:
        return 0.0
    share, square = positive / total, z * z
    margin = z * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    return max(0.0, (share + square / (2 * total) - margin) / (1 + square / total))


def top_score(votes_for: int, votes_against: int, *, takes_against: bool) -> float:
    """Return what the order `top` goes by: the higher, the nearer to the front; equal scores stand by time.

    Where people may also vote against, the lower bound of Wilson's interval of the share that is for; else the
    number of voices for.
    """
    if takes_against:
        return wilson_lower_bound(votes_for, votes_for + votes_against)
    return float(votes_for)


def fair_weight(exposure: int, mean: float) -> float:
    """Return the weight of an idea in the draw of the order `fair`, in (0, 1]: the less it has been shown, the more.

    `exposure` is how often it has been shown, `mean` how often an idea of its cycle on average. The cube lets those
    behind catch up within hours (the simulation in benchmarks/ shows it); the ones added keep every weight finite, and
    everybody in the draw.
    """
    return 1.0 / (1.0 + exposure / (mean + 1.0)) ** 3


def fair_keys(exposures: Sequence[int], random: Random) -> list[float]:
    """Return the place of each idea in the order `fair`: each of 0/n, 1/n … (n − 1)/n once.

    A weighted draw without replacement by P. S. Efraimidis and P. G. Spirakis, «Weighted random sampling with a
    reservoir», Information Processing Letters 97 (2006), 181–185: each item of weight w draws u^(1/w) with u uniform
    in (0, 1), the greatest comes first. Compared here by logarithm, (ln u) / w, which does not run out of digits.
    Only the order of the draws is kept, so that places lie evenly in [0, 1).
    """
    count = len(exposures)
    mean = sum(exposures) / count if count else 0.0
    # 1 − random() lies in (0, 1]: its logarithm exists.
    drawn = [math.log(1.0 - random.random()) / fair_weight(exposure, mean) for exposure in exposures]
    places = [0.0] * count
    for rank, item in enumerate(sorted(range(count), key=lambda item: (-drawn[item], item))):
        places[item] = rank / count
    return places


def fair_offset(seed: str) -> float:
    """Return where the visitors of this seed enter the circle of the order `fair`, in [0, 1).

    Were entries spread evenly, the order of the draw would not matter: each idea would be as near to an entry as any
    other. So it is the cube of an even draw: most visitors enter near the front, where the worker has put what was
    seen least, and some enter everywhere.
    """
    drawn: float = Random(seed).random() ** 3  # noqa: S311 - nobody gains by guessing it
    return drawn


def gini(amounts: Iterable[float]) -> float:
    """Return the Gini coefficient of amounts ≥ 0: 0 where all have the same, towards 1 where one has all.

    Source: C. Gini, «Variabilità e mutabilità» (1912), in the form for sorted amounts x₁ ≤ … ≤ xₙ:
    2 Σ i·xᵢ / (n Σ xᵢ) − (n + 1)/n. Of nothing it is 0.
    """
    ordered = sorted(amounts)
    total, count = math.fsum(ordered), len(ordered)
    if not total:
        return 0.0
    ranked = math.fsum(rank * amount for rank, amount in enumerate(ordered, start=1))
    return 2 * ranked / (count * total) - (count + 1) / count
