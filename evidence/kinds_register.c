/* What entries say about the register of whom to tell. */
#include "evidence/kinds_inner.h"

const struct entry_member kind_imported[5] = {
    {"added", MEMBER_INT, "rows that were new"},
    {"changed", MEMBER_INT, "rows that differed from before"},
    {"file_sha256", MEMBER_PERSONAL, "SHA-256 (hex) of the file"},
    {"removed", MEMBER_INT, "rows taken out (import --full), else 0"},
    {"rows", MEMBER_INT, "rows in the file"},
};
const struct entry_member kind_key_pinned[6] = {
    {"algo", MEMBER_TEXT, "algorithm and size of the encryption subkey"},
    {"expires", MEMBER_INSTANT, "the earlier end of key and subkey; null: never"},
    {"fpr", MEMBER_PERSONAL, "fingerprint of the primary key"},
    {"party", MEMBER_PERSONAL, "id of the party"},
    {"state", MEMBER_TEXT, "good or warn"},
    {"sub_fpr", MEMBER_PERSONAL, "fingerprint of the pinned encryption subkey"},
};
const struct entry_member kind_key_changed[7] = {
    {"algo", MEMBER_TEXT, "algorithm and size of the encryption subkey"},
    {"expires", MEMBER_INSTANT, "the earlier end of key and subkey; null: never"},
    {"fpr", MEMBER_PERSONAL, "fingerprint of the primary key from now on"},
    {"old_fpr", MEMBER_PERSONAL, "fingerprint until now"},
    {"party", MEMBER_PERSONAL, "id of the party"},
    {"state", MEMBER_TEXT, "state of the key from now on: good, warn, expired, revoked, ..."},
    {"sub_fpr", MEMBER_PERSONAL, "fingerprint of the pinned encryption subkey"},
};
const struct entry_member kind_key_refused[4] = {
    {"fpr", MEMBER_PERSONAL, "fingerprint of the primary key; null when it could not be read"},
    {"party", MEMBER_PERSONAL, "id of the party"},
    {"reason", MEMBER_TEXT, "why, in our words"},
    {"state", MEMBER_TEXT, "weak, expired, revoked, sign-only, invalid, ..."},
};
const struct entry_member kind_contact_corrected[5] = {
    {"by", MEMBER_PERSONAL, "id of the person who corrected it"},
    {"now", MEMBER_PERSONAL, "mail address from now on"},
    {"party", MEMBER_PERSONAL, "id of the party"},
    {"reason", MEMBER_PERSONAL, "why, in that person's words"},
    {"was", MEMBER_PERSONAL, "mail address until now"},
};
