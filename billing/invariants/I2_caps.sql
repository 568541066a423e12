-- more spent in the period of a cap than the cap
SELECT account.organization_id, account.organization_id FROM billing_account AS account
JOIN billing_plan AS plan ON plan.id = account.plan_id
WHERE account.spending > coalesce(account.spending_cap, plan.spending_cap)
    -- Whose plan or cap was changed in the meantime may have spent it under another one.
    AND NOT EXISTS (SELECT 1 FROM billing_auditevent AS event
        WHERE event.account_id = account.organization_id AND event.at >= account.spending_from
            AND event.action IN ('cap.set', 'plan.changed', 'plan.edited'))
