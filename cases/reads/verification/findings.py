"""What a check of the history finds."""

from dataclasses import dataclass, field
from typing import Any

from cases.numbers import format_number

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: in which case, at which event, and what.

    `level` is "schema", "chain", "signature" or "projection". `seq` is the event that
    is broken, or the one whose act the tables do not show as it was; 0 for a whole
    case and for the schema.
    """

    level: str
    sentence: str
    case_id: int = 0
    seq: int = 0

    def __str__(self) -> str:
        where = f"case {format_number(self.case_id)}, " if self.case_id else ""
        event = f"event {self.seq}, " if self.seq else ""
        return f"{where}{event}{self.level}: {self.sentence}"


@dataclass(slots=True)
class Checked:
    """What was read so far, and what was found."""

    cases: int = 0
    events: int = 0
    findings: list[Finding] = field(default_factory=list)
