-- 0003: signed checkpoints of the evidence log, and time-stamps over them. Never changed, never
-- removed: a bundle is made of them.

CREATE TABLE checkpoint (
    size   BIGINT NOT NULL PRIMARY KEY,
    note   BYTEA NOT NULL,
    at_ms  BIGINT NOT NULL
);

CREATE TABLE stamp (
    size        BIGINT NOT NULL REFERENCES checkpoint (size),
    authority   ctext NOT NULL, -- its URL
    token       BYTEA NOT NULL, -- the whole response (RFC 3161), DER
    at_ms       BIGINT NOT NULL,
    cert_end_ms BIGINT NOT NULL,
    PRIMARY KEY (size, authority, at_ms)
);

UPDATE schema_version SET version = 3 WHERE one = 1;
