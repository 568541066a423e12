-- a request that ended without its one record
SELECT ended.account_id, ended.id FROM billing_reservation AS ended
LEFT JOIN billing_usagerecord AS used ON used.id = ended.id
WHERE ended.state <> 'running' AND used.id IS NULL
