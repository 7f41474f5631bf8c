-- 0015: mails to our own people whose clock runs out are notices of a kind of its own.

ALTER TABLE notice DROP CONSTRAINT notice_kind_word;
ALTER TABLE notice ADD CONSTRAINT notice_kind_word CHECK (kind IN ('immediate', 'update',
    'digest', 'reminder', 'escalation', 'waiting', 'acknowledgement', 'alarm'));

UPDATE schema_version SET version = 15 WHERE one = 1;
