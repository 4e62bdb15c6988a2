"""What the jump times at finite d say about where the infinite-size theory may be trusted, in a sentence."""

from collections.abc import Sequence

from numerics import JumpTrust

__all__ = ["trust_sentence"]


def trust_sentence(rows: Sequence[JumpTrust]) -> str:
    """How far the generalization jump of random data sets lies from the infinite-size jump, on each side of the rule.

    >>> from numerics import jump_trust
    >>> print(trust_sentence(jump_trust([0.5], [20, 40], replicas=3)).split(";")[0])
    No setting of these is as large as the rule asks for
    """
    trusted, others = ([row for row in rows if row.trusted is side] for side in (True, False))
    parts = [
        _reach("Where d is at least what the rule asks for", trusted, len(rows))
        if trusted
        else "No setting of these is as large as the rule asks for"
    ]
    if others:
        parts.append(_reach("below it", others, len(rows)))
    return "; ".join(parts) + "."


def _reach(where: str, rows: Sequence[JumpTrust], total: int) -> str:
    median = max(abs(row.gen_ratio - 1) for row in rows)
    reach = max(max(row.gen_ratio_high - 1, 1 - row.gen_ratio_low) for row in rows)
    low, high = min(row.loss_ratio for row in rows), max(row.loss_ratio for row in rows)
    return (
        f"{where} ({len(rows)} of {total} settings), the median generalization jump is at most {100 * median:.2g} % "
        f"off, {100 * rows[0].level:.0f} % of the data sets jump within {100 * reach:.2g} %, and the mean loss at the "
        f"infinite-size jump is {_digits(low, 3)} to {_digits(high, 3)} times the infinite-size loss "
        f"(standard errors up to {_digits(max(row.loss_ratio_error for row in rows), 2)})"
    )


def _digits(value: float, significant: int) -> str:
    """Rounded to these digits, and never with an exponent."""
    rounded = float(f"{value:.{significant}g}")
    return f"{rounded:.0f}" if abs(rounded) >= 10**significant else f"{rounded:g}"
