"""The care a person may need, and the languages spoken at a counter.

Codes are what is kept; the sentences are English message ids, translated where they are
shown. Plain Python.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


def _(message: str) -> str:
    """Mark a text for translation without importing Django."""
    return message


CARE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "wheelchair": _("wheelchair or hard of walking"),
        "hearing": _("hard of hearing"),
        "sight": _("hard of seeing"),
        "reading": _("help with reading and writing"),
        "elderly": _("elderly"),
        "child": _("with a small child"),
        "pregnant": _("pregnant"),
        "unwell": _("unwell, cannot wait long"),
    }
)
"""What somebody may need, in the order in which a form offers it."""

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "zh": _("Mandarin"),
        "dialect": _("the local dialect"),
        "yue": _("Cantonese"),
        "sign": _("sign language"),
        "bo": _("Tibetan"),
        "ii": _("Yi"),
        "mn": _("Mongolian"),
        "ug": _("Uyghur"),
        "za": _("Zhuang"),
        "ko": _("Korean"),
        "en": _("English"),
        "other": _("another language"),
    }
)
"""In which language to speak with the person."""
