-- usage that was invoiced twice, or was not used
SELECT billed.account_id, billed.model FROM (
    SELECT invoice.account_id, line.month, line.project_id, line.model, sum(line.amount) AS amount
    FROM billing_invoiceline AS line JOIN billing_invoice AS invoice ON invoice.id = line.invoice_id
    WHERE line.kind = 'usage' GROUP BY 1, 2, 3, 4
) AS billed
LEFT JOIN (
    SELECT organization_id, month, project_id, model, sum(cost) AS cost FROM billing_usagemonth GROUP BY 1, 2, 3, 4
) AS used ON used.organization_id = billed.account_id AND used.month = billed.month
    AND used.project_id = billed.project_id AND used.model = billed.model
WHERE billed.amount > coalesce(used.cost, 0)
