-- an entry that moves nothing, or from a book to itself
SELECT account_id, id FROM billing_ledgerentry WHERE amount <= 0 OR source = target
