/*
 * policy/german - the disclosure policy and the procedure in German: the same promises, from the
 * same settings, in the same order as policy.c and procedure.c say them in English.
 */
#ifndef TOCSIN_POLICY_GERMAN_H
#define TOCSIN_POLICY_GERMAN_H

#include "config/settings.h"

void policy_german_cvd(struct str *out, const struct settings *settings);
void policy_german_procedure(struct str *out, const struct settings *settings);

/* To whom flaws are reported. */
const char *policy_contact(const struct settings *settings);

#endif
