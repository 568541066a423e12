-- an API key in what is written down of a change
SELECT account_id, id FROM billing_auditevent WHERE sentence LIKE {secret}
