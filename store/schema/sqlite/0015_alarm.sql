-- 0015: mails to our own people whose clock runs out are notices of a kind of its own. As in 0013.

PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(sql,
'kind = ''acknowledgement'')',
'kind = ''acknowledgement'' OR kind = ''alarm'')')
WHERE type = 'table' AND name = 'notice';

PRAGMA writable_schema = RESET;

PRAGMA user_version = 15;
