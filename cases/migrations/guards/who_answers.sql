-- Who answers for a case: one open span exactly, joined to the one before (R3.01, R3.04).

CREATE UNIQUE INDEX span_open_identity
    ON cases_assignment (id, open_case, clerk_id, window_id);
CREATE UNIQUE INDEX span_open_case ON cases_assignment (id, open_case);
CREATE UNIQUE INDEX span_end ON cases_assignment (id, case_id, ordinal, until);
CREATE UNIQUE INDEX span_clerk ON cases_assignment (id, case_id, clerk_id);
CREATE UNIQUE INDEX case_span ON cases_case (id, current_span);
CREATE UNIQUE INDEX case_origin ON cases_case (id, first_responder_id, opened_at);
CREATE UNIQUE INDEX referral_acceptance
    ON cases_referral (id, case_id, accepted_by, to_window_id, settled_at);
CREATE UNIQUE INDEX appointment_identity
    ON cases_appointment (id, case_id, clerk_id, at, kind);
CREATE UNIQUE INDEX referral_span ON cases_referral (id, from_span_id);

ALTER TABLE cases_case ADD CONSTRAINT case_held_by_its_open_span
    FOREIGN KEY (current_span, id, holder_id, window_id)
    REFERENCES cases_assignment (id, open_case, clerk_id, window_id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_assignment ADD CONSTRAINT open_span_is_the_span_of_its_case
    FOREIGN KEY (open_case, id) REFERENCES cases_case (id, current_span)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_assignment ADD CONSTRAINT span_joins_the_one_before
    FOREIGN KEY (previous_id, case_id, previous_ordinal, since)
    REFERENCES cases_assignment (id, case_id, ordinal, until)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_assignment ADD CONSTRAINT first_span_of_the_first_responder
    FOREIGN KEY (case_id, first_clerk, first_since)
    REFERENCES cases_case (id, first_responder_id, opened_at)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_assignment ADD CONSTRAINT span_rests_on_its_referral
    FOREIGN KEY (referral_id, case_id, clerk_id, window_id, since)
    REFERENCES cases_referral (id, case_id, accepted_by, to_window_id, settled_at)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_assignment ADD CONSTRAINT span_rests_on_its_appointment
    FOREIGN KEY (appointment_id, case_id, clerk_id, since, basis)
    REFERENCES cases_appointment (id, case_id, clerk_id, at, kind)
    DEFERRABLE INITIALLY DEFERRED;

-- An offer moves the case only out of the span that made it.
ALTER TABLE cases_assignment ADD CONSTRAINT span_follows_the_one_that_offered
    FOREIGN KEY (referral_id, previous_id)
    REFERENCES cases_referral (id, from_span_id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_referral ADD CONSTRAINT referral_from_a_span_of_its_case
    FOREIGN KEY (from_span_id, case_id, from_clerk_id)
    REFERENCES cases_assignment (id, case_id, clerk_id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_referral ADD CONSTRAINT pending_referral_from_the_open_span
    FOREIGN KEY (from_span_id, pending_case)
    REFERENCES cases_assignment (id, open_case)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_referral ADD CONSTRAINT accepted_referral_moves_the_case
    FOREIGN KEY (accepted_id) REFERENCES cases_assignment (referral_id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_referral ADD CONSTRAINT stand_in_is_posted_at_the_window
    FOREIGN KEY (stand_in_posting_id, settled_by_id, to_window_id)
    REFERENCES windows_posting (id, clerk_id, window_id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_direction ADD CONSTRAINT direction_has_a_reason
    CHECK (hall_is_real_reason(reason));

ALTER TABLE cases_referral ADD CONSTRAINT referral_has_a_reason
    CHECK (hall_is_real_reason(reason));

ALTER TABLE cases_referral ADD CONSTRAINT referral_declined_with_reason_and_addressee
    CHECK (state <> 'declined' OR (hall_is_real_reason(settle_reason)
        AND (better_window_id IS NOT NULL OR better_department_id IS NOT NULL
            OR sent_up)));

-- Limbo raises what was said of the offer that nobody took.
ALTER TABLE cases_raisedquestion ADD CONSTRAINT raise_has_a_question
    CHECK (CASE WHEN ground IN ('declined', 'unanswered')
        THEN hall_is_real_reason(question) ELSE hall_is_real_text(question) END);

CREATE FUNCTION cases_appointment_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cases_assignment WHERE case_id = NEW.case_id
            AND clerk_id = NEW.instead_of_id AND until = NEW.at) THEN
        PERFORM hall_refuse('appointment_replaces_the_holder',
            'it is instead of whoever held the case until then');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER guard AFTER INSERT ON cases_appointment
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_appointment_guard();
