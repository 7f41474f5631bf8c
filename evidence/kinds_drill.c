/* What entries say about drills and canaries. */
#include "evidence/kinds_inner.h"

const struct entry_member kind_drill_run[14] = {
    {"answer_by", MEMBER_INSTANT, "answers wanted by"},
    {"by", MEMBER_PERSONAL,
     "id of the person who ordered it; null: its time had come, or nobody said"},
    {"count", MEMBER_INT, "recipients"},
    {"deadline", MEMBER_INSTANT, "told by"},
    {"drill", MEMBER_INT, "number of the drill"},
    {"missed", MEMBER_INT, "runs of its schedule before it that were not made"},
    {"of", MEMBER_TEXT, "opaque id of the advisory that it is about; null: the sample"},
    {"order_sha256", MEMBER_HASH, "SHA-256 (hex) of that one's order; null: none"},
    {"run", MEMBER_INSTANT, "the instant that it was due at"},
    {"sha256", MEMBER_HASH, "SHA-256 (hex) of the advisory's bytes"},
    {"tlp", MEMBER_TEXT, "label in force"},
    {"tracking", MEMBER_PERSONAL, "name of the exercise"},
    {"version", MEMBER_TEXT, "exercise"},
    {"wall", MEMBER_INT, "what the wall of its schedule showed; null: it was ordered by hand"},
};
const struct entry_member kind_drill_finished[8] = {
    {"answered", MEMBER_INT, "recipients who answered"},
    {"drill", MEMBER_INT, "number of the drill"},
    {"facts_sha256", MEMBER_HASH, "SHA-256 (hex) of its report as JSON (tocsin.drill/1)"},
    {"faults", MEMBER_INT, "recipients with whom something went wrong"},
    {"passed", MEMBER_BOOL, "nothing went wrong"},
    {"recipients", MEMBER_INT, "recipients"},
    {"report_sha256", MEMBER_HASH, "SHA-256 (hex) of its report, one page"},
    {"taken", MEMBER_INT, "recipients whose notice our relay took"},
};
const struct entry_member kind_drill_signed[2] = {
    {"drill", MEMBER_INT, "number of the drill"},
    {"signed_sha256", MEMBER_HASH, "SHA-256 (hex) of the report, signed by the maker's key"},
};
const struct entry_member kind_drill_failed[3] = {
    {"missed", MEMBER_INT, "runs before it that were not made"},
    {"run", MEMBER_INSTANT, "the instant that it was due at"},
    {"why", MEMBER_PERSONAL, "why it could not begin"},
};
const struct entry_member kind_canary_due[4] = {
    {"advisory", MEMBER_TEXT, "opaque id of the advisory or digest"},
    {"due", MEMBER_INSTANT, "it is to be seen in the mailbox by then"},
    {"name", MEMBER_PERSONAL, "name of the canary"},
    {"notice", MEMBER_TEXT, "opaque id of its notice; null: none was planned for it"},
};
const struct entry_member kind_canary_over[3] = {
    {"advisory", MEMBER_TEXT, "opaque id of the advisory or digest"},
    {"message_id", MEMBER_TEXT, "of the mail that was seen; null: none was"},
    {"name", MEMBER_PERSONAL, "name of the canary"},
};
