import numpy as np

from numerics import tabulate
from report.arrivals import able, arrivals


def test_a_training_set_that_determines_nine_of_ten_pairs_is_enough():
    """Nine of ten is a little less or more than 0.9 where it is a difference of two shares."""
    shares = [(0.9 - 1e-15), 0.9, (60 * 0.95 - 50) / (60 - 50) + 0.2, 0.8999, 1.0]
    assert able(tabulate([{"gen_ceiling": share} for share in shares])).tolist() == [True, True, True, False, True]


def test_what_never_came_is_censored_and_not_among_the_arrived():
    rng = np.random.default_rng(0)
    rows = []
    for _ in range(40):
        rate = float(np.exp(rng.uniform(-4, -2)))
        time = 60 / rate * float(np.exp(0.1 * rng.normal()))
        rows.append(
            {"train_pairs": 30, "steps": 1500, "grokking_rate": rate, "steps_to_rqi": time if time < 1500 else np.nan}
        )
    found = arrivals(tabulate(rows), "steps_to_rqi")
    censored = int(np.isinf(found.times).sum())
    assert 5 < censored < 35
    assert (found.line.n, found.line.censored) == (40, censored)
    assert (found.arrived.line.n, found.arrived.line.censored) == (40 - censored, 0)
    assert found.line.slope_low < 1 < found.line.slope_high
    assert found.arrived.line.slope < found.line.slope
