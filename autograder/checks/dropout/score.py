"""The score of an accuracy, from a count of right answers."""

# The assignment's formula: min(floor((X - 32%) / 23%), 1), all points from 55% on and none below.
BASE_PERCENT = 32
SPAN_PERCENT = 23
PASS_PERCENT = BASE_PERCENT + SPAN_PERCENT


def accuracy_score(correct: int, total: int) -> int:
    """Score an accuracy by min(floor((X - 32%) / 23%), 1), never below 0.

    Parameters
    ----------
    correct, total : int
        X is correct / total. Counts, so that no rounding decides at exactly 55%.

    Returns
    -------
    int
        1 from 55% on, 0 below.

    Raises
    ------
    ValueError
        If the counts are not 0 <= correct <= total, total > 0.
    """
    if not 0 <= correct <= total or total == 0:
        raise ValueError(f"{correct} correct of {total}, expected 0 <= correct <= total and total > 0")
    floor = (100 * correct - BASE_PERCENT * total) // (SPAN_PERCENT * total)
    return max(0, min(floor, 1))
