/*
 * policy/policy - what we promise in public about reports of flaws, from the settings in force.
 *
 * Pure: the same settings give the same text, without the day on which it was written. So a text
 * that was written once and differs from what is made now means: paper and clocks differ.
 */
#ifndef TOCSIN_POLICY_POLICY_H
#define TOCSIN_POLICY_POLICY_H

#include "base/sha256.h"
#include "config/settings.h"

/* Before security.txt ends, so long somebody is reminded. */
#define POLICY_REMIND_MS (30 * MS_DAY)

/* Auditors look for these names. */
#define POLICY_CVD_NAME "CVD-Policy.md"
#define POLICY_PROCEDURE_NAME "PSIRT-Procedure.md"
#define POLICY_SECURITY_NAME "security.txt"

/* Coordinated vulnerability disclosure: for who reports. Markdown. */
void policy_cvd(struct str *out, const struct settings *settings);
/* How we work: sources, the way to closure, clocks, release, protection. Markdown. */
void policy_procedure(struct str *out, const struct settings *settings);
/* RFC 9116, not yet signed. */
void policy_security_txt(struct str *out, const struct settings *settings, int64_t expires_ms);
/* Over all that the three say, but for the day on which security.txt ends. Hex. */
void policy_basis(char out[SHA256_HEX], const struct settings *settings);

#endif
