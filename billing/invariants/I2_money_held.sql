-- money held that is not what running requests hold
SELECT account.organization_id, account.organization_id FROM billing_account AS account LEFT JOIN (
    SELECT account_id, sum(amount) AS total FROM billing_reservation WHERE state = 'running' GROUP BY account_id
) AS running ON running.account_id = account.organization_id
WHERE account.held <> coalesce(running.total, 0)
