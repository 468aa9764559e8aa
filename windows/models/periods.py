"""Rows that hold from one day to another, both included: postings, duties, absences."""

import datetime as dt
from typing import Self, TypeVar

from django.db.models import Model, Q, QuerySet

M_co = TypeVar("M_co", bound=Model, covariant=True)


class PeriodQuerySet(QuerySet[M_co]):
    """Asks for days of rows with `starts_on` and `ends_on` (None: until further)."""

    def on(self, day: dt.date) -> Self:
        """Return those that hold on `day`."""
        return self.between(day, day)

    def between(self, first: dt.date, last: dt.date | None = None) -> Self:
        """Return those that hold on a day from `first` to `last` (None: any later)."""
        rows = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first))
        return rows if last is None else rows.filter(starts_on__lte=last)
