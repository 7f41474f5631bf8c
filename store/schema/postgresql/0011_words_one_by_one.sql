-- 0011: what it changes for SQLite costs nothing here: a list behind IN is compared where it stands.

UPDATE schema_version SET version = 11 WHERE one = 1;
