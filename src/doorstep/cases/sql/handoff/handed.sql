-- Index: primary key of cases_delivery.
handed_rows AS (
    UPDATE cases_delivery d
    SET state = 'handed over', handed_at = x.handed_at, external_id = x.external_id, link = x.link, sealed = x.sealed,
        address = x.address, lease_until = NULL, error = ''
    FROM rows(%(handed)s::cases_delivery) x
    WHERE d.id = x.id AND d.state = 'queued'
)
