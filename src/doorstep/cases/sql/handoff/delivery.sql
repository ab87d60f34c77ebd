delivery_rows AS (
    INSERT INTO cases_delivery SELECT * FROM json_populate_recordset(NULL::cases_delivery, %(delivery)s)
    ON CONFLICT (case_id, about, addressee, channel, purpose, n) DO NOTHING
)
