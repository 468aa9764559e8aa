"""The page of one case for one person looking at it."""

from .page import case_page
from .shown import CasePage

__all__ = ["CasePage", "case_page"]
