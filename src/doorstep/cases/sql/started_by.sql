-- Index: primary key of cases_handled.  A start's key belongs to whoever starts.
SELECT result FROM cases_handled WHERE case_id = %(person)s AND key = %(key)s
