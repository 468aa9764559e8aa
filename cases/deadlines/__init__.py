"""Counting days: when something is due, how near that is, and why (R1.*, R9.*).

Every promise of the hall has a date, and every date can be explained day by day.
Nothing here knows what time it is: "today" is passed in. Nothing here speaks: reasons
are codes with parameters, and `REASONS` has the English sentence for each, which a view
translates.

Plain Python: no Django and no database. Which days are worked is told by
`windows.closures.Calendar`.

`days` knows which are worked, `stops` what takes no time, `counting` adds them up,
`limits` has both dates of an item, `silence` what the law does where nothing is said,
and `parts` the time table of several units.
"""

from .counting import (
    LONGEST,
    REASONS,
    DayLine,
    Deadline,
    Reason,
    days_used,
    due,
    due_without,
    until_expiry,
)
from .days import (
    WARNING_DAYS,
    Nearness,
    Status,
    Unit,
    nearness,
    off_rest_days,
    still_provisional,
    working_days_between,
)
from .limits import (
    DELIVERY_DAYS,
    LONGEST_EXTENSION,
    LONGEST_JOINT_EXTENSION,
    Binds,
    HasLimits,
    Limits,
    both_dates,
    moved,
)
from .parts import (
    Leg,
    Share,
    Stretch,
    Whole,
    bar,
    days_stood,
    expected,
    fitted,
    has_all_days,
    has_moved,
    late_by,
    law_ends,
    part_due,
    stages,
    timetable,
)
from .silence import (
    CORRECTION_DAYS,
    accepted_from,
    apply_by,
    deemed_acceptance,
    renewed,
    tell_by,
)
from .stops import (
    LONGEST_STOP,
    STOP_NAMES,
    ClockFrozenError,
    Stop,
    StopGround,
    StopsError,
    check_stops,
    stopped_days,
)

__all__ = [
    "CORRECTION_DAYS",
    "DELIVERY_DAYS",
    "LONGEST",
    "LONGEST_EXTENSION",
    "LONGEST_JOINT_EXTENSION",
    "LONGEST_STOP",
    "REASONS",
    "STOP_NAMES",
    "WARNING_DAYS",
    "Binds",
    "ClockFrozenError",
    "DayLine",
    "Deadline",
    "HasLimits",
    "Leg",
    "Limits",
    "Nearness",
    "Reason",
    "Share",
    "Status",
    "Stop",
    "StopGround",
    "StopsError",
    "Stretch",
    "Unit",
    "Whole",
    "accepted_from",
    "apply_by",
    "bar",
    "both_dates",
    "check_stops",
    "days_stood",
    "days_used",
    "deemed_acceptance",
    "due",
    "due_without",
    "expected",
    "fitted",
    "has_all_days",
    "has_moved",
    "late_by",
    "law_ends",
    "moved",
    "nearness",
    "off_rest_days",
    "part_due",
    "renewed",
    "stages",
    "still_provisional",
    "stopped_days",
    "tell_by",
    "timetable",
    "until_expiry",
    "working_days_between",
]
