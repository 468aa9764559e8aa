"""Who answers for what. Nothing here knows about cases.

`places` halls, departments, windows; `people` clerks, postings, seats; `items` the
catalogue and the responsibilities; `bundles` life events; `closures` the working-day
table; `lookup` the words citizens use; `papers` what a hall puts on its papers;
`records` who signed in and what was imported.
"""

from .bundles import BundledItem, SamePaper
from .closures import CalendarYear, ClosureDay
from .items import ItemAlias, Material, Responsibility, ServiceItem, Step
from .lookup import LookupMiss, ThesaurusEntry
from .papers import PaperSeal, PaperText
from .people import Absence, Clerk, ClerkPhoto, Posting, Seat
from .places import Department, Hall, Window
from .records import ImportRun, LimitCounter, SentForm, SignIn

__all__ = [
    "Absence",
    "BundledItem",
    "CalendarYear",
    "Clerk",
    "ClerkPhoto",
    "ClosureDay",
    "Department",
    "Hall",
    "ImportRun",
    "ItemAlias",
    "LimitCounter",
    "LookupMiss",
    "Material",
    "PaperSeal",
    "PaperText",
    "Posting",
    "Responsibility",
    "SamePaper",
    "Seat",
    "SentForm",
    "ServiceItem",
    "SignIn",
    "Step",
    "ThesaurusEntry",
    "Window",
]
