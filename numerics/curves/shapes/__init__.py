"""S-shapes: what one is, the six that come with the toolkit, and those that a user adds."""

from numerics.curves.shapes.registry import SHAPES, add_shape, named_shape, remove_shape
from numerics.curves.shapes.shape import Rise, Shape

__all__ = ["SHAPES", "Rise", "Shape", "add_shape", "named_shape", "remove_shape"]
