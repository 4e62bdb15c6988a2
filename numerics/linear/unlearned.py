"""A loss that stays above a plateau, and what that means for the accuracy."""

from numerics.linear.flow import plateau
from numerics.threshold_accuracy import threshold_loss

__all__ = ["never_learned", "stays_above"]


def never_learned(lam: float, epsilon: float, *, outputs: int = 1) -> str | None:
    """Why the generalization accuracy at this λ never reaches one half: the plateau 1 − 1/λ; None where it does.

    >>> never_learned(0.9, 1e-10) is None
    True
    >>> print(never_learned(1.1, 1e-10))
    generalization accuracy never rises: for λ = 1.1 > 1 the loss stays above its plateau 1 − 1/λ = 0.0909, \
4.1e+08 times the loss 2.198 ε at which half of the answers are correct
    """
    return stays_above(
        float(plateau(lam)), epsilon, outputs=outputs, where=f"for λ = {lam:.6g} > 1 ", name="1 − 1/λ = "
    )


def stays_above(loss: float, epsilon: float, *, outputs: int = 1, where: str = "", name: str = "") -> str | None:
    """The sentence of a generalization loss that never falls below this; None if that is low enough.

    >>> stays_above(1e-10, 1e-10) is None
    True
    """
    threshold = threshold_loss(epsilon, d_out=outputs)
    if not loss > threshold:
        return None
    return (
        f"generalization accuracy never rises: {where}the loss stays above its plateau {name}{loss:.3g}, "
        f"{loss / threshold:.2g} times the loss {threshold / epsilon:.4g} ε at which half of the answers are correct"
    )
