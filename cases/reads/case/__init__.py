"""The page of one case for one person looking at it."""

from .page import case_page
from .shown import CasePage, Paper

__all__ = ["CasePage", "Paper", "case_page"]
