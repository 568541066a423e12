-- an hour of usage that is not the sum of its records
SELECT organization_id, model FROM (
    SELECT {hour} AS start, organization_id, project_id, user_id, coalesce(api_key_id, {nil}) AS api_key_id, model,
        1 AS requests, CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END AS errors,
        prompt_tokens, cached_tokens, completion_tokens, cost
    FROM billing_usagerecord
    UNION ALL
    SELECT hour, organization_id, project_id, user_id, api_key_id, model,
        -requests, -errors, -prompt_tokens, -cached_tokens, -completion_tokens, -cost
    FROM billing_usagehour
) AS records_less_hours
GROUP BY start, organization_id, project_id, user_id, api_key_id, model
HAVING sum(requests) <> 0 OR sum(errors) <> 0 OR sum(prompt_tokens) <> 0 OR sum(cached_tokens) <> 0
    OR sum(completion_tokens) <> 0 OR sum(cost) <> 0
