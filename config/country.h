/*
 * config/country - which countries there are (ISO 3166-1 alpha-2).
 */
#ifndef TOCSIN_CONFIG_COUNTRY_H
#define TOCSIN_CONFIG_COUNTRY_H

#include <stdbool.h>

/* Two upper-case letters of the list. NULL is none. */
bool country_known(const char *code);
/* The code that was probably meant ("UK" is "GB", "de" is "DE"), or NULL. Static. */
const char *country_meant(const char *text);

#endif
