-- Index: primary keys of cases_case, cases_journalkey and cases_handled.
SELECT c.id, c.number, c.process_id, c.version_id, c.title, c.starter, c.state, c.status, c.needed_by, c.zone,
    c.started_at, c.closed_at, c.suspended_at, c.head, c.seq,
    (SELECT string_agg(uuid_send(k.person) || k.salt, '') FROM cases_journalkey k WHERE k.case_id = c.id) AS salts,
    (SELECT h.result FROM cases_handled h WHERE h.case_id = c.id AND h.key = %(key)s) AS handled
FROM cases_case c
WHERE c.id = %(case)s
FOR UPDATE OF c
