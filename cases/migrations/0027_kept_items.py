"""What an open case is about is frozen with its papers; guards in the .sql beside."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARD = """
DROP FUNCTION cases_items_guard CASCADE;
DROP FUNCTION cases_each_item_guard CASCADE;
"""

# What was received or accepted already is about the items of its parts, else of today.
BEGUN = """
ALTER TABLE cases_case DISABLE TRIGGER USER;
UPDATE cases_case c SET bundled = coalesce(
    (SELECT jsonb_agg(jsonb_build_object('item', p.item_id, 'parallel',
        NOT EXISTS (SELECT FROM cases_part b WHERE b.case_id = p.case_id
            AND b.turn = p.turn AND b.position = p.position - 1
            AND b.stage < p.stage)) ORDER BY p.position)
        FROM cases_part p WHERE p.case_id = c.id AND p.item_id IS NOT NULL
        AND p.turn = (SELECT max(turn) FROM cases_part WHERE case_id = c.id)),
    (SELECT jsonb_agg(jsonb_build_object('item', b.member_id, 'parallel',
        b.is_parallel) ORDER BY b.position, b.id) FROM windows_bundleditem b
        WHERE b.item_id = c.item_id))
    FROM windows_serviceitem i
    WHERE i.id = c.item_id AND i.is_bundle AND c.received_on IS NOT NULL;
DO $$
DECLARE ours record;
BEGIN
    FOR ours IN SELECT tgname FROM pg_trigger
            WHERE tgrelid = 'cases_case'::regclass AND NOT tgisinternal LOOP
        EXECUTE format('ALTER TABLE cases_case ENABLE ALWAYS TRIGGER %I', ours.tgname);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0026_signed_on_paper")]

    operations = [
        migrations.AddField(
            model_name="case", name="bundled", field=models.JSONField(null=True)
        ),
        migrations.RunSQL(BEGUN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=Q(bundled__isnull=True) | Q(received_on__isnull=False),
                name="case_keeps_its_items_with_its_papers",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
