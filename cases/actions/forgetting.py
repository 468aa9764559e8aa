"""What is kept only for a while, and then forgotten: no fact of a case is among it."""

import datetime as dt
from typing import Final

from cases import scans
from cases.models import FormKey, SavedSearch, Scan

KEEP_FORMS: Final = dt.timedelta(days=31)
"""Longer than the signature of a form is good for: one sent later is refused anyway."""

KEEP_SEARCHES: Final = dt.timedelta(days=90)
"""How long the address of a search can be sent around; its words may be a name."""

KEEP_ORPHANS: Final = dt.timedelta(days=1)
"""How long a scan may lie there before its act names it: far longer than any act."""


def forget_old_forms(at: dt.datetime) -> int:
    """Delete the keys of forms that nobody can send any more; return how many."""
    return FormKey.objects.filter(at__lt=at - KEEP_FORMS).delete()[0]


def forget_old_searches(at: dt.datetime) -> int:
    """Delete the words of ledger searches of long ago; return how many."""
    return SavedSearch.objects.filter(at__lt=at - KEEP_SEARCHES).delete()[0]


def sweep_scans(at: dt.datetime) -> int:
    """Delete files of scans that no row names, left by a crash; return how many.

    With no scan on record nothing is deleted: then it is rather the wrong database.
    """
    known = set(Scan.objects.values_list("name", flat=True))
    orphans = set(scans.old_names(at - KEEP_ORPHANS)) - known
    for name in orphans if known else ():
        scans.drop(name)
    return len(orphans) if known else 0
