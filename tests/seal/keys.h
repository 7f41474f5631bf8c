/*
 * Real keys for the tests of seal/: made by gpg in a throw-away home, which goes with its
 * agent when the tests end. Everything here fails the test when a command fails.
 */
#ifndef TOCSIN_TESTS_SEAL_KEYS_H
#define TOCSIN_TESTS_SEAL_KEYS_H

#include "base/str.h"

/* A private folder below /tmp with a GnuPG home "home" and a "scratch" folder in it. */
struct keys {
    char dir[32];
    char home[48];
    char scratch[48];
};
void keys_begin(struct keys *keys);
void keys_end(struct keys *keys);

/*
 * Run a program without a shell; input is its standard input, out (may be NULL) gets its
 * standard output, its complaints are dropped. GNUPGHOME is keys->home. Returns its exit status.
 */
int keys_run(const struct keys *keys, struct str *out, struct bytes input,
             const char *const argv[]);
/* The same for gpg with --batch and no passphrase: arguments up to NULL. */
int keys_gpg(const struct keys *keys, struct str *out, struct bytes input, ...);

/* Make a primary key; usage is gpg's ("sign", "cert,sign", "default"), expire "0" or "1y". fpr out.
 */
void keys_make(const struct keys *keys, char fpr[65], const char *uid, const char *algo,
               const char *usage, const char *expire);
void keys_add_subkey(const struct keys *keys, const char *fpr, const char *algo, const char *usage,
                     const char *expire);
/* The public certificate, binary or armoured. */
void keys_export(const struct keys *keys, struct str *out, const char *fpr, bool armor);

/* How many gpg-agents run whose home lies below this folder? */
int keys_count_agents(const char *below);
/* The same, and what stands in their environment; -1: one may be read by root only. */
int keys_agent_environment(struct str *out, const char *below);

#endif
