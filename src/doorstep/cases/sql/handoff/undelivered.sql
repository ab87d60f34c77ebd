-- Index: primary key of cases_delivery.
undelivered_rows AS (
    UPDATE cases_delivery d
    SET state = x.state, error = x.error, lease_until = NULL
    FROM rows(%(undelivered)s::cases_delivery) x
    WHERE d.id = x.id AND d.state = 'queued'
)
