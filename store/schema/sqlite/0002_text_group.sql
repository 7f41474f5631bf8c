-- 0002: notices of form broadcast that read the same text share its name, so that many are sealed at
-- once. NULL: it goes alone.

ALTER TABLE notice ADD COLUMN text_group TEXT;
CREATE INDEX notice_in_group ON notice (lane_id, text_group, state, next_at_ms, id)
    WHERE text_group IS NOT NULL;

PRAGMA user_version = 2;
