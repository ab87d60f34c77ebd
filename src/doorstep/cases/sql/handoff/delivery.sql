delivery_rows AS (
    INSERT INTO cases_delivery SELECT * FROM unnest(%(delivery)s::cases_delivery[])
    ON CONFLICT (case_id, about, addressee, channel, purpose, n) DO NOTHING
)
