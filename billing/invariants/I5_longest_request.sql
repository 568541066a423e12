-- a request that runs for longer than any may
SELECT account_id, id FROM billing_reservation WHERE state = 'running' AND created_at < {longest}
