-- 0014: an address that was corrected by hand, for as long as parties.csv has the old one.

CREATE TABLE correction (
    id    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    party ctext NOT NULL REFERENCES party (id) ON DELETE CASCADE,
    was   ctext NOT NULL, -- as the file still has it
    now   ctext NOT NULL, -- as the register has it instead
    at_ms BIGINT NOT NULL,
    UNIQUE (party, was)
);

UPDATE schema_version SET version = 14 WHERE one = 1;
