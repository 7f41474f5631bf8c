-- 0018: who had a pre-notice hears by a notice of its own that the embargo ended before its day. As in 0013.

PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(sql,
'kind = ''alarm'')',
'kind = ''alarm'' OR kind = ''release'')')
WHERE type = 'table' AND name = 'notice';

PRAGMA writable_schema = RESET;

PRAGMA user_version = 18;
