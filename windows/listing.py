"""Several things in one sentence, parted as the reader's language parts them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import pgettext


def joined(things: Iterable[object]) -> str:
    """Return 甲、乙 in Chinese and a, b in English."""
    return pgettext("between the things of a list", ", ").join(map(str, things))
