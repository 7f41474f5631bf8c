#include "tests/seal/states.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 12
#define JUNE_2024 INT64_C(1717200000000)

const struct state_row state_rows[STATE_ROWS] = {
    {"ecc", {"make ed25519 sign 0", "add cv25519 encr 0"}, CERT_GOOD, "cv25519", 1, 0, 0},
    {"expired",
     {"make @20240101T000000 ed25519 sign 1y", "add @20240101T000000 cv25519 encr 1y"},
     CERT_EXPIRED,
     NULL,
     1,
     0,
     0},
    {"expiring mid-run",
     {"make @20240101T000000 ed25519 sign 1y", "add @20240101T000000 cv25519 encr 1y"},
     CERT_EXPIRED,
     "cv25519",
     1,
     JUNE_2024,
     CERT_GOOD},
    {"subkey expiring mid-run",
     {"make @20240101T000000 ed25519 sign 0", "add @20240101T000000 cv25519 encr 1y"},
     CERT_EXPIRED,
     "cv25519",
     1,
     JUNE_2024,
     CERT_GOOD},
    {"revoked",
     {"make ed25519 sign 0", "add cv25519 encr 0", "edit revkey;y;0;;y;save"},
     CERT_REVOKED,
     NULL,
     1,
     0,
     0},
    {"not yet valid",
     {"make @20990101T000000 ed25519 sign 0", "add @20990101T000000 cv25519 encr 0"},
     CERT_NOT_YET,
     NULL,
     1,
     0,
     0},
    {"sign-only", {"make ed25519 sign 0"}, CERT_SIGN_ONLY, NULL, 0, 0, 0},
    {"1024 bits", {"make rsa1024 sign 0", "add rsa1024 encr 0"}, CERT_WEAK, NULL, 1, 0, 0},
    {"2048 bits", {"make rsa2048 sign 0", "add rsa2048 encr 0"}, CERT_WARN, "rsa2048", 1, 0, 0},
    {"SHA-1 self-signature",
     {"make --cert-digest-algo SHA1 ed25519 sign 0", "add --cert-digest-algo SHA1 cv25519 encr 0"},
     CERT_WEAK,
     NULL,
     1,
     0,
     0},
    {"two encryption subkeys",
     {"make @20240101T000000 ed25519 sign 0", "add @20240102T000000 cv25519 encr 0",
      "add @20240103T000000 nistp384 encr 0"},
     CERT_GOOD,
     "nistp384",
     2,
     0,
     0},
    {"subkey replaced",
     {"make @20240101T000000 ed25519 sign 0", "add @20240102T000000 cv25519 encr 0",
      "edit key 1;revkey;y;0;;y;save", "add cv25519 encr 0"},
     CERT_GOOD,
     "cv25519",
     2,
     0,
     0},
    {"same user id", {"make ed25519 sign 0", "add cv25519 encr 0"}, CERT_GOOD, "cv25519", 1, 0, 0},
    {"same user id", {"make ed25519 sign 0", "add cv25519 encr 0"}, CERT_GOOD, "cv25519", 1, 0, 0},
    {"old preferences",
     {"make --default-preference-list 3DES,SHA1,Uncompressed rsa3072 sign 0", "add rsa3072 encr 0"},
     CERT_GOOD,
     "rsa3072",
     1,
     0,
     0},
    {"expired subkey, another lives",
     {"make @20240101T000000 ed25519 sign 0", "add @20240101T000000 nistp256 encr 1y",
      "add @20240102T000000 cv25519 encr 0"},
     CERT_GOOD,
     "cv25519",
     2,
     0,
     0},
    {"revoked subkey, another lives",
     {"make @20240101T000000 ed25519 sign 0", "add @20240101T000000 cv25519 encr 0",
      "add @20240102T000000 nistp256 encr 0", "edit key 2;revkey;y;0;;y;save"},
     CERT_GOOD,
     "cv25519",
     1,
     0,
     0},
    {"primary certifies only",
     {"make ed25519 cert 0", "add ed25519 sign 0", "add cv25519 encr 0"},
     CERT_GOOD,
     "cv25519",
     2,
     0,
     0},
    {"primary encrypts", {"make rsa3072 sign,encr 0"}, CERT_GOOD, "rsa3072", 0, 0, 0},
    {"ElGamal, 1024 bits", {"make dsa2048 sign 0", "add elg1024 encr 0"}, CERT_WEAK, NULL, 1, 0, 0},
    {"NIST P-256", {"make nistp256 sign 0", "add nistp256 encr 0"}, CERT_GOOD, "nistp256", 1, 0, 0},
    {"NIST P-521", {"make nistp521 sign 0", "add nistp521 encr 0"}, CERT_GOOD, "nistp521", 1, 0, 0},
    {"Brainpool P-256",
     {"make brainpoolP256r1 sign 0", "add brainpoolP256r1 encr 0"},
     CERT_GOOD,
     "brainpoolP256r1",
     1,
     0,
     0},
    {"Brainpool P-512",
     {"make brainpoolP512r1 sign 0", "add brainpoolP512r1 encr 0"},
     CERT_GOOD,
     "brainpoolP512r1",
     1,
     0,
     0},
    {"secp256k1", {"make secp256k1 sign 0", "add secp256k1 encr 0"}, CERT_WEAK, NULL, 1, 0, 0},
};

