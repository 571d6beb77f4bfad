"""What makes ``audit_events`` append-only, in the words of each database. No per cent sign: DDL would fill it in."""

SQLITE = tuple(
    f"CREATE TRIGGER audit_events_no_{act.lower()} BEFORE {act} ON audit_events"
    " BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END"
    for act in ("UPDATE", "DELETE")
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION bst_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'audit_events is append-only'; END $$",
    "CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events"
    " FOR EACH ROW EXECUTE FUNCTION bst_audit_refuse()",
    "CREATE TRIGGER audit_events_not_emptied BEFORE TRUNCATE ON audit_events"
    " FOR EACH STATEMENT EXECUTE FUNCTION bst_audit_refuse()",
)
