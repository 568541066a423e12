-- a record of a request that still runs
SELECT running.account_id, running.id FROM billing_reservation AS running
JOIN billing_usagerecord AS used ON used.id = running.id WHERE running.state = 'running'
