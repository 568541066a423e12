-- a year's invoices or credit notes whose numbers have a gap
SELECT {nobody}, series || ' ' || CAST(year AS text) FROM billing_numbering AS numbering
WHERE last <> CASE WHEN series = 'invoice'
    THEN (SELECT count(*) FROM billing_invoice WHERE number LIKE CAST(year AS text) || '-%')
    ELSE (SELECT count(*) FROM billing_creditnote WHERE number LIKE 'CN-' || CAST(year AS text) || '-%') END
