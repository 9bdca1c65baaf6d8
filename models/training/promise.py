"""Which threshold keeps a promise on wrong approvals, with confidence, for people who were never seen.

Learn-then-Test (Angelopoulos, Bates, Candès, Jordan, Lei 2021) with a fixed sequence: thresholds are tried from the strictest down, each
is accepted while the hypothesis "its risk is above alpha" is rejected at level delta for every risk, and the first that is not ends it. So the
chance that the chosen threshold breaks the promise is at most delta, whatever was tried, as far as each test holds its level.

What is exchangeable is a *person*, not an intent: intents of one person depend on each other. So each test draws whole people: a
one-sided, studentised bootstrap of the ratio of wrong approvals to attempts, by count or by value. It holds its level for many people,
not for any number of them (`test_training.py` measures it on simulated people). A bound without that assumption
(`at_most_for_any_people`) is given beside it: with about a hundred people no such bound can reach 1 %, even where nothing goes wrong.
"""

import numpy as np

DRAWS = 2000
"""How often people are drawn anew in one test."""


class People:
    """Draws of people with replacement: how often each is in each draw. The same draws serve every threshold."""

    def __init__(self, n: int, seed: int, draws: int = DRAWS):
        self.times = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws).astype(np.float64)

    def p_value(self, wrong, tried, alpha: float) -> float:
        """Of "wrong is at least alpha of tried", each by person: the share of draws at least as far below as what was seen."""
        n = len(wrong)
        off = wrong - alpha * tried
        mean, spread = off.mean(), off.std(ddof=1)
        if spread == 0:
            return 0.0 if mean < 0 else 1.0
        centred = off - mean
        drawn = self.times @ centred / n
        square = self.times @ centred**2 / n - drawn**2
        drawn_spread = np.sqrt(np.maximum(square, 1e-12 * spread**2) * n / (n - 1))
        return float((np.sum(drawn / drawn_spread <= mean / spread) + 1) / (len(drawn) + 1))


def by_person(users, weight, passes):
    """Sums of weights and of passing weights, by person: tried [n], passing [n, thresholds]; `passes` is [intents, thresholds]."""
    names, at = np.unique(users, return_inverse=True)
    tried = np.bincount(at, weight, len(names))
    passing = np.stack([np.bincount(at, weight * column, len(names)) for column in passes.T], axis=1)
    return tried, passing


def lowest(risks, grid, alpha: float, delta: float, seed: int, draws: int = DRAWS):
    """The lowest threshold of `grid` (ascending) at which every risk, a pair of tried [n] and wrong [n, grid], is below alpha, with the
    largest of the p-values there; `None` where not even the strictest one passes."""
    people = People(len(risks[0][0]), seed, draws)
    found = None
    for at in reversed(range(len(grid))):
        p = max(people.p_value(wrong[:, at], tried, alpha) for tried, wrong in risks)
        if p > delta:
            break
        found = (float(grid[at]), p)
    return found


def at_most_for_any_people(tried, wrong, delta: float) -> float:
    """An upper bound, at confidence 1 - delta, of the mean share of wrong approvals over people, whatever their distribution (Hoeffding's
    and Bentkus's inequalities, the better of the two)."""
    from scipy.stats import binom

    share = (wrong / np.maximum(tried, 1e-12))[tried > 0]
    n, mean = len(share), share.mean()

    def p_value(r):
        m = min(mean, r)
        entropy = (m * np.log(m / r) if m > 0 else 0.0) + ((1 - m) * np.log((1 - m) / (1 - r)) if r < 1 else 0.0)
        return min(np.exp(-n * entropy), np.e * binom.cdf(np.ceil(n * mean), n, r))

    low, high = mean, 1.0 - 1e-9
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if p_value(middle) > delta else (low, middle)
    return float(high)
