-- a charge in the ledger that is not the cost of its record
SELECT used.organization_id, used.id FROM billing_usagerecord AS used
LEFT JOIN (
    SELECT about_id, sum(amount) AS amount FROM billing_ledgerentry WHERE kind = 'usage' GROUP BY about_id
) AS charged ON charged.about_id = used.id
-- What came before the ledger was opened is in the opening balance.
WHERE used.cost <> coalesce(charged.amount, 0)
    AND used.ended_at >= (SELECT coalesce(min(at), {now}) FROM billing_ledgerentry WHERE kind <> 'opening')
