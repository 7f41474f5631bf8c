#include "seal/cert.h"

#include "base/utf8.h"
#include "seal/armor.h"
#include "seal/judge.h"
#include "seal/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CERT_LARGEST ((size_t)4 * 1024 * 1024)

const char *cert_state_word(enum cert_state state)
{
    static const char *const words[] = {
        [CERT_GOOD] = "good",           [CERT_WARN] = "warn",       [CERT_WEAK] = "weak",
        [CERT_EXPIRED] = "expired",     [CERT_NOT_YET] = "not-yet", [CERT_REVOKED] = "revoked",
        [CERT_SIGN_ONLY] = "sign-only", [CERT_INVALID] = "invalid"};
    return words[state];
}

bool cert_usable(enum cert_state state)
{
    return state == CERT_GOOD || state == CERT_WARN;
}

void cert_dispose(struct cert *cert)
{
    if (cert == NULL)
        return;
    str_dispose(&cert->stripped);
    str_dispose(&cert->names);
}

/* Only the kinds of block that are keys; anything else is a mistake of the hand. */
static enum status take_block(struct str *packets, struct bytes *rest, struct err *err)
{
    struct armor armor;
    enum status status = armor_decode(&armor, packets, *rest, err);
    *rest = armor.after;
    if (status == ERR_NOT_FOUND)
        rest->size = 0;
    else if (text_equal(armor.kind, "PRIVATE KEY BLOCK"))
        status = err_set(err, ERR_REFUSED,
                         "this file holds a secret key: keep it to its owner, "
                         "and export the public key alone");
    else if (status == OK && !text_equal(armor.kind, "PUBLIC KEY BLOCK"))
        status =
            err_set(err, ERR_INVALID, "it holds an OpenPGP %s: a public key is needed", armor.kind);
    return status;
}

/* Binary as it is; of armoured text every block, so that no second key hides behind the first. */
static enum status take_packets(struct str *packets, struct bytes data, struct err *err)
{
    struct bytes rest = data;
    enum status status = OK;
    if (data.size > CERT_LARGEST)
        return err_set(err, ERR_INVALID, "larger than %zu bytes: export one key alone",
                       CERT_LARGEST);
    if (data.size > 0 && (data.data[0] & 0x80) != 0 && data.data[0] != 0xEF) {
        str_add_n(packets, data.data, data.size);
        return OK;
    }
    while (status == OK && rest.size > 0)
        status = take_block(packets, &rest, err);
    if (status == ERR_NOT_FOUND && packets->size > 0)
        return OK;
    if (status == ERR_NOT_FOUND || (status == OK && packets->size == 0))
        return err_set(err, ERR_INVALID, "no OpenPGP public key in it: give an exported key");
    return status;
}

/* What the reading of one certificate works with. */
struct reading {
    struct cert *cert;
    struct parts parts;
    struct home home;
    bool for_signing;
    int64_t now_ms;
};

static void verdict(struct cert *cert, enum cert_state state, const char *why)
{
    cert->state = state;
    (void)snprintf(cert->reason, sizeof cert->reason, "%s", why);
}

static const char weak_reason[] =
    "its self-signature uses SHA-1 or MD5: ask the owner to renew it with SHA-256";

/* GnuPG found nothing to hold on to: is it because we dropped what is signed by SHA-1? */
static bool has_weak_part(const struct reading *r, enum part_kind kind, bool purpose_only)
{
    for (size_t i = 0; i < r->parts.count; i++) {
        const struct part *part = &r->parts.part[i];
        bool fits = !purpose_only || (r->for_signing ? part->weak_signs : part->weak_encrypts);
        if (part->kind == kind && part->weak_binding && part->bindings.count == 0 && fits)
            return true;
    }
    return false;
}

static bool is_doubtful(const struct reading *r, const char *fpr)
{
    const struct part *part = parts_find(&r->parts, fpr);
    return part != NULL && part->doubtful_revoked;
}

static void set_uid(struct cert *cert, struct bytes uid)
{
    struct str line;
    str_init(&line, STR_LIMIT_LINE);
    utf8_add_line(&line, uid);
    size_t end = 0;
    for (size_t at = 0; at < line.size;) {
        (void)utf8_next(str_bytes(&line), &at);
        if (at >= sizeof cert->uid)
            break;
        end = at;
    }
    memcpy(cert->uid, str_text(&line), end);
    cert->uid[end] = '\0';
    str_dispose(&line);
}

