-- 0017: since when a key that was usable is not, as a notice found when it was to be sealed.

ALTER TABLE key ADD COLUMN failed_ms INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 17;
