#include "evidence/kinds_inner.h"

#define T MEMBER_TEXT
#define N MEMBER_INT
#define B MEMBER_BOOL
#define H MEMBER_HASH
#define I MEMBER_INSTANT
#define P MEMBER_PERSONAL
#define L MEMBER_LIST
/*
 * Whatever could lead to a person or an organisation is a commitment: names, addresses, codes,
 * fingerprints of keys (a key of a RED contact is a person's), words that people typed, and the
 * SHA-256 of texts that hold such things, since a short text can be guessed and hashed again.
 */
static const struct entry_member config_loaded[] = {
    {"acknowledge_days", N, "promised: a reporter hears that we have it, in working days"},
    {"news_ms", N, "promised: a reporter hears how it stands at least so often"},
    {"sha256", P, "SHA-256 (hex) of the configuration file"},
    {"triage_ms", N, "promised: a case is triaged or screened out"},
    {"unassigned_ms", N, "promised: a case has an owner"},
};
static const struct entry_member tls_refused[] = {
    {"attempt", N, "number of the attempt; null when there was none"},
    {"endpoint", T, "host:port"},
    {"peer", H, "SHA-256 of the certificate shown; null when none was"},
    {"reason", T, "why, in our words"},
};
static const struct entry_member advisory_submitted[] = {
    {"order_sha256", H, "SHA-256 of the order; null when there is none"},
    {"sha256", H, "SHA-256 of the exact bytes of the CSAF document"},
    {"tlp", T, "TLP 2.0 label in force"},
    {"tracking", P, "tracking id"},
    {"version", T, "version of the document"},
};
static const struct entry_member advisory_refused[] = {
    {"count", N, "how many findings refuse it"},
    {"findings", L, "the first 200 of them: {\"pointer\",\"test\"}"},
    {"sha256", H, "SHA-256 of the bytes that were refused"},
};
static const struct entry_member waiver[] = {
    {"finding", P, "the sentence of the gate that is waived"},
    {"person", P, "id of the person who waives, or takes it back"},
    {"pointer", T, "where the finding is (RFC 6901)"},
    {"reason", P, "why it may pass, or no longer, in the person's words"},
    {"role", T, "the role in which the person does it"},
    {"sha256", H, "SHA-256 of the exact bytes that it is for"},
    {"test", T, "row of the gate: gate.11"},
};
static const struct entry_member advisory_approved[] = {
    {"approval_sha256", P, "SHA-256 (hex) of the signed text or signature"},
    {"complete", B, "with this one the signatures suffice"},
    {"form", T, "text or detached"},
    {"fpr", P, "fingerprint of the signer's key"},
    {"order_sha256", H, "SHA-256 of the order that was signed with it; null: none"},
    {"person", P, "id of the person"},
    {"role", T, "the role in which the person signed"},
    {"sha256", H, "SHA-256 of the exact bytes of the CSAF document"},
    {"signed_at", I, "the instant that the signer stated"},
};
static const struct entry_member advisory_superseded[] = {
    {"by", T, "opaque id of the newer advisory"},
};
static const struct entry_member rules_adopted[] = {
    {"form", T, "text or detached"},
    {"fpr", P, "fingerprint of the signer's key"},
    {"pack_sha256", H,
     "SHA-256 of the manifest, which names each rule, its version and its SHA-256"},
    {"person", P, "id of the person"},
    {"previous_sha256", H, "the pack that was adopted until now; null: none"},
    {"role", T, "the role in which the person signed: regulatory"},
    {"rules", N, "rules in the pack"},
    {"signature_sha256", P, "SHA-256 (hex) of the signed text or signature"},
    {"signed_at", I, "the instant that the signer stated"},
};
static const struct entry_member digest_schedule[] = {
    {"anchor", I, "first seen: weeks and counts of the rule begin on that day"},
    {"rule", T, "all that decides when it runs: rule, zone, holidays, country"},
    {"schedule", P, "whom it is for"},
    {"since", I, "in force as it stands since then"},
};
static const struct entry_member digest_run[] = {
    {"empty", N, "parties to whom there was nothing to tell, and to whom nothing goes then"},
    {"missed", N, "runs that were missed before, and are made up for by these"},
    {"no_mail", N, "parties who cannot be reached by mail"},
    {"planned", N, "digests that are to be sent"},
};
static const struct entry_member digest_issued[] = {
    {"items", N, "advisories in it, those of which nothing is said included"},
    {"sha256", H, "SHA-256 (hex) of its content (tocsin.digest/1)"},
    {"tlp", T, "strictest label of what it says in whole"},
    {"tracking", P, "digest: and its schedule"},
    {"version", T, "the run, and the beginning of its content's SHA-256"},
};
static const struct entry_member digest_turn[] = {
    {"by", P, "id of the person who asked for it; null: its time had come"},
    {"missed", N, "runs before it that were not made"},
    {"outcome", T, "planned, empty (nothing to tell), no-mail"},
    {"party", P, "id of the party"},
    {"reason", P, "in the person's words; null: its time had come"},
    {"run", I, "the instant that it was due at"},
    {"schedule", P, "whose run it is"},
    {"wall", N, "what the party's wall showed: milliseconds since 1970-01-01 there"},
};
static const struct entry_member plan_created[] = {
    {"answer_by", I, "answers wanted by"},
    {"count", N, "recipients in the list"},
    {"deadline", I, "told by"},
    {"left_out", N, "parties that a proven non-match leaves out"},
    {"root", H, "Merkle root over the lines of the whole list"},
};
static const struct entry_member plan_finished[] = {
    {"count", N, "recipients whose notices are in the queue: all of the list"},
};
static const struct entry_member plan_first[] = {
    {"count", N, "authorities in the list that are told before all of it was read"},
    {"root", H, "Merkle root over their lines, which stand in the whole list, too"},
};
static const struct entry_member notice_planned[] = {
    {"advisory", T, "opaque id of the advisory"},
    {"answer_by", I, "answer wanted by; null: none"},
    {"country", T, "jurisdiction of the lane"},
    {"deadline", I, "told by"},
    {"form", T, "personal or broadcast"},
    {"kind", T,
     "immediate, update, digest, reminder, escalation, waiting, acknowledgement, alarm, release"},
    {"level", T, "sealed, tls, waiting, task"},
    {"next_at", I, "when it is due; null: at once"},
    {"party", P, "id of the party"},
    {"party_kind", T, "regulator, complaint, hdo, ..."},
    {"priority", N, "of the lane; 0 goes first"},
    {"route", T, "smtp, file, portal, letter, phone"},
};
static const struct entry_member notice_sealed[] = {
    {"address", P, "mail address it goes to; null: a file"},
    {"form", T, "personal or broadcast"},
    {"key_fpr", P, "fingerprint it is sealed to; null: not sealed"},
    {"level", T, "the level that was used"},
    {"message_id", T, "Message-ID without <>"},
    {"next_at", I, "when it is due to leave"},
    {"plain_sha256", P, "SHA-256 (hex) of the text that was sealed; null: it is readable"},
    {"sha256", H, "SHA-256 of the message as it goes out"},
};
static const struct entry_member notice_held[] = {
    {"until", I, "looked at again; null: by a person only"},
    {"why", T, "embargo, hold, endpoint, uncertain, ..."},
};
static const struct entry_member notice_moved[] = {
    {"event", T, "claim, deferred, reroute, task, resend"},
    {"form", T, "personal or broadcast: from now on"},
    {"from", T, "state until now"},
    {"level", T, "sealed, tls, waiting, task: from now on"},
    {"next_at", I, "when it is due; null: not by itself"},
    {"route", T, "smtp, file, portal, letter, phone: from now on"},
    {"state", T, "state from now on"},
    {"task", N, "number of the task that it waited for last; null: none yet"},
    {"why", P, "in our words; null: nothing to say"},
};
static const struct entry_member notice_superseded[] = {
    {"by", T, "opaque id of the newer advisory, the notice or the closed case behind it"},
};
static const struct entry_member notice_cancelled[] = {
    {"by", P, "id of the person"},
    {"reason", P, "in the person's words"},
};
static const struct entry_member notice_closed[] = {
    {"grade", T, "best receipt so far"},
    {"state", T, "state of the notice from now on"},
    {"why", T, "watch-over, answered, task-done"},
};
static const struct entry_member attempt_begin[] = {
    {"attempt", N, "number of the attempt"},
    {"endpoint", T, "host:port, or outbox"},
    {"parcel_sha256", H, "SHA-256 of the message (notice.sealed)"},
    {"sending", N, "1; above 1 the far side may have it already"},
    {"why", T, "why it is sent again; null: it is not"},
};
static const struct entry_member attempt_dot[] = {
    {"attempt", N, "number of the attempt: all is handed over but the end of data"},
};
static const struct entry_member attempt_outcome[] = {
    {"attempt", N, "number of the attempt"},
    {"code", N, "reply code that decided; null: there was none"},
    {"enhanced", T, "enhanced status code; null: there was none"},
    {"next_at", I, "when the notice is due again; null: it is not"},
    {"peer", H, "SHA-256 of the far side's certificate; null: none"},
    {"said", P, "first line of the reply, or the fault"},
    {"state", T, "state of the notice from now on"},
    {"tls", T, "version and cipher; null: none"},
    {"transcript_sha256", P, "SHA-256 (hex) of the conversation; null: none"},
    {"verdict", T, "accepted, deferred, refused, uncertain, lapsed"},
};
static const struct entry_member report_received[] = {
    {"best", T, "best receipt so far, with this one"},
    {"detail", P, "what it says, one line; null: nothing"},
    {"grade", T, "bounced, taken, passed-on, delivered, displayed"},
    {"how", T, "dsn, mdn, mail"},
    {"next_at", I, "when the notice is due again; null: not by itself"},
    {"sha256", P, "SHA-256 (hex) of the message that came"},
    {"state", T, "state of the notice from now on"},
    {"status", T, "enhanced status code; null: none"},
};
static const struct entry_member ack_received[] = {
    {"answer", T, "received, done, not-here, question; null: none of them"},
    {"best", T, "best receipt so far, with this one"},
    {"by", P, "id of the person of ours who took it down; null: it came by mail"},
    {"detail", P, "what they said; null: nothing"},
    {"grade", T, "answered or action"},
    {"how", T, "mail, phone, letter, portal"},
    {"sha256", P, "SHA-256 (hex) of the message or proof; null: none"},
    {"state", T, "state of the notice from now on"},
    {"units", N, "devices they speak of; of a supplier: whom it told in turn; null: not said"},
};
static const struct entry_member task_opened[] = {
    {"cause", P, "the one cause that the task is about"},
    {"deadline", I, "to be done by; null: none"},
    {"joined", B, "it was open already: it covers this too, or has another cause now"},
    {"kind", T, "portal, letter, phone, key, bounced, ..."},
    {"owner", P, "id of the person"},
    {"task", N, "number of the task"},
};
static const struct entry_member task_done[] = {
    {"by", P, "id of the person"},
    {"notices", N, "notices that it moved on"},
    {"proof_sha256", P, "SHA-256 (hex) of the proof; null: none"},
    {"ref", P, "reference that the person gave; null: none"},
    {"task", N, "number of the task"},
};
static const struct entry_member deadline_warned[] = {
    {"deadline", I, "the instant that comes near"},
    {"left_ms", N, "milliseconds left"},
    {"what", T, "duty"},
};
static const struct entry_member deadline_missed[] = {
    {"by_ms", N, "milliseconds past it when that was seen and written down"},
    {"deadline", I, "the instant that passed"},
    {"what", T, "duty"},
};
static const struct entry_member escalation_sent[] = {
    {"deadline", I, "the instant at stake; null: none"},
    {"to", P, "id of the person"},
    {"what", T, "duty; or a clock of the case: acknowledge, unassigned, triage, news"},
};
static const struct entry_member admin_action[] = {
    {"action", T, "the command, without its operands"},
    {"by", P, "who, as far as known"},
    {"detail", P, "what for, in words; null: nothing said"},
};
static const struct entry_member clock_jump[] = {
    {"by_ms", N, "milliseconds that the clock moved against the machine's uptime"},
    {"from", I, "what it should have shown; behind a restart: at least"},
    {"off_ms", N, "milliseconds by which it is ahead of our time, which goes on evenly"},
    {"to", I, "what it showed"},
};
static const struct entry_member fault_detected[] = {
    {"detail", P, "what was seen; null: nothing more"},
    {"fault", T, "worker-lost, disk, corrupt, stuck, poison, ..."},
    {"where", T, "sealer, carrier, store, inbound, ..."},
};
static const struct entry_member export_created[] = {
    {"party", P, "id of the party that it is for; null: no single one"},
    {"reader", T, "who may read it: all, regulator or party"},
    {"scope", T,
     "all, or advisory or case: it is about the subject only; behind values-: values alone, for an "
     "earlier bundle"},
    {"start", N, "entries left out at the front"},
};
#define SHAPE(members) members, sizeof(members) / sizeof((members)[0])
#define RESERVED NULL, 0

