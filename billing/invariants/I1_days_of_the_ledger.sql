-- a day of the ledger that is not the sum of its entries
SELECT account_id, source FROM (
    SELECT account_id, {day} AS day, source, target, coalesce(grant_id, {nil}) AS grant_id, amount
    FROM billing_ledgerentry
    UNION ALL
    SELECT account_id, day, source, target, grant_id, -amount FROM billing_ledgerday
) AS entries_less_days
GROUP BY account_id, day, source, target, grant_id HAVING sum(amount) <> 0
