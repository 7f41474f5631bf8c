/* What entries about cases say. The number of a case is for people, and names it: a commitment. */
#include "evidence/kinds_inner.h"

#define T MEMBER_TEXT
#define N MEMBER_INT
#define B MEMBER_BOOL
#define I MEMBER_INSTANT
#define P MEMBER_PERSONAL

const struct entry_member kind_case_opened[7] = {
    {"by", P, "id of the person of ours; null: not said, or it came by mail"},
    {"how", T, "command or mail"},
    {"number", P, "number of the case"},
    {"reporter", P, "who reported it; null: not said"},
    {"reporter_mail", P, "where they are answered to; null: not said"},
    {"source", T, "a to g: the sources of IEC 81001-5-1 9.2"},
    {"title", P, "what it is about; null: not said"},
};
const struct entry_member kind_case_assigned[3] = {
    {"by", P, "id of the person who assigned it; null: not said"},
    {"owner", P, "id of the person who has it from now on"},
    {"reason", P, "in the person's words; null: nothing said"},
};
const struct entry_member kind_case_state[5] = {
    {"back", T, "the state that it goes back to; null: it waits for nobody outside"},
    {"by", P, "id of the person; null: the automatic answer to the reporter"},
    {"from", T, "state until now"},
    {"reason", P, "in the person's words; null: nothing said"},
    {"state", T, "state from now on"},
};
const struct entry_member kind_case_linked[3] = {
    {"by", P, "id of the person; null: none"},
    {"kind", T, "advisory, complaint, capa, risk, case"},
    {"ref", P, "tracking id of the advisory, number of anything else"},
};
const struct entry_member kind_case_message[4] = {
    {"address", P, "from or to whom; null: not said"},
    {"message_id", P, "Message-ID without <>; null: no mail"},
    {"sha256", P, "SHA-256 (hex) of the text"},
    {"way", T, "in, out, note"},
};
const struct entry_member kind_report_received[9] = {
    {"encrypted", B, "whether it came encrypted"},
    {"message_id", P, "its Message-ID without <>; null: it has none"},
    {"notice", T, "opaque id of the automatic answer; null: none"},
    {"outcome", T, "opened, joined, gathered (too many at once: a task), passed"},
    {"parts_sha256", P, "SHA-256 (hex) of the list of what hangs on it; null: nothing does"},
    {"reason", P, "why it is not answered, or not read as a whole; null: nothing to say"},
    {"sender", P, "address that it names; null: none"},
    {"sha256", P, "SHA-256 (hex) of the mail"},
    {"text_sha256", P, "SHA-256 (hex) of its words; null: none could be read"},
};
const struct entry_member kind_case_told[4] = {
    {"by", P, "id of the person; null: the automatic answer"},
    {"how", T, "mail, phone, letter, other"},
    {"said", P, "what they were told, in words; null: see the text"},
    {"sha256", P, "SHA-256 (hex) of the text that they were told; null: none kept"},
};
const struct entry_member kind_case_closed[4] = {
    {"by", P, "id of the person, who has a role that releases"},
    {"disclosure", T, "disclose or withhold; null: screened out or transferred"},
    {"outcome", P, "what came of it, in the person's words"},
    {"role", T, "the role in which the person closed it"},
};
const struct entry_member kind_case_reviewed[3] = {
    {"by", P, "id of the person"},
    {"note", P, "in the person's words; null: nothing said"},
    {"source", T, "a to g: the register that was looked through"},
};
const struct entry_member kind_fact_recorded[12] = {
    {"at", I, "the instant; of a whole day: its beginning"},
    {"by", P, "id of the person of ours who entered it; tocsin: nobody, it was a notice"},
    {"class", T, "employee, manager, representative, other: who knew or did it"},
    {"fact", N, "number of the fact"},
    {"from", N, "number of the fact that it follows from, elsewhere; null: none"},
    {"jurisdiction", T, "where it holds; null: wherever it matters"},
    {"kind", T, "trigger of the rules: aware_any_employee, ..."},
    {"person", P, "who knew or did it"},
    {"source", P, "the document that says so"},
    {"stated", T, "the day, or the instant with its offset, as it was stated"},
    {"supersedes", N, "number of the fact whose place it takes; null: none"},
    {"zone", T, "IANA name of the place's zone; null: not said"},
};
const struct entry_member kind_fact_chosen[3] = {
    {"by", P, "id of the person"},
    {"fact", N, "number of the fact that counts from now on, of all of its kind and place"},
    {"reason", P, "in the person's words"},
};
const struct entry_member kind_decision_recorded[8] = {
    {"by", P, "id of the person of ours who entered it"},
    {"decision", N, "number of the decision"},
    {"jurisdiction", T, "where it holds"},
    {"person", P, "id of the person who decided"},
    {"proof_sha256", P, "SHA-256 (hex) of what proves that they did; null: they entered it"},
    {"reason", P, "in the person's words"},
    {"supersedes", N, "number of the decision whose place it takes; null: none"},
    {"verdict", T, "reportable, not-reportable, not-applicable"},
};
const struct entry_member kind_decision_countersigned[2] = {
    {"by", P, "id of the person for whom it had been recorded"},
    {"decision", N, "number of the decision"},
};
