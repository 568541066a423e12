-- a day of usage that is not the sum of its hours
SELECT organization_id, model FROM (
    SELECT {day_of_hour} AS start, organization_id, project_id, user_id, api_key_id, model,
        requests, errors, prompt_tokens, cached_tokens, completion_tokens, cost
    FROM billing_usagehour
    UNION ALL
    SELECT day, organization_id, project_id, user_id, api_key_id, model,
        -requests, -errors, -prompt_tokens, -cached_tokens, -completion_tokens, -cost
    FROM billing_usageday
) AS finer_less_coarser
GROUP BY start, organization_id, project_id, user_id, api_key_id, model
HAVING sum(requests) <> 0 OR sum(errors) <> 0 OR sum(prompt_tokens) <> 0 OR sum(cached_tokens) <> 0
    OR sum(completion_tokens) <> 0 OR sum(cost) <> 0
