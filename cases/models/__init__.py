"""The tables of the work itself. Only `actions`, `reads` and `access` import them."""

from .answers import Answer, FollowUp, NegativeFiling
from .case import Applicant, Case, CaseMaterial, Deadline, NameCorrection, Words
from .clocks import CalendarRelease, ClockStop, Extension
from .deliveries import Delivery
from .green import GreenChannel, GreenPass
from .history import CaseEvent, Clock, FormKey, OpenedRecord, SavedSearch
from .joint import Objection, Part
from .notices import Notice, PaperNumber, PaperPrint
from .outside import Direction, RaisedQuestion
from .responsibility import Appointment, Assignment, Referral
from .signatures import Scan, Signature

__all__ = [
    "Answer",
    "Applicant",
    "Appointment",
    "Assignment",
    "CalendarRelease",
    "Case",
    "CaseEvent",
    "CaseMaterial",
    "Clock",
    "ClockStop",
    "Deadline",
    "Delivery",
    "Direction",
    "Extension",
    "FollowUp",
    "FormKey",
    "GreenChannel",
    "GreenPass",
    "NameCorrection",
    "NegativeFiling",
    "Notice",
    "Objection",
    "OpenedRecord",
    "PaperNumber",
    "PaperPrint",
    "Part",
    "RaisedQuestion",
    "Referral",
    "SavedSearch",
    "Scan",
    "Signature",
    "Words",
]
