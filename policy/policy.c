/* What is promised to who reports, and the hash over all that is said. */
#include "policy/policy.h"

#include "policy/german.h"
#include "policy/span.h"

#include <string.h>

const char *policy_contact(const struct settings *s)
{
    return s->policy.contact != NULL ? s->policy.contact : s->mail.from;
}

static void add_promises(struct str *out, const struct settings *s)
{
    str_add(out, "## What we promise\n\n");
    str_addf(out,
             "* You hear that we have your report within %lld working day%s (public holidays of "
             "%s are none).\n",
             (long long)s->cases.acknowledge_days, s->cases.acknowledge_days == 1 ? "" : "s",
             s->maker.country);
    str_add(out, "* Somebody of ours is responsible for it within ");
    policy_add_span(out, s->cases.unassigned_ms);
    str_add(out, ".\n* It is judged, or answered as not ours, within ");
    policy_add_span(out, s->cases.triage_ms);
    str_add(out, ".\n* While it is open you hear from us at least every ");
    policy_add_span(out, s->cases.news_ms);
    str_add(out,
            ".\n* It is not closed before you were told how it ended, and before a named person "
            "decided, with a reason, whether it is disclosed.\n\n");
}

static void add_disclosure(struct str *out, const struct settings *s)
{
    str_add(out, "## How we disclose\n\n"
                 "A flaw that is disclosed is told in a security advisory (CSAF 2.0). Everybody "
                 "who must know is told within ");
    policy_add_span(out, s->release.notify_within_ms);
    str_add(out, " after its approval, unless the order of an advisory says another time; "
                 "authorities that must be told before come first.\n");
    if (s->maker.url != NULL)
        str_addf(out, "\nAdvisories are published at <%s>.\n", s->maker.url);
    if (s->policy.csaf != NULL)
        str_addf(out, "\nFor machines: <%s>.\n", s->policy.csaf);
}

static void add_english(struct str *out, const struct settings *s)
{
    str_addf(out,
             "# Coordinated vulnerability disclosure policy of %s\n\n"
             "## How to report\n\n"
             "Write to <%s>. Languages: %s.\n",
             s->maker.name, policy_contact(s), s->policy.languages);
    if (s->policy.encryption != NULL)
        str_addf(out, "\nA key to encrypt what you write: <%s>.\n", s->policy.encryption);
    str_add(out, "\nPlease say which product and version it is about, what you saw, how it can be "
                 "seen again, and whether you know of patients harmed or of attacks. Please send "
                 "no data of patients.\n\n");
    add_promises(out, s);
    add_disclosure(out, s);
    if (s->policy.url != NULL)
        str_addf(out, "\nThis policy is published at <%s>.\n", s->policy.url);
}

void policy_cvd(struct str *out, const struct settings *s)
{
    if (s->policy.texts != POLICY_GERMAN)
        add_english(out, s);
    if (s->policy.texts == POLICY_BOTH)
        str_add_c(out, '\n');
    if (s->policy.texts != POLICY_ENGLISH)
        policy_german_cvd(out, s);
}

/* RFC 6068: what an address may hold, and a URI may not, in percent signs. */
static void add_mailto(struct str *out, const char *address)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-._~@!$'*+";
    str_add(out, "mailto:");
    for (const char *at = address; *at != '\0'; at++)
        if (strchr(plain, *at) != NULL)
            str_add_c(out, *at);
        else
            str_addf(out, "%%%02X", (unsigned)(unsigned char)*at);
}

static void add_field(struct str *out, const char *name, const char *value)
{
    if (value != NULL)
        str_addf(out, "%s: %s\n", name, value);
}

void policy_security_txt(struct str *out, const struct settings *s, int64_t expires_ms)
{
    char expires[CLOCK_TEXT];
    add_field(out, "Canonical", s->policy.security_txt);
    str_add(out, "Contact: ");
    add_mailto(out, policy_contact(s));
    str_add_c(out, '\n');
    add_field(out, "Expires", clock_text(expires, expires_ms));
    add_field(out, "Encryption", s->policy.encryption);
    add_field(out, "Preferred-Languages", s->policy.languages);
    add_field(out, "Policy", s->policy.url);
    add_field(out, "CSAF", s->policy.csaf);
}

void policy_basis(char out[SHA256_HEX], const struct settings *settings)
{
    struct sha256 hash;
    struct str all;
    str_init(&all, STR_LIMIT_TEXT);
    policy_cvd(&all, settings);
    policy_procedure(&all, settings);
    policy_security_txt(&all, settings, settings->policy.expires_ms);
    sha256(&hash, str_bytes(&all));
    sha256_hex(out, &hash);
    str_dispose(&all);
}
