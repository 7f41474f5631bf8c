#include "advisory/name.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define READ_MAX 16384 /* of a name: what is longer could be anything */

/* Both in the order of strcmp. */
static const char *const legal_forms[] = {
    "ab",          "ag",   "aps", "as",           "bv",  "co",   "company", "corp",
    "corporation", "gmbh", "inc", "incorporated", "kg",  "kgaa", "kk",      "limited",
    "llc",         "ltd",  "mbh", "nv",           "oy",  "oyj",  "plc",     "pty",
    "sa",          "sarl", "sas", "se",           "spa", "srl",  "sro",     "ug"};

/*
 * Small words, and what a thing is called when its name is not: nothing follows from having one
 * in common, and a name of nothing else ("infusion pump") may be any product.
 */
/* clang-format off */
static const char *const little_words[] = {
    "a", "adapter", "an", "anaesthesia", "analyser", "analyzer", "analyzers", "and",
    "anesthesia", "anlage", "app", "apparecchio", "appareil", "application", "base", "battery",
    "beatmung", "beatmungsgeraet", "beatmungsgeraete", "beatmungsgerat", "beatmungsgerate",
    "bed", "beds", "bedside", "bomba", "bombas", "by", "cable", "camera", "central", "charger",
    "client", "clients", "clinical", "control", "controller", "controllers", "ct", "das",
    "data", "de", "defibrillator", "defibrillatoren", "defibrillators", "der", "des", "device",
    "devices", "dialysegeraet", "dialysegerat", "dialysis", "die", "digital", "dispositif",
    "dispositivo", "dock", "docking", "du", "ecg", "echographe", "ecografo", "eeg", "ekg",
    "electronic", "enteral", "equipment", "equipo", "et", "family", "feeding", "firmware",
    "for", "from", "fuer", "fur", "gateway", "gateways", "geraet", "geraete", "gerat",
    "gerate", "hardware", "health", "healthcare", "hemodialysis", "hospital", "imaging", "in",
    "including", "incubator", "infusion", "infusione", "infusionspumpe", "infusionspumpen",
    "infusor", "instrument", "insulin", "interface", "la", "laboratory", "laser", "le", "les",
    "machine", "management", "manager", "medical", "medizin", "medizingeraet", "medizingerat",
    "mit", "mobile", "model", "models", "module", "modules", "moniteur", "moniteurs",
    "monitor", "monitoraggio", "monitore", "monitores", "monitors", "mr", "mri", "narkose",
    "narkosegeraet", "narkosegerat", "network", "not", "of", "on", "or", "pacemaker",
    "pacemakers", "patient", "patientenmonitor", "patientenmonitore", "patients", "perfusion",
    "pet", "platform", "pompa", "pompe", "pompes", "portable", "portal", "pour", "product",
    "products", "programmer", "programmers", "pump", "pumpe", "pumpen", "pumps", "rack", "ray",
    "remote", "respirador", "respirateur", "roentgen", "roentgengeraet", "rontgen",
    "rontgengerat", "scanner", "scanners", "series", "server", "servers", "signs", "software",
    "solution", "sonography", "spritzenpumpe", "spritzenpumpen", "station", "stations",
    "steuergeraet", "steuergerat", "steuerung", "syringe", "system", "systems", "telemetry",
    "the", "to", "uberwachung", "uberwachungsmonitor", "ueberwachung", "ueberwachungsmonitor",
    "ultraschall", "ultraschallgeraet", "ultraschallgerat", "ultrasound", "und", "unit",
    "units", "ventilation", "ventilator", "ventilatore", "ventilators", "version", "versions",
    "viewer", "vital", "volumetric", "warmer", "web", "wifi", "wireless", "with", "wlan",
    "workstation", "workstations", "xray", "zentrale"};
/* clang-format on */

