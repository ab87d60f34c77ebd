-- What the application's role may do: everything to most tables, and only insert and select where evidence is kept.
-- Applied by `doorstep migrate` after every migration; {role} is the role the application connects as.
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE UPDATE, DELETE, TRUNCATE ON cases_journal, cases_journalprivate, cases_anchor FROM {role};
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM {role};
