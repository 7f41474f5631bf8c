/* What entries say about the log itself. */
#include "evidence/kinds_inner.h"

#define T MEMBER_TEXT
#define N MEMBER_INT
#define H MEMBER_HASH
#define I MEMBER_INSTANT
#define P MEMBER_PERSONAL

const struct entry_member kind_log_start[3] = {
    {"mode", T, "real or test"},
    {"origin", T, "maker.id of the settings"},
    {"version", T, "version of the program"},
};
const struct entry_member kind_log_key[4] = {
    {"by", P, "id of the person who changed it; null: the first key"},
    {"key", T, "verifier key of the log from here on, as it stands in log.vkey"},
    {"previous", T, "id of the key until now, 8 hex digits; null: the first key"},
    {"reason", P, "in the person's words; null: the first key"},
};
const struct entry_member kind_anchor_tsa[7] = {
    {"authority", T, "subject of the certificate that signed the time-stamp"},
    {"cert_end", I, "when that certificate ends; null: not known"},
    {"serial", T, "serial number of the time-stamp, hex"},
    {"sha256", H, "SHA-256 of the response (RFC 3161), as it stands in a bundle"},
    {"size", N, "entries under the checkpoint that it is over"},
    {"told_at", I, "when the note was there, says the authority"},
    {"url", T, "where it was asked for"},
};
const struct entry_member kind_personal_erased[9] = {
    {"blobs", N, "texts, conversations and mails that are gone"},
    {"by", P, "id of the person of ours who did it"},
    {"kept", N, "records of ours that have the words in them and stay: advisories, approvals"},
    {"names_sha256", P, "the list of those blobs, one SHA-256 in a line; null: there are none"},
    {"notices", N, "notices that it is about"},
    {"reason", P, "in the person's words"},
    {"rows", N, "rows of the store that say (erased) now"},
    {"subject", T, "address, party or words: what was asked for; which one stands nowhere"},
    {"values", N, "values behind commitments that are gone, with their salts"},
};
const struct entry_member kind_epoch_end[13] = {
    {"first_by", P, "id of the first of the two persons"},
    {"first_fpr", P, "fingerprint of the key that they signed with"},
    {"first_sha256", P, "SHA-256 (hex) of the text that they signed"},
    {"head", N, "entries that were there when they signed"},
    {"head_prev", H, "leaf of the last of those"},
    {"last_root", H, "root of what was signed last; null: the signer does not remember"},
    {"last_size", N, "entries that were signed last; null: the signer does not remember"},
    {"next", T, "name of the log from here on"},
    {"origin", T, "name of the log until now"},
    {"reason", P, "in the words that both signed"},
    {"second_by", P, "id of the other person"},
    {"second_fpr", P, "fingerprint of the key that they signed with"},
    {"second_sha256", P, "SHA-256 (hex) of the text that they signed"},
};
const struct entry_member kind_heartbeat[2] = {
    {"notices_open", N, "notices that still have something to do"},
    {"tasks_open", N, "open tasks"},
};
const struct entry_member kind_clock_set[3] = {
    {"by", P, "id of the person"},
    {"by_ms", N, "milliseconds that our time moved, and all that waits with it"},
    {"to", I, "what the clock showed and our time shows from now on"},
};
