-- 0014: an address that was corrected by hand, for as long as parties.csv has the old one.

CREATE TABLE correction (
    id    INTEGER PRIMARY KEY,
    party TEXT NOT NULL REFERENCES party (id) ON DELETE CASCADE,
    was   TEXT NOT NULL, -- as the file still has it
    now   TEXT NOT NULL, -- as the register has it instead
    at_ms INTEGER NOT NULL,
    UNIQUE (party, was)
) STRICT;

PRAGMA user_version = 14;
