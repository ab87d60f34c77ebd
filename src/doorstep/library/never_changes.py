"""What the models cannot say: the database itself refuses to change what a version says.

Whoever makes the initial migration again adds it as its last operation:
``migrations.RunSQL(never_changes.REFUSE, never_changes.FORGET)``.
"""

from __future__ import annotations

REFUSE = """
CREATE FUNCTION library_version_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.process_id, NEW.number, NEW.text, NEW.hash, NEW.identities, NEW.blob, NEW.media, NEW.level)
        IS DISTINCT FROM
       (OLD.process_id, OLD.number, OLD.text, OLD.hash, OLD.identities, OLD.blob, OLD.media, OLD.level) THEN
        RAISE EXCEPTION 'A version never changes: publish the next one instead of changing version % of %.',
            OLD.number, OLD.process_id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER library_version_never_changes BEFORE UPDATE ON library_version
    FOR EACH ROW EXECUTE FUNCTION library_version_never_changes();
"""
FORGET = "DROP TRIGGER library_version_never_changes ON library_version; DROP FUNCTION library_version_never_changes();"
