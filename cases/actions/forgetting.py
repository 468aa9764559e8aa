"""What is kept only for a while, and then forgotten: no fact of a case is among it."""

import datetime as dt
from typing import Final

from cases.models import FormKey, SavedSearch

KEEP_FORMS: Final = dt.timedelta(days=31)
"""Longer than the signature of a form is good for: one sent later is refused anyway."""

KEEP_SEARCHES: Final = dt.timedelta(days=90)
"""How long the address of a search can be sent around; its words may be a name."""


def forget_old_forms(at: dt.datetime) -> int:
    """Delete the keys of forms that nobody can send any more; return how many."""
    return FormKey.objects.filter(at__lt=at - KEEP_FORMS).delete()[0]


def forget_old_searches(at: dt.datetime) -> int:
    """Delete the words of ledger searches of long ago; return how many."""
    return SavedSearch.objects.filter(at__lt=at - KEEP_SEARCHES).delete()[0]
