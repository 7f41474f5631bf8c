#include "config/country.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* The 249 codes in use in 2026, in ascending order. */
static const char codes[][3] = {
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ",
    "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS",
    "BT", "BV", "BW", "BY", "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN",
    "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE",
    "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF",
    "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM",
    "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM",
    "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC",
    "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK",
    "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA",
    "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG",
    "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW",
    "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS",
    "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO",
    "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI",
    "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW",
};

/* What people write where the standard has another word. */
static const struct {
    const char text[4];
    const char code[3];
} habits[] = {{"UK", "GB"},  {"EL", "GR"},  {"GER", "DE"}, {"DEU", "DE"}, {"D", "DE"},
              {"A", "AT"},   {"F", "FR"},   {"USA", "US"}, {"GBR", "GB"}, {"ENG", "GB"},
              {"SUI", "CH"}, {"CHE", "CH"}, {"AUT", "AT"}, {"FRA", "FR"}, {"JPN", "JP"}};

static const char *find_code(const char *code)
{
    size_t low = 0;
    size_t high = sizeof codes / sizeof codes[0];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(codes[middle], code);
        if (order == 0)
            return codes[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool country_known(const char *code)
{
    return code != NULL && find_code(code) != NULL;
}

const char *country_meant(const char *text)
{
    char upper[4] = "";
    if (text == NULL || strlen(text) >= sizeof upper)
        return NULL;
    for (size_t i = 0; text[i] != '\0'; i++)
        upper[i] = (char)toupper((unsigned char)text[i]);
    for (size_t i = 0; i < sizeof habits / sizeof habits[0]; i++)
        if (strcmp(habits[i].text, upper) == 0)
            return habits[i].code;
    return find_code(upper);
}
