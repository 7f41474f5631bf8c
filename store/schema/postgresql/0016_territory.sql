-- 0016: where a party supplies to or acts for us, when that is more than its own country.

ALTER TABLE party ADD COLUMN territory ctext; -- words of reach/territory: "DE|FR", "EU"; or NULL

UPDATE schema_version SET version = 16 WHERE one = 1;
