"""Django's PostgreSQL backend, except that the embedded server starts with the first connection."""
