"""What raw SQL got past in 0002; see the .sql file beside this one."""

import re
from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BEFORE = Path(__file__).with_name("0002_guards.sql").read_text(encoding="utf-8")


def _as_before(function: str) -> str:
    """Return the definition of a function as 0002 has it; it resets SET clauses too."""
    found = re.search(rf"CREATE (FUNCTION {function}\(.*?\nEND \$\$;)", BEFORE, re.S)
    if found is None:
        raise LookupError(function)
    return f"CREATE OR REPLACE {found[1]}\n"


BACKWARD = """
DROP TRIGGER head ON cases_caseevent;
DROP TRIGGER end_guard ON cases_case;
DROP TRIGGER guard ON cases_appointment;
DROP TRIGGER no_truncate ON cases_applicant;
DROP FUNCTION cases_event_head, cases_end_guard, cases_appointment_guard;
ALTER TABLE cases_assignment DROP CONSTRAINT span_follows_the_one_that_offered;
DROP INDEX referral_span;
""" + "".join(
    _as_before(name)
    for name in (
        "cases_event_chain",
        "cases_case_guard",
        "cases_has_event",
        "hall_by_a_supervisor",
    )
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_guards")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