/* U+00C0 to U+017F as one plain letter each; '*' where there is none. */
static const char plain_letters[] = "aaaaaa*ceeeeiiii"
                                    "dnooooo*ouuuuy**"
                                    "aaaaaa*ceeeeiiii"
                                    "dnooooo*ouuuuy*y"
                                    "aaaaaaccccccccdd"
                                    "ddeeeeeeeeeegggg"
                                    "gggghhhhiiiiiiii"
                                    "ii**jjkkklllllll"
                                    "lllnnnnnnn**oooo"
                                    "oo**rrrrrrssssss"
                                    "ssttttttuuuuuuuu"
                                    "uuuuwwyyyzzzzzzs";
_Static_assert(sizeof plain_letters == 0x180 - 0xC0 + 1, "one letter for each code point");

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_listed(const char *const list[], size_t count, const char *text, size_t size)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        int order = strncmp(list[middle], text, size);
        if (order == 0 && list[middle][size] == '\0')
            return true;
        if (order < 0)
            low = middle + 1;
        else
            count = middle;
    }
    return false;
}

static bool is_sign(uint32_t c)
{
    return c < 0xC0 || c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c < 0x2C00) ||
           (c >= 0x3000 && c < 0x3040) || (c >= 0xFE00 && c < 0xFE10) || c == 0xFEFF;
}

/* The plain letters of one code point into out: "" for a sign, false when there are none. */
static bool plain_form(char out[3], uint32_t c)
{
    memset(out, 0, 3);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        out[0] = (char)c;
    } else if (c >= 'A' && c <= 'Z') {
        out[0] = (char)(c - 'A' + 'a');
    } else if (c == 0xDF) {
        memcpy(out, "ss", 2);
    } else if (c == 0xC6 || c == 0xE6) {
        memcpy(out, "ae", 2);
    } else if (c == 0x152 || c == 0x153) {
        memcpy(out, "oe", 2);
    } else if (!is_sign(c)) {
        if (c >= 0x180 || plain_letters[c - 0xC0] == '*')
            return false;
        out[0] = plain_letters[c - 0xC0];
    }
    return true;
}

static void word_end(struct name *out, size_t from)
{
    size_t size = out->size - from;
    if (size == 0)
        return;
    if (out->count == NAME_WORDS) {
        out->unsure = true;
        return;
    }
    const char *text = out->text + from;
    struct name_word *word = &out->word[out->count++];
    *word = (struct name_word){.at = (uint16_t)from, .size = (uint16_t)size};
    for (size_t i = 0; i < size; i++)
        word->has_digit = word->has_digit || is_digit(text[i]);
    word->says_little =
        size < 2 ||
        is_listed(little_words, sizeof little_words / sizeof little_words[0], text, size);
}

/* Keep the words that `keeps` has, squeezed together again. */
static void keep_words(struct name *name, const bool keeps[NAME_WORDS])
{
    size_t count = 0;
    size_t size = 0;
    for (size_t i = 0; i < name->count; i++) {
        struct name_word word = name->word[i];
        if (!keeps[i])
            continue;
        memmove(name->text + size, name->text + word.at, word.size);
        word.at = (uint16_t)size;
        size += word.size;
        name->word[count++] = word;
    }
    name->count = count;
    name->size = size;
    name->text[size] = '\0';
}

static void summarise(struct name *name)
{
    name->telling = 0;
    for (size_t i = 0; i < name->count; i++) {
        name->initials[i] = name->text[name->word[i].at];
        if (!name->word[i].says_little)
            name->telling++;
    }
    name->initials[name->count] = '\0';
}

/* "MP2-MP90", "400-550": two numbers behind the same letters, or the second behind none. */
static bool is_series(const char *text, const char *hyphen)
{
    const char *left = hyphen;
    const char *right = hyphen + 1;
    while (left > text && is_digit(left[-1]))
        left--;
    const char *prefix = left;
    while (prefix > text && is_letter(prefix[-1]))
        prefix--;
    size_t size = (size_t)(left - prefix);
    if (is_digit(*right))
        return left < hyphen;
    return left < hyphen && size > 0 && strncasecmp(prefix, right, size) == 0 &&
           is_digit(right[size]);
}

