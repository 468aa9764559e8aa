"""What the database refuses, beyond what a model can say: a file for each subject.

Each rule has a name, and the attack that must meet it stands under that name in
tests/attacks.py. Three kinds of guard: composite foreign keys over generated columns for
"at least one, and it matches"; CHECKs with functions; triggers only for what needs OLD and
NEW, the clock, or append-only.

Whoever logs in may make tables of his own in pg_temp. So no guard asks how deep it is
nested, and none looks a table up by the search path of the session.

Until the first release these files are changed where they stand, so that each guard is
written once; from then on a migration of its own replaces what it changes.
"""

from pathlib import Path

from django.db import migrations

GUARDS = Path(__file__).parent / "guards"
SUBJECTS = (
    "base",
    "history",
    "who_answers",
    "case",
    "applicants",
    "clocks",
    "papers",
    "delivery",
    "green_channel",
    "joint_handling",
    "lasting",
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("windows", "0002_guards")]

    operations = [
        migrations.RunSQL((GUARDS / f"{subject}.sql").read_text(encoding="utf-8"))
        for subject in SUBJECTS
    ]
