-- 0016: where a party supplies to or acts for us, when that is more than its own country.

ALTER TABLE party ADD COLUMN territory TEXT; -- words of reach/territory: "DE|FR", "EU"; or NULL

PRAGMA user_version = 16;
