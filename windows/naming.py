"""The name of a hall, unit, window or item in the language of the page."""

from django.utils.translation import get_language


def is_english() -> bool:
    """Whether the page, or the sheet, is in English."""
    return (get_language() or "").startswith("en")


def local(name: str, name_en: str) -> str:
    """Return the English name on an English page where there is one, else the name.

    A page marks what stays Chinese: `tongue` of the template tags.
    """
    return (is_english() and name_en) or name
