-- an API key in what is written down of a request
SELECT organization_id, id FROM billing_usagerecord WHERE client LIKE {secret} OR error_code LIKE {secret}
