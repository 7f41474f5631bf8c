/* What entries about duties and holds say. Subject is the case. */
#include "evidence/kinds_inner.h"

#define T MEMBER_TEXT
#define N MEMBER_INT
#define I MEMBER_INSTANT
#define P MEMBER_PERSONAL
#define H MEMBER_HASH

const struct entry_member kind_duty[20] = {
    {"cascade", T,
     "rule elsewhere that brought it, or whose clock runs there while this one waits; null: none"},
    {"country", T, "where; null: not said"},
    {"deliverable", T, "advisory, form, draft_notice, call, record"},
    {"derivation", T, "how both dates come about, lines"},
    {"due_legal", T, "day or instant with the relief of the law; null: none"},
    {"due_safe", T, "the same without relief; null: none"},
    {"duty", N, "number of the duty"},
    {"jurisdiction", T, "of the rules"},
    {"legal", I, "end of due_legal; null: none"},
    {"owner", P, "id of the person who has it"},
    {"rule", T, "id of the rule"},
    {"rule_sha256", H, "of all that its dates depend on"},
    {"safe", I, "end of due_safe; null: none"},
    {"state", T, "waiting, running, withdrawn"},
    {"trigger", T, "day or instant that the clock runs from; null: it waits"},
    {"version", N, "of the rule"},
    {"was_legal", T, "due_legal until now; null: none"},
    {"was_safe", T, "due_safe until now; null: none"},
    {"was_state", T, "state until now; null: it is new"},
    {"was_version", N, "of the rule, until now; null: it is new"},
};
const struct entry_member kind_duty_met[9] = {
    {"by", P, "id of the person who handed it in; null: notices met it"},
    {"duty", N, "number of the duty"},
    {"late_ms", N, "milliseconds behind due_legal, negative: before it; null: no time is set"},
    {"number", P, "that the authority gave"},
    {"proof_sha256", P, "SHA-256 (hex) of the proof: what was handed in, or the list of notices"},
    {"reason", P, "why it was late; null: nothing said"},
    {"rule", T, "id of the rule"},
    {"told_at", I, "when the authority, or the last of those to inform, was told"},
    {"version", N, "of the rule"},
};
const struct entry_member kind_duty_explained[4] = {
    {"by", P, "id of the person who says so"},
    {"duty", N, "number of the duty"},
    {"reason", P, "why it was late, in the person's words"},
    {"rule", T, "id of the rule"},
};
const struct entry_member kind_duty_waived[4] = {
    {"by", P, "id of the person who denied that the rule's condition holds"},
    {"duty", N, "number of the duty"},
    {"reason", P, "in the person's words"},
    {"rule", T, "id of the rule"},
};
/* Subject is the advisory. */
const struct entry_member kind_embargo_released[6] = {
    {"answer_by", I, "answers are wanted by, from here on"},
    {"at", I, "from here on nothing waits for it"},
    {"by", P, "id of the person"},
    {"deadline", I, "to be told by, from here on"},
    {"embargo", I, "when it was to end"},
    {"reason", P, "in the person's words"},
};
const struct entry_member kind_hold_set[10] = {
    {"hold", N, "number of the hold"},
    {"jurisdiction", T, "whose parties wait"},
    {"kind", T, "before_action, await_comment, await_agreement"},
    {"left", N, "notices that were given leave to go out before it was set"},
    {"places", T, "countries whose parties wait, ascending, a blank between them"},
    {"rule", T, "id of the rule that asks for it"},
    {"since", I, "it stands since then"},
    {"until", I, "when the window for comment ends; null: by proof or by hand"},
    {"version", N, "of the rule"},
    {"why", T, "rule: it is reportable; undecided: nobody decided yet"},
};
const struct entry_member kind_hold_over[5] = {
    {"by", P, "id of the person; null: nobody had to"},
    {"hold", N, "number of the hold"},
    {"how", T, "proof, window, decided, person"},
    {"proof_sha256", P, "SHA-256 (hex) of what the person gave; null: none"},
    {"reason", P, "in the person's words; null: nothing said"},
};
