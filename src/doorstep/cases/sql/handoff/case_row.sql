case_row_rows AS (
    INSERT INTO cases_case SELECT * FROM rows(%(case_row)s::cases_case) x
)
