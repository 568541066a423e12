-- an invoice that does not ask for the sum of its lines
SELECT invoice.account_id, invoice.id FROM billing_invoice AS invoice
LEFT JOIN billing_invoiceline AS line ON line.invoice_id = invoice.id
WHERE invoice.state <> 'draft'
GROUP BY invoice.account_id, invoice.id, invoice.total
HAVING coalesce(sum(line.amount), 0) <> invoice.total OR coalesce(sum(line.cents), 0) * 10000000000 <> invoice.total
