delivery_rows AS (
    INSERT INTO cases_delivery SELECT * FROM rows(%(delivery)s::cases_delivery) x
    ON CONFLICT (case_id, about, addressee, channel, purpose, n) DO NOTHING
)
