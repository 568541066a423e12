-- a balance that is not what the ledger says
SELECT account.organization_id, account.organization_id FROM billing_account AS account
LEFT JOIN (
    SELECT account_id, sum(CASE WHEN target IN ('promotional', 'paid', 'owed') THEN amount ELSE 0 END
        - CASE WHEN source IN ('promotional', 'paid', 'owed') THEN amount ELSE 0 END) AS total
    FROM billing_ledgerday GROUP BY account_id
) AS moved ON moved.account_id = account.organization_id
WHERE account.settled <> coalesce(moved.total, 0)
