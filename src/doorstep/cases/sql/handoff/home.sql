home_rows AS (
    INSERT INTO cases_home SELECT * FROM unnest(%(home)s::cases_home[])
)
