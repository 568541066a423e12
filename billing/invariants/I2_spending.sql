-- a count of what was spent under a cap that is not what the ledger says
SELECT account.organization_id, account.organization_id FROM billing_account AS account
LEFT JOIN billing_ledgerday AS day ON day.account_id = account.organization_id AND day.day >= account.spending_from
    AND day.source IN ('paid', 'owed') AND day.target = 'usage'
GROUP BY account.organization_id, account.spending
HAVING account.spending <> coalesce(sum(day.amount), 0)