static bool is_collective(const char *text)
{
    static const char *const words[] = {"series", "family", "products", NULL};
    for (const char *at = text; *at != '\0'; at++) {
        bool behind_digit = at > text && is_digit(at[-1]);
        if (*at == '-' && is_series(text, at))
            return true;
        if (*at == '/' && is_digit(at[1 + strspn(at + 1, " ")]))
            return true;
        if ((*at == 'x' || *at == 'X') && behind_digit && !is_letter(at[1]))
            return true;
        for (size_t i = 0; words[i] != NULL && (at == text || !is_letter(at[-1])); i++) {
            size_t size = strlen(words[i]);
            if (strncasecmp(at, words[i], size) == 0 && !is_letter(at[size]))
                return true;
        }
    }
    return false;
}

static void drop_legal_forms(struct name *name)
{
    bool keeps[NAME_WORDS] = {false};
    size_t kept = 0;
    for (size_t i = 0; i < name->count; i++) {
        const struct name_word *word = &name->word[i];
        keeps[i] = !is_listed(legal_forms, sizeof legal_forms / sizeof legal_forms[0],
                              name->text + word->at, word->size);
        kept += keeps[i];
    }
    if (kept > 0 && kept < name->count)
        keep_words(name, keeps);
}

void name_read(struct name *out, const char *text)
{
    struct bytes bytes = {(const unsigned char *)text, text != NULL ? strnlen(text, READ_MAX) : 0};
    size_t word_at = 0;
    if (bytes.size == READ_MAX) {
        /* A megabyte that is compared with each product of a register takes its time. */
        *out = (struct name){.collective = true, .unsure = true};
        return;
    }
    *out = (struct name){.collective = text != NULL && is_collective(text)};
    for (size_t at = 0; at < bytes.size;) {
        uint32_t c = utf8_next(bytes, &at);
        char plain[3];
        if (!plain_form(plain, c))
            out->unsure = true;
        if (out->size + 2 >= NAME_SIZE) {
            out->unsure = true;
            break;
        }
        /* A dot joins: "S.p.A." is one word, and "v2.4" one number. */
        if (plain[0] == '\0' && c != '.') {
            word_end(out, word_at);
            word_at = out->size;
        }
        for (size_t i = 0; plain[i] != '\0'; i++)
            out->text[out->size++] = plain[i];
    }
    word_end(out, word_at);
    drop_legal_forms(out);
    summarise(out);
}

void name_read_pair(struct name *out, const char *first, const char *second)
{
    char both[NAME_SIZE * 2];
    const int most = (int)sizeof both;
    int size = snprintf(both, sizeof both, "%.*s %.*s", most, first, most, second);
    name_read(out, both);
    out->unsure = out->unsure || size < 0 || (size_t)size >= sizeof both;
}

static bool has_word(const struct name *name, const char *text, size_t size)
{
    for (size_t i = 0; i < name->count; i++) {
        if (name->word[i].size == size && memcmp(name->text + name->word[i].at, text, size) == 0)
            return true;
    }
    return false;
}

static size_t words_besides(bool keeps[NAME_WORDS], const struct name *name,
                            const struct name *vendor)
{
    size_t telling = 0;
    for (size_t i = 0; i < name->count; i++) {
        const struct name_word *word = &name->word[i];
        keeps[i] = !has_word(vendor, name->text + word->at, word->size);
        if (keeps[i] && !word->says_little)
            telling++;
    }
    return telling;
}

void name_without(struct name *a, struct name *b, const struct name *vendor)
{
    bool keeps_a[NAME_WORDS] = {false};
    bool keeps_b[NAME_WORDS] = {false};
    if (vendor == NULL || vendor->count == 0)
        return;
    /* Both or none: "Alaris pump" beside "Alaris PC Unit" has nothing but the maker to go by. */
    if (words_besides(keeps_a, a, vendor) == 0 || words_besides(keeps_b, b, vendor) == 0)
        return;
    keep_words(a, keeps_a);
    keep_words(b, keeps_b);
    summarise(a);
    summarise(b);
}

