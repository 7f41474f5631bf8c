-- 0018: who had a pre-notice hears by a notice of its own that the embargo ended before its day.

ALTER TABLE notice DROP CONSTRAINT notice_kind_word;
ALTER TABLE notice ADD CONSTRAINT notice_kind_word CHECK (kind IN ('immediate', 'update',
    'digest', 'reminder', 'escalation', 'waiting', 'acknowledgement', 'alarm', 'release'));

UPDATE schema_version SET version = 18 WHERE one = 1;
