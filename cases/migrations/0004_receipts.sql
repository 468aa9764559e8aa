-- What was received stays marked: by whom, when, and as which paper (R2.21).

CREATE TRIGGER settled_once BEFORE UPDATE ON cases_casematerial
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('received_at', '',
        'received_by_id');
ALTER TABLE cases_casematerial ENABLE ALWAYS TRIGGER settled_once;
