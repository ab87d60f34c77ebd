home_rows AS (
    INSERT INTO cases_home SELECT * FROM rows(%(home)s::cases_home) x
)