/* The part with GnuPG's valid user id of this number, which it gives in its order; 0: none. */
static size_t find_uid(const struct reading *r, gpgme_key_t key, size_t number)
{
    for (gpgme_user_id_t uid = key->uids; uid != NULL; uid = uid->next) {
        if (uid->revoked || uid->invalid)
            continue;
        for (size_t i = 1; i < r->parts.count; i++) {
            const struct part *part = &r->parts.part[i];
            if (part->kind == PART_USER_ID && !part->doubtful_revoked &&
                bytes_equal(part->body, bytes_of(uid->uid)) && number-- == 0)
                return i;
        }
    }
    return 0;
}

static int64_t earlier(int64_t a_s, int64_t b_s)
{
    int64_t s = a_s == 0 || (b_s != 0 && b_s < a_s) ? b_s : a_s;
    return s * MS_SECOND;
}

static void fill_subkey(struct cert *cert, gpgme_key_t key, gpgme_subkey_t sub)
{
    char *algo = gpgme_pubkey_algo_string(sub);
    (void)snprintf(cert->sub_fpr, sizeof cert->sub_fpr, "%s", sub->fpr);
    (void)snprintf(cert->sub_keyid, sizeof cert->sub_keyid, "%s", sub->keyid);
    (void)snprintf(cert->algo, sizeof cert->algo, "%s", algo == NULL ? "" : algo);
    cert->expires_ms = earlier(key->subkeys->expires, sub->expires);
    gpgme_free(algo);
}

/* Primary key first, then the key that would be used: the worse of both is the verdict. */
static void judge_both(const struct reading *r, gpgme_key_t key, gpgme_subkey_t *chosen)
{
    struct cert *cert = r->cert;
    char why[sizeof cert->reason];
    enum cert_state state = judge_key(key->subkeys, r->now_ms, why, sizeof why);
    verdict(cert, state, why);
    *chosen = judge_choose(key, r->for_signing, r->now_ms);
    if (*chosen != NULL)
        fill_subkey(cert, key, *chosen);
    if (!cert_usable(state))
        return;
    if (*chosen == NULL && has_weak_part(r, PART_SUBKEY, true)) {
        verdict(cert, CERT_WEAK, weak_reason);
    } else if (*chosen == NULL) {
        verdict(cert, r->for_signing ? CERT_INVALID : CERT_SIGN_ONLY,
                r->for_signing ? "it cannot sign: ask for a key that can"
                               : "it has no subkey for encryption: ask for a key that has one");
    } else {
        state = judge_key(*chosen, r->now_ms, why, sizeof why);
        if (state != CERT_GOOD)
            verdict(cert, state, why);
    }
}

static void judge_revocations(const struct reading *r, gpgme_subkey_t chosen)
{
    if (is_doubtful(r, r->cert->fpr) || (chosen != NULL && is_doubtful(r, chosen->fpr)))
        verdict(r->cert, CERT_REVOKED,
                "a revocation is attached that cannot be checked (SHA-1, by another key, "
                "unreadable, or one of many): ask the owner");
}

/* A key for signing keeps every usable signing key: its owner may sign with any of them. */
static void choose_parts(const struct reading *r, gpgme_key_t key, gpgme_subkey_t chosen,
                         bool keep[PARTS_MOST])
{
    keep[0] = true;
    for (gpgme_subkey_t sub = key->subkeys; sub != NULL; sub = sub->next) {
        char why[200];
        bool wanted = sub == chosen || (r->for_signing && judge_has_purpose(sub, true) &&
                                        !is_doubtful(r, sub->fpr) &&
                                        cert_usable(judge_key(sub, r->now_ms, why, sizeof why)));
        for (size_t i = 1; wanted && i < r->parts.count; i++)
            if (parts_find(&r->parts, sub->fpr) == &r->parts.part[i])
                keep[i] = true;
    }
}

/*
 * What was cut is what will be used: GnuPG must see the same key in it, alone, and by the
 * rules of the day of sealing (no indulgence for keys that begin later).
 */
static enum status prove_stripped(bool *same, const struct reading *r, struct err *err)
{
    gpgme_key_t key = NULL;
    enum status status = home_set_scratch(&r->home, r->now_ms, false, err);
    if (status == OK)
        status = judge_list(&key, &r->home, str_bytes(&r->cert->stripped), err);
    if (status == ERR_IO)
        return status;
    char why[200];
    gpgme_subkey_t sub = status == OK ? judge_choose(key, r->for_signing, r->now_ms) : NULL;
    *same = sub != NULL && text_equal(key->subkeys->fpr, r->cert->fpr) &&
            text_equal(sub->fpr, r->cert->sub_fpr) &&
            cert_usable(judge_key(sub, r->now_ms, why, sizeof why)) &&
            earlier(key->subkeys->expires, sub->expires) == r->cert->expires_ms &&
            key->uids != NULL && key->uids->next == NULL;
    gpgme_key_unref(key);
    return OK;
}