static void list_keys(const struct states *s, struct str *out, const char *which)
{
    str_reset(out);
    ck_assert_int_eq(keys_gpg(&s->m.f.keys, out, (struct bytes){0}, "--with-colons",
                              "--with-subkey-fingerprint", "--list-keys", which, NULL),
                     0);
}

/* The fingerprint that was not there before; several may have the same user id. */
static void find_new(const struct states *s, char fpr[65], const char *uid)
{
    struct str list;
    str_init(&list, STR_LIMIT_TEXT);
    char *exact = xprintf("=%s", uid);
    list_keys(s, &list, exact);
    fpr[0] = '\0';
    for (const char *at = str_text(&list); (at = strstr(at, "\npub:")) != NULL; at++) {
        const char *line = strstr(at, "\nfpr:::::::::");
        bool known = false;
        for (int i = 0; i < STATE_ROWS; i++)
            known |= strncmp(s->fprs[i], line + 13, 40) == 0;
        if (!known)
            (void)snprintf(fpr, 65, "%.40s", line + 13);
    }
    if (fpr[0] == '\0') {
        const char *line = strstr(str_text(&list), "\nfpr:::::::::");
        (void)snprintf(fpr, 65, "%.40s", line + 13);
    }
    ck_assert_uint_eq(strlen(fpr), 40);
    free(exact);
    str_dispose(&list);
}

/* "make WORDS" or "add WORDS": options and @INSTANT first, then algorithm, usage, expiry. */
static void run_step(const struct states *s, const char *step, char fpr[65], const char *uid)
{
    char text[160];
    const char *args[WORDS] = {0};
    size_t count = 0;
    size_t rest = 0;
    char *rest_of_text = text;
    (void)snprintf(text, sizeof text, "%s", strchr(step, ' ') + 1);
    for (char *p = text; strncmp(step, "make --default", 14) == 0 && *p != '\0'; p++)
        *p = *p == ',' && p < strstr(text, "rsa") ? '+' : *p;
    for (char *word; (word = strsep(&rest_of_text, " ")) != NULL;) {
        ck_assert_uint_lt(count + 2, WORDS);
        for (char *p = word; *p != '\0'; p++)
            *p = *p == '+' ? ' ' : *p;
        if (word[0] == '@') {
            args[count++] = "--faked-system-time";
            word++;
        }
        args[count++] = word;
    }
    rest = count - 3;
    bool make = strncmp(step, "make", 4) == 0;
    const char *const argv[] = {"gpg",
                                "--batch",
                                "--yes",
                                "--pinentry-mode",
                                "loopback",
                                "--passphrase",
                                "",
                                rest > 0 ? args[0] : "--no-greeting",
                                rest > 0 ? args[1] : "--no-greeting",
                                make ? "--quick-generate-key" : "--quick-add-key",
                                make ? uid : fpr,
                                args[count - 3],
                                args[count - 2],
                                args[count - 1],
                                NULL};
    ck_assert_msg(keys_run(&s->m.f.keys, NULL, (struct bytes){0}, argv) == 0, "gpg: %s", step);
    if (make)
        find_new(s, fpr, uid);
}

static void run_edit(const struct states *s, const char *typed, const char *fpr)
{
    char text[160];
    (void)snprintf(text, sizeof text, "%s\n", typed);
    for (char *p = text; *p != '\0'; p++)
        *p = *p == ';' ? '\n' : *p;
    ck_assert_int_eq(keys_gpg(&s->m.f.keys, NULL, bytes_of(text), "--no-batch", "--no-tty",
                              "--command-fd", "0", "--edit-key", fpr, NULL),
                     0);
}

static void make_key(struct states *s, int i)
{
    char *uid = xprintf("%s <key@test.example>", state_rows[i].name);
    for (size_t k = 0; k < STATE_STEPS && state_rows[i].steps[k] != NULL; k++) {
        const char *step = state_rows[i].steps[k];
        if (strncmp(step, "edit ", 5) == 0)
            run_edit(s, step + 5, s->fprs[i]);
        else
            run_step(s, step, s->fprs[i], uid);
    }
    free(uid);
}

void states_read(const struct states *s, struct cert *out, int i, int64_t at_ms)
{
    struct str data;
    struct err err = {0};
    str_init(&data, STR_LIMIT_TEXT);
    keys_export(&s->m.f.keys, &data, s->fprs[i], i % 2 == 0);
    enum status status = cert_read(out, str_bytes(&data), false, s->m.f.keys.scratch, at_ms, &err);
    ck_assert_msg(status == OK, "%s: %s", state_rows[i].name, err.text);
    str_dispose(&data);
}

void states_begin(struct states *s)
{
    fixture_begin(&s->m.f);
    for (int i = 0; i < STATE_ROWS; i++) {
        make_key(s, i);
        states_read(s, &s->certs[i], i,
                    state_rows[i].pinned_ms != 0 ? state_rows[i].pinned_ms : s->m.f.now_ms);
    }
}

void states_end(struct states *s)
{
    for (int i = 0; i < STATE_ROWS; i++)
        cert_dispose(&s->certs[i]);
    fixture_end(&s->m.f);
}

void states_wanted(const struct states *s, char out[65], int i)
{
    struct str list;
    str_init(&list, STR_LIMIT_TEXT);
    list_keys(s, &list, s->fprs[i]);
    const char *at = str_text(&list);
    for (int n = 0; n <= state_rows[i].subkey; n++)
        at = strstr(at, "\nfpr:::::::::") + 13;
    (void)snprintf(out, 65, "%.40s", at);
    str_dispose(&list);
}