static const struct entry_kind kinds[] = {
    {"log.start", "The log begins.", SHAPE(kind_log_start)},
    {"log.key", "The key that signs checkpoints from here on.", SHAPE(kind_log_key)},
    {"config.loaded", "A configuration that differs from the last one is in force.",
     SHAPE(config_loaded)},
    {"party.imported", "parties.csv was read.", SHAPE(kind_imported)},
    {"product.imported", "products.csv was read.", SHAPE(kind_imported)},
    {"installed.imported", "installed.csv was read.", SHAPE(kind_imported)},
    {"contact.corrected", "A person corrected a mail address by hand.",
     SHAPE(kind_contact_corrected)},
    {"key.pinned", "A key is taken for a party.", SHAPE(kind_key_pinned)},
    {"key.changed", "Another key, or another state of it.", SHAPE(kind_key_changed)},
    {"key.refused", "A key is not used.", SHAPE(kind_key_refused)},
    {"tls.refused", "The far side could not show that it is who it should be.", SHAPE(tls_refused)},
    {"advisory.submitted", "The gate took an advisory.", SHAPE(advisory_submitted)},
    {"advisory.refused", "The gate refused one.", SHAPE(advisory_refused)},
    {"advisory.approved", "A person signed it.", SHAPE(advisory_approved)},
    {"advisory.superseded", "A newer version of it was approved.", SHAPE(advisory_superseded)},
    {"case.opened", "A matter has come up, and is tracked.", SHAPE(kind_case_opened)},
    {"case.assigned", "It has an owner, or another one.", SHAPE(kind_case_assigned)},
    {"case.state", "It went from one state to another.", SHAPE(kind_case_state)},
    {"case.linked", "It belongs to an advisory, or to a number elsewhere.",
     SHAPE(kind_case_linked)},
    {"case.message", "A text came or went, or was written down.", SHAPE(kind_case_message)},
    {"report.received", "A mail came that reports a flaw.", SHAPE(kind_report_received)},
    {"case.told", "The reporter was told how it stands.", SHAPE(kind_case_told)},
    {"case.closed", "It is over.", SHAPE(kind_case_closed)},
    {"case.reviewed", "The register of a source was looked through.", SHAPE(kind_case_reviewed)},
    {"fact.recorded", "Who knew or did what, and when.", SHAPE(kind_fact_recorded)},
    {"fact.chosen", "Of several such facts this one counts.", SHAPE(kind_fact_chosen)},
    {"decision.recorded", "A person decided whether it is reportable somewhere.",
     SHAPE(kind_decision_recorded)},
    {"decision.countersigned", "The person for whom it was recorded stands by it.",
     SHAPE(kind_decision_countersigned)},
    {"rules.adopted", "A person of the maker adopted the rules: who is told within which time.",
     SHAPE(rules_adopted)},
    {"policy.written", "The disclosure policy was written, from the settings in force.",
     SHAPE(kind_policy_written)},
    {"policy.published", "A person says where it is published.", SHAPE(kind_policy_published)},
    {"hold.set", "Parties of a jurisdiction wait for its authority.", SHAPE(kind_hold_set)},
    {"hold.ended", "They wait no more.", SHAPE(kind_hold_over)},
    {"hold.bypassed", "A person let them be told before the authority: an alarm.",
     SHAPE(kind_hold_over)},
    {"waiver.recorded", "A person let a finding of the gate pass.", SHAPE(waiver)},
    {"waiver.withdrawn", "A person took such a waiver back.", SHAPE(waiver)},
    {"digest.schedule", "A schedule of digests is new, or was edited.", SHAPE(digest_schedule)},
    {"digest.run", "A pass in which digests were due ended.", SHAPE(digest_run)},
    {"digest.issued", "What a digest says is fixed: a document.", SHAPE(digest_issued)},
    {"digest.turn", "One run for one party, with a digest or without.", SHAPE(digest_turn)},
    {"drill.run", "An exercise begins: its notices are none that count.", SHAPE(kind_drill_run)},
    {"drill.finished", "It is over, and its report is fixed.", SHAPE(kind_drill_finished)},
    {"drill.signed", "Its report was signed.", SHAPE(kind_drill_signed)},
    {"drill.failed", "One whose time had come could not begin.", SHAPE(kind_drill_failed)},
    {"canary.due", "A mailbox of ours must get a run.", SHAPE(kind_canary_due)},
    {"canary.seen", "It was seen there.", SHAPE(kind_canary_over)},
    {"canary.needless", "Its notice was stopped before it left.", SHAPE(kind_canary_over)},
    {"canary.missed", "It was not seen there in time: an alarm.", SHAPE(kind_canary_over)},
    {"embargo.released", "A person let out what waited.", SHAPE(kind_embargo_released)},
    {"node.lease", "", RESERVED},
    {"duty.planned", "A rule applies to a case.", SHAPE(kind_duty)},
    {"duty.recomputed", "Its clock, owner or state is another one.", SHAPE(kind_duty)},
    {"duty.met", "What it asks for was handed in, with proof.", SHAPE(kind_duty_met)},
    {"duty.explained", "A person says why notices met it late.", SHAPE(kind_duty_explained)},
    {"duty.waived", "A person denied that the rule's condition holds.", SHAPE(kind_duty_waived)},
    {"plan.created", "The whole list of recipients is fixed.", SHAPE(plan_created)},
    {"plan.finished", "Every notice of the list is in the queue.", SHAPE(plan_finished)},
    {"plan.first", "Authorities of a long list are fixed: they are told first.", SHAPE(plan_first)},
    {"notice.planned", "One message to one contact is to be sent.", SHAPE(notice_planned)},
    {"notice.sealed", "Its bytes are made and proven.", SHAPE(notice_sealed)},
    {"notice.held", "It waits, and why.", SHAPE(notice_held)},
    {"notice.moved", "It went from one state to another within our own house.",
     SHAPE(notice_moved)},
    {"notice.superseded", "What came later made it needless before it left.",
     SHAPE(notice_superseded)},
    {"notice.cancelled", "A person stopped it.", SHAPE(notice_cancelled)},
    {"attempt.begin", "One try over one route begins.", SHAPE(attempt_begin)},
    {"attempt.dot", "From here on the far side may have it.", SHAPE(attempt_dot)},
    {"attempt.outcome", "How the try ended.", SHAPE(attempt_outcome)},
    {"bounce.received", "It could not be delivered.", SHAPE(report_received)},
    {"dsn.received", "A delivery report came.", SHAPE(report_received)},
    {"mdn.received", "A display report came.", SHAPE(report_received)},
    {"ack.received", "They answered.", SHAPE(ack_received)},
    {"task.opened", "A person has to do something; one entry per notice that waits for it.",
     SHAPE(task_opened)},
    {"task.done", "The person did it.", SHAPE(task_done)},
    {"deadline.warned", "A date comes near; the subject is the duty.", SHAPE(deadline_warned)},
    {"deadline.missed", "A date passed, and nothing met it; the subject is the duty.",
     SHAPE(deadline_missed)},
    {"escalation.sent", "The next person was told.", SHAPE(escalation_sent)},
    {"notice.closed", "Nothing is left to do by itself.", SHAPE(notice_closed)},
    {"admin.action", "A person changed something by hand.", SHAPE(admin_action)},
    {"clock.jump", "The machine's clock moved.", SHAPE(clock_jump)},
    {"clock.set", "A person said that the machine's clock is right.", SHAPE(kind_clock_set)},
    {"fault.detected", "Something of ours failed.", SHAPE(fault_detected)},
    {"heartbeat", "Nothing happened for a day, and that is known.", SHAPE(kind_heartbeat)},
    {"anchor.tsa", "A time-stamp authority says when a checkpoint was there.",
     SHAPE(kind_anchor_tsa)},
    {"anchor.witness", "", RESERVED},
    {"personal.erased", "What was kept of a person or party was erased.",
     SHAPE(kind_personal_erased)},
    {"export.created", "A bundle is made of the log up to here.", SHAPE(export_created)},
    {"epoch.end", "History that was signed is lost; the log goes on under another name.",
     SHAPE(kind_epoch_end)},
};

size_t entry_kinds(const struct entry_kind **out)
{
    *out = kinds;
    return sizeof kinds / sizeof kinds[0];
}
