-- an account that owes by its invoices what it does not by the ledger
SELECT account.organization_id, account.organization_id FROM billing_account AS account
LEFT JOIN (
    SELECT account_id, sum(outstanding) AS total FROM billing_invoice GROUP BY account_id
) AS asked ON asked.account_id = account.organization_id
LEFT JOIN (
    SELECT account_id, sum(CASE WHEN source = 'invoiced' THEN amount ELSE -amount END) AS total
    FROM billing_ledgerday WHERE source = 'invoiced' OR target = 'invoiced' GROUP BY account_id
) AS booked ON booked.account_id = account.organization_id
WHERE coalesce(asked.total, 0) <> coalesce(booked.total, 0)