/* At most `limit` letters put in, left out or changed (limit ≤ 2). */
static bool spelled_near(const char *a, size_t a_size, const char *b, size_t b_size, int limit)
{
    while (a_size > 0 && b_size > 0 && *a == *b) {
        a++, a_size--, b++, b_size--;
    }
    if (a_size == 0 || b_size == 0)
        return a_size + b_size <= (size_t)limit;
    if (limit == 0)
        return false;
    return spelled_near(a + 1, a_size - 1, b + 1, b_size - 1, limit - 1) ||
           spelled_near(a + 1, a_size - 1, b, b_size, limit - 1) ||
           spelled_near(a, a_size, b + 1, b_size - 1, limit - 1);
}

static bool words_near(const struct name *a, const struct name_word *x, const struct name *b,
                       const struct name_word *y)
{
    size_t shorter = x->size < y->size ? x->size : y->size;
    const char *p = a->text + x->at;
    const char *q = b->text + y->at;
    if (x->size == y->size && memcmp(p, q, x->size) == 0)
        return true;
    /* Numbers that differ in one digit are different numbers. */
    if (x->has_digit || y->has_digit || shorter < 4)
        return false;
    return spelled_near(p, x->size, q, y->size, shorter < 8 ? 1 : 2);
}

/* Part of the letters, but never a part of a number: "P10" is not in "P100". */
static bool text_holds(const struct name *name, const char *part, size_t size)
{
    const char *end = name->text + name->size;
    for (const char *at = name->text; size <= (size_t)(end - at); at++) {
        at = memmem(at, (size_t)(end - at), part, size);
        if (at == NULL)
            return false;
        bool cut_front = at > name->text && is_digit(at[-1]) && is_digit(at[0]);
        bool cut_back = at + size < end && is_digit(at[size - 1]) && is_digit(at[size]);
        if (!cut_front && !cut_back)
            return true;
    }
    return false;
}

/* "Alaris PC Unit" in "Alaris 8015 PC unit": each word of a that says something is one of b. */
static bool words_within(const struct name *a, const struct name *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct name_word *word = &a->word[i];
        if (!word->says_little && !has_word(b, a->text + word->at, word->size))
            return false;
    }
    return a->telling > 0;
}

/* A word of a that says something stands in b: whole, nearly, as a part, or as initials. */
static bool word_found(const struct name *a, const struct name *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct name_word *x = &a->word[i];
        if (x->says_little)
            continue;
        const char *text = a->text + x->at;
        for (size_t k = 0; k < b->count; k++) {
            if (words_near(a, x, b, &b->word[k]))
                return true;
        }
        bool long_enough = x->size >= 4 || (x->size == 3 && x->has_digit);
        if (long_enough && text_holds(b, text, x->size))
            return true;
        if (x->size >= 3 && memmem(b->initials, b->count, text, x->size) != NULL)
            return true;
    }
    return false;
}

bool name_is(const struct name *a, const struct name *b)
{
    return a->size > 0 && a->size == b->size && !a->unsure && !b->unsure &&
           memcmp(a->text, b->text, a->size) == 0;
}

enum name_relation name_relate(const struct name *a, const struct name *b)
{
    if (a->size == 0 || b->size == 0)
        return NAME_SHARES;
    if (name_is(a, b))
        return NAME_EQUAL;
    if (a->unsure || b->unsure)
        return NAME_SHARES;
    if (text_holds(a, b->text, b->size) || text_holds(b, a->text, a->size) || words_within(a, b) ||
        words_within(b, a))
        return NAME_CONTAINS;
    if (a->telling == 0 || b->telling == 0)
        return NAME_SHARES;
    bool shares = a->collective || b->collective || word_found(a, b) || word_found(b, a);
    return shares ? NAME_SHARES : NAME_UNLIKE;
}
