-- What proves a delivery (R1.23). Not asked of what was delivered before this release:
-- what proved it then was written down nowhere.

ALTER TABLE cases_delivery ADD CONSTRAINT electronic_delivery_is_proved
    CHECK (method <> 'electronic' OR tracking ~ '\S') NOT VALID;
ALTER TABLE cases_delivery ADD CONSTRAINT post_arrival_is_proved
    CHECK (method <> 'post' OR state <> 'delivered'
        OR proof IN ('tracked', 'return_receipt')) NOT VALID;

DROP TRIGGER settled_once ON cases_delivery;
CREATE TRIGGER settled_once BEFORE UPDATE ON cases_delivery
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('state', 'under_way',
        'settled_on', 'settled_by_id', 'settled_at', 'remark', 'proof');
ALTER TABLE cases_delivery ENABLE ALWAYS TRIGGER settled_once;