/*
 * When the key ends stands at each user id, and the newest of these signatures says it: with
 * another user id alone the key would end at another time, or never.
 */
static enum status strip(const struct reading *r, gpgme_key_t key, gpgme_subkey_t chosen,
                         struct err *err)
{
    struct cert *cert = r->cert;
    bool keep[PARTS_MOST];
    bool same = false;
    enum status status = OK;
    size_t uid = find_uid(r, key, 0);
    for (size_t next = 1; status == OK && !same && uid != 0; uid = find_uid(r, key, next++)) {
        memset(keep, false, sizeof keep);
        keep[uid] = true;
        choose_parts(r, key, chosen, keep);
        str_reset(&cert->stripped);
        parts_write(&cert->stripped, &r->parts, keep);
        status = prove_stripped(&same, r, err);
    }
    if (status == OK && !same) {
        verdict(cert, CERT_INVALID, "its self-signatures do not hold: ask for it again");
        str_reset(&cert->stripped);
    }
    return status;
}

static void list_names(struct str *names, gpgme_key_t key)
{
    for (gpgme_user_id_t uid = key->uids; uid != NULL; uid = uid->next) {
        if (uid->revoked || uid->invalid)
            continue;
        utf8_add_line(names, bytes_of(uid->uid));
        str_add_c(names, '\n');
    }
}

static enum status judge_parts(struct reading *r, struct str *packets, struct err *err)
{
    struct cert *cert = r->cert;
    gpgme_key_t key = NULL;
    gpgme_subkey_t chosen = NULL;
    bool keep[PARTS_MOST];
    (void)snprintf(cert->fpr, sizeof cert->fpr, "%s", r->parts.part[0].key.fpr);
    memset(keep, true, sizeof keep);
    str_reset(packets);
    parts_write(packets, &r->parts, keep);
    enum status status = judge_list(&key, &r->home, str_bytes(packets), err);
    size_t uid = status == OK ? find_uid(r, key, 0) : 0;
    if (status == ERR_IO)
        goto done;
    if (status == OK)
        judge_both(r, key, &chosen);
    status = OK;
    if (key == NULL || (uid == 0 && cert->state != CERT_REVOKED))
        verdict(cert, has_weak_part(r, PART_USER_ID, false) ? CERT_WEAK : CERT_INVALID,
                has_weak_part(r, PART_USER_ID, false)
                    ? weak_reason
                    : "it has no user id with a valid self-signature: ask for it again");
    judge_revocations(r, chosen);
    for (size_t i = r->parts.count; i-- > 1;)
        if (i == uid || (uid == 0 && r->parts.part[i].kind == PART_USER_ID))
            set_uid(cert, r->parts.part[i].body);
    if (cert_usable(cert->state)) {
        list_names(&cert->names, key);
        status = strip(r, key, chosen, err);
    }
done:
    gpgme_key_unref(key);
    return status;
}

enum status cert_read(struct cert *out, struct bytes data, bool for_signing,
                      const char *scratch_dir, int64_t now_ms, struct err *err)
{
    struct reading *r = xcalloc(1, sizeof *r);
    struct str packets;
    struct str reduced;
    *out = (struct cert){.state = CERT_INVALID};
    str_init(&out->stripped, CERT_LARGEST);
    str_init(&out->names, CERT_LARGEST);
    str_init(&packets, CERT_LARGEST);
    str_init(&reduced, CERT_LARGEST);
    r->cert = out;
    r->for_signing = for_signing;
    r->now_ms = now_ms;
    enum status status = take_packets(&packets, data, err);
    if (status == OK)
        status = parts_read(&r->parts, str_bytes(&packets), err);
    if (status == OK)
        status = home_make_scratch(&r->home, scratch_dir, now_ms, err);
    if (status == OK)
        status = home_set_scratch(&r->home, now_ms, true, err);
    if (status == OK)
        status = judge_parts(r, &reduced, err);
    home_remove_scratch(&r->home);
    str_dispose(&reduced);
    str_dispose(&packets);
    free(r);
    return status;
}
