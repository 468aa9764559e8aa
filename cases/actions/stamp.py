"""What a form carries into the act it asks for, and what the act may say to that.

Forms and actions both name what stands here, so that neither needs the other's insides.
"""

from dataclasses import dataclass
from uuid import UUID

from cases.lifecycle import RuleBroken


@dataclass(frozen=True, slots=True)
class Form:
    """The stamp of a form: its key, what was typed, and the history that was seen.

    `seen` is the last event number the page showed; None for a page without a case.
    """

    key: UUID
    digest: bytes
    seen: int | None = None


class AlreadyDone(Exception):  # noqa: N818 (not an error: the first time worked)
    """The same form was carried out before: show its result, do nothing again."""

    def __init__(self, case_id: int | None) -> None:
        super().__init__(case_id)
        self.case_id = case_id


class SentBefore(RuleBroken):
    """The form was sent before with other content; `case_id` is what it led to."""

    def __init__(self, message: str, *, case_id: int | None) -> None:
        super().__init__(message)
        self.case_id = case_id


class StaleCase(RuleBroken):
    """Somebody changed the case after this page was loaded; says who and when."""
