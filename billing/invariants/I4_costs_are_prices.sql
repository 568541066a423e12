-- a cost that is not its tokens at their prices
SELECT organization_id, id FROM billing_usagerecord WHERE cost <> (prompt_tokens - cached_tokens) * input_price
    + cached_tokens * cached_input_price + completion_tokens * output_price
