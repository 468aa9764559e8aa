"""The guards that SQL says better than a model; see the .sql file beside this one."""

from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")

BACKWARD = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT tgrelid::regclass AS relation, tgname FROM pg_trigger
            WHERE NOT tgisinternal
            AND tgrelid::regclass::text ~ '^(cases|windows)_' LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.relation);
    END LOOP;
    FOR found IN SELECT conrelid::regclass AS relation, conname FROM pg_constraint
            WHERE conname = ANY (ARRAY['answer_has_a_real_text',
                'case_held_by_its_open_span', 'open_span_is_the_span_of_its_case',
                'span_joins_the_one_before', 'first_span_of_the_first_responder',
                'span_rests_on_its_referral', 'span_rests_on_its_appointment',
                'span_follows_the_one_that_offered',
                'referral_from_a_span_of_its_case',
                'pending_referral_from_the_open_span',
                'accepted_referral_moves_the_case',
                'stand_in_is_posted_at_the_window',
                'refusal_rests_on_an_approved_filing',
                'final_answer_is_of_this_case']) LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I',
            found.relation, found.conname);
    END LOOP;
END $$;
DROP INDEX span_open_identity, span_open_case, span_end, span_clerk, case_span,
    case_origin, referral_acceptance, appointment_identity, filing_approved,
    answer_case, referral_span;
DROP FUNCTION cases_follow_up_guard, hall_by_a_supervisor, cases_filing_guard,
    hall_settled_once, cases_appointment_guard, cases_end_guard, cases_case_guard,
    cases_has_event, cases_event_head, cases_event_chain, hall_event_bytes, hall_never_deleted, hall_append_only, hall_refuse,
    hall_different_letters, hall_letters, hall_now;
DELETE FROM cases_clock;
DROP SEQUENCE cases_case_seq, cases_span_seq, cases_answer_seq;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
