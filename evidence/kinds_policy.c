/* What entries say about the disclosure policy. Its texts are public: their hashes hide nothing. */
#include "evidence/kinds_inner.h"

const struct entry_member kind_policy_written[6] = {
    {"basis_sha256", MEMBER_HASH,
     "SHA-256 over what the settings make of the three, but for the day of Expires"},
    {"cvd_sha256", MEMBER_HASH, "SHA-256 of CVD-Policy.md"},
    {"expires", MEMBER_INSTANT, "when security.txt ends"},
    {"person", MEMBER_PERSONAL, "id of the person; null: nobody was named"},
    {"procedure_sha256", MEMBER_HASH, "SHA-256 of PSIRT-Procedure.md"},
    {"security_txt_sha256", MEMBER_HASH, "SHA-256 of the signed security.txt"},
};
const struct entry_member kind_policy_published[4] = {
    {"basis_sha256", MEMBER_HASH, "that of the version that was published"},
    {"person", MEMBER_PERSONAL, "id of the person who says so"},
    {"published_at", MEMBER_INSTANT, "since when it is there"},
    {"url", MEMBER_TEXT, "where"},
};
