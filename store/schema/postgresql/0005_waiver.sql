-- 0005: findings of the gate that a named person lets pass, and sets that wait for such waivers.

CREATE TABLE waiver (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256  ctext NOT NULL, -- of the exact bytes; no blob is needed to hold it
    test    ctext NOT NULL,
    pointer ctext NOT NULL,
    finding ctext NOT NULL, -- the sentence that the person has read
    person  ctext NOT NULL,
    role    ctext NOT NULL
            CHECK (role IN ('psirt', 'regulatory', 'quality', 'safety', 'service')),
    reason  ctext NOT NULL,
    at_ms   BIGINT NOT NULL,
    UNIQUE (sha256, test, pointer, finding)
);

CREATE TABLE held (
    tracking     ctext NOT NULL,
    version      ctext NOT NULL,
    sha256       ctext NOT NULL REFERENCES blob (sha256),
    name         ctext NOT NULL, -- of the file, for people
    order_sha256 ctext REFERENCES blob (sha256),
    order_name   ctext,
    at_ms        BIGINT NOT NULL,
    PRIMARY KEY (tracking, version)
);

UPDATE schema_version SET version = 5 WHERE one = 1;
