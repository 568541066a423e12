-- credits of which more or less is left than the ledger says
SELECT given.account_id, given.id FROM billing_grant AS given LEFT JOIN (
    SELECT grant_id, sum(CASE WHEN target IN ('promotional', 'paid') THEN amount ELSE -amount END) AS total
    FROM billing_ledgerday GROUP BY grant_id) AS moved ON moved.grant_id = given.id
WHERE given.remaining <> coalesce(moved.total, 0) OR given.remaining < 0
