"""What proves an electronic delivery, and that the post arrived; in the .sql beside."""

from pathlib import Path

from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARD = """
ALTER TABLE cases_delivery DROP CONSTRAINT electronic_delivery_is_proved,
    DROP CONSTRAINT post_arrival_is_proved;
DROP TRIGGER settled_once ON cases_delivery;
CREATE TRIGGER settled_once BEFORE UPDATE ON cases_delivery
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('state', 'under_way',
        'settled_on', 'settled_by_id', 'settled_at', 'remark');
ALTER TABLE cases_delivery ENABLE ALWAYS TRIGGER settled_once;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0023_parts_within_the_whole")]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="proof",
            field=models.CharField(
                blank=True,
                choices=[
                    ("identity", "identity paper"),
                    ("slip", "acceptance slip or receipt, and identity paper"),
                    ("authorisation", "authorisation, and the agent's identity paper"),
                    ("tracked", "the carrier's record under the tracking number"),
                    ("return_receipt", "the signed return receipt"),
                ],
                max_length=15,
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
