-- a charge in the ledger that has no record
SELECT entry.account_id, entry.about_id FROM billing_ledgerentry AS entry
LEFT JOIN billing_usagerecord AS used ON used.id = entry.about_id
WHERE entry.kind = 'usage' AND used.id IS NULL
