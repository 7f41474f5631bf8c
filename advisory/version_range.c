/*
 * What a version expression covers. Real advisories carry ranges in the form of vers, in signs
 * and in words; only forms with one sensible reading are taken, all others are "not understood".
 * An expression becomes a row of signs, one per word, and the row is looked up in a table.
 */
#include "advisory/version.h"

#include <string.h>
#include <strings.h>

#define SIGNS_MAX 96
#define TEXT_MAX 512

/* What is to be read: the signs, and the versions and operators that they stand for. */
struct reading {
    char signs[SIGNS_MAX]; /* V version, O operator, | comma and bar, the rest from words[] */
    size_t sign_count;
    struct version version[VERSION_RANGE_ATOMS];
    size_t version_count;
    enum version_op op[VERSION_RANGE_ATOMS];
    size_t op_count;
};

static const struct {
    const char *word;
    char sign; /* ' ' says nothing and is dropped */
} words[] = {
    {"version", ' '},   {"versions", ' '},  {"ver", ' '},      {"ver.", ' '},
    {"v.", ' '},        {"software", ' '},  {"firmware", ' '}, {"release", ' '},
    {"releases", ' '},  {"the", ' '},       {"all", 'L'},      {"any", 'L'},
    {"every", 'L'},     {"*", 'L'},         {"and", '&'},      {"or", '/'},
    {"below", 'b'},     {"before", 'b'},    {"prior", 'B'},    {"earlier", 'B'},
    {"older", 'B'},     {"lower", 'B'},     {"previous", 'B'}, {"less", 'B'},
    {"above", 'A'},     {"later", 'A'},     {"newer", 'A'},    {"higher", 'A'},
    {"onward", 'A'},    {"onwards", 'A'},   {"after", 'A'},    {"greater", 'A'},
    {"up", 'U'},        {"to", 'T'},        {"through", 'T'},  {"thru", 'T'},
    {"until", 'T'},     {"till", 'T'},      {"-", 'T'},        {"\xE2\x80\x93", 'T'},
    {"than", 'N'},      {"from", 'F'},      {"since", 'F'},    {"between", 'W'},
    {"including", 'I'}, {"inclusive", 'I'},
};

/* The rows of signs with exactly one sensible meaning; what may be included is. */
static const struct {
    const char *signs;
    enum version_op op;
    bool pair; /* two versions: from the first up to the second */
} phrases[] = {
    {"V&B", VERSION_OP_UP_TO, false},    {"V&b", VERSION_OP_UP_TO, false},
    {"V&LB", VERSION_OP_UP_TO, false},   {"TV", VERSION_OP_UP_TO, false},
    {"LTV", VERSION_OP_UP_TO, false},    {"UTV", VERSION_OP_UP_TO, false},
    {"LUTV", VERSION_OP_UP_TO, false},   {"UTVI", VERSION_OP_UP_TO, false},
    {"LUTVI", VERSION_OP_UP_TO, false},  {"UT&IV", VERSION_OP_UP_TO, false},
    {"LUT&IV", VERSION_OP_UP_TO, false}, {"BT&IV", VERSION_OP_UP_TO, false},
    {"LBT&IV", VERSION_OP_UP_TO, false}, {"b&IV", VERSION_OP_UP_TO, false},
    {"Lb&IV", VERSION_OP_UP_TO, false},  {"BTV", VERSION_OP_BELOW, false},
    {"LBTV", VERSION_OP_BELOW, false},   {"BNV", VERSION_OP_BELOW, false},
    {"LBNV", VERSION_OP_BELOW, false},   {"bV", VERSION_OP_BELOW, false},
    {"LbV", VERSION_OP_BELOW, false},    {"V&A", VERSION_OP_FROM, false},
    {"V&LA", VERSION_OP_FROM, false},    {"V&U", VERSION_OP_FROM, false},
    {"VA", VERSION_OP_FROM, false},      {"FV", VERSION_OP_FROM, false},
    {"LFV", VERSION_OP_FROM, false},     {"FV&A", VERSION_OP_FROM, false},
    {"FV&U", VERSION_OP_FROM, false},    {"FVA", VERSION_OP_FROM, false},
    {"AV", VERSION_OP_FROM, false},      {"LAV", VERSION_OP_FROM, false},
    {"ANV", VERSION_OP_ABOVE, false},    {"LANV", VERSION_OP_ABOVE, false},
    {"VTV", VERSION_OP_FROM, true},      {"LVTV", VERSION_OP_FROM, true},
    {"FVTV", VERSION_OP_FROM, true},     {"LFVTV", VERSION_OP_FROM, true},
    {"VTVI", VERSION_OP_FROM, true},     {"FVTVI", VERSION_OP_FROM, true},
    {"WV&V", VERSION_OP_FROM, true},     {"LWV&V", VERSION_OP_FROM, true},
};

static bool add_sign(struct reading *r, char sign)
{
    if (sign == ' ')
        return true;
    if (r->sign_count + 1 >= SIGNS_MAX)
        return false;
    r->signs[r->sign_count++] = sign;
    return true;
}

static bool read_operator(struct reading *r, const char **at)
{
    static const struct {
        const char *text;
        enum version_op op;
    } operators[] = {
        {"<=", VERSION_OP_UP_TO},
        {">=", VERSION_OP_FROM},
        {"!=", VERSION_OP_NOT},
        {"==", VERSION_OP_IS},
        {"\xE2\x89\xA4", VERSION_OP_UP_TO}, /* U+2264, U+2265 */
        {"\xE2\x89\xA5", VERSION_OP_FROM},
        {"<", VERSION_OP_BELOW},
        {">", VERSION_OP_ABOVE},
        {"=", VERSION_OP_IS},
    };
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        size_t size = strlen(operators[i].text);
        if (strncmp(*at, operators[i].text, size) != 0)
            continue;
        if (r->op_count == VERSION_RANGE_ATOMS)
            return false;
        r->op[r->op_count++] = operators[i].op;
        *at += size;
        return add_sign(r, 'O');
    }
    return false;
}

static bool read_version(struct reading *r, const char **at)
{
    size_t size = 0;
    if (r->version_count == VERSION_RANGE_ATOMS ||
        !version_read(&r->version[r->version_count], &size, *at))
        return false;
    r->version_count++;
    *at += size;
    return add_sign(r, 'V');
}

static bool read_word(struct reading *r, const char **at)
{
    size_t size = strcspn(*at, " ,;|<>=!");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].word) == size && strncasecmp(*at, words[i].word, size) == 0) {
            *at += size;
            return add_sign(r, words[i].sign);
        }
    }
    return false;
}

/* false at the first word that is not known. */
static bool read_signs(struct reading *r, const char *text)
{
    while (*text != '\0') {
        bool number = *text >= '0' && *text <= '9';
        bool prefixed = (*text == 'v' || *text == 'V') && text[1] >= '0' && text[1] <= '9';
        if (*text == ' ') {
            text++;
        } else if (strchr("|,;", *text) != NULL) {
            text++;
            if (!add_sign(r, '|'))
                return false;
        } else if (number || prefixed) {
            if (!read_version(r, &text))
                return false;
        } else if (!read_operator(r, &text) && !read_word(r, &text)) {
            return false;
        }
    }
    r->signs[r->sign_count] = '\0';
    return true;
}

/*
 * Bounds must ascend and pair up as vers has it: a lower one opens, an upper one closes, only the
 * first may be an upper one and only the last a lower one without a partner. So ">= 2.5 | <= 3.11"
 * is a range: read as "or" it would say everything, which nobody writes with two numbers.
 */
static bool bounds_pair(const struct version_range *range, size_t bounds)
{
    bool open = false;
    for (size_t i = 0; i < bounds; i++) {
        bool opens = range->atom[i].op == VERSION_OP_FROM || range->atom[i].op == VERSION_OP_ABOVE;
        if (i > 0 && (opens == open ||
                      version_order(&range->atom[i - 1].version, &range->atom[i].version) >= 0))
            return false;
        open = opens;
    }
    return true;
}

/* Bounds first, then single versions. */
static bool settle(struct version_range *range)
{
    size_t bounds = 0;
    for (size_t i = 0; i < range->count; i++) {
        struct version_atom atom = range->atom[i];
        if (atom.op == VERSION_OP_IS || atom.op == VERSION_OP_NOT)
            continue;
        range->atom[i] = range->atom[bounds];
        range->atom[bounds++] = atom;
    }
    return bounds_pair(range, bounds);
}

static void add_atom(struct version_range *out, enum version_op op, const struct version *version)
{
    out->atom[out->count++] = (struct version_atom){.op = op, .version = *version};
}

static bool is_separator(char sign)
{
    return sign == '|' || sign == '&' || sign == '/';
}

/*
 * "1.1 | <= 2.0, 3.0 and 3.1": versions with or without operators, nothing else. Between two
 * operators nothing is needed (">= 1.0 < 2.0"), and "or" there could mean either.
 */
static bool read_list(struct version_range *out, const struct reading *r)
{
    size_t version = 0;
    size_t op = 0;
    bool separated = true;
    bool had_op = true;
    if (r->op_count > 0 && strchr(r->signs, '/') != NULL)
        return false;
    for (size_t i = 0; i < r->sign_count; i++) {
        if (is_separator(r->signs[i])) {
            /* ", and" is one separator. */
            if (separated && (i == 0 || r->signs[i] == '|' || r->signs[i - 1] != '|'))
                return false;
            separated = true;
            continue;
        }
        bool has_op = r->signs[i] == 'O';
        if (has_op)
            i++;
        if (r->signs[i] != 'V' || (!separated && !(has_op && had_op)))
            return false;
        add_atom(out, has_op ? r->op[op++] : VERSION_OP_IS, &r->version[version++]);
        separated = false;
        had_op = has_op;
    }
    return !separated;
}

/* "or" joins a version and "earlier" just as "and" does. */
static bool signs_equal(const char *signs, const char *phrase)
{
    while (*signs != '\0' && (*signs == *phrase || (*signs == '/' && *phrase == '&'))) {
        signs++;
        phrase++;
    }
    return *signs == '\0' && *phrase == '\0';
}

static bool read_phrase(struct version_range *out, const struct reading *r)
{
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (!signs_equal(r->signs, phrases[i].signs))
            continue;
        add_atom(out, phrases[i].op, &r->version[0]);
        if (phrases[i].pair) {
            if (version_order(&r->version[0], &r->version[1]) >= 0)
                return false;
            add_atom(out, VERSION_OP_UP_TO, &r->version[1]);
        }
        return true;
    }
    return false;
}

/* Behind "vers:": only schemes whose versions compare by their numbers. */
static bool open_vers(const char **at)
{
    static const char *const schemes[] = {"generic/", "semver/", "npm/", "intdot/", NULL};
    for (size_t i = 0; schemes[i] != NULL; i++) {
        size_t size = strlen(schemes[i]);
        if (strncasecmp(*at, schemes[i], size) == 0) {
            *at += size;
            return true;
        }
    }
    return false;
}

/* Trimmed, every kind of space as one plain space. */
static bool plain_spaces(char out[TEXT_MAX], const char *text)
{
    size_t size = 0;
    bool space = false;
    while (*text != '\0') {
        bool wide = strncmp(text, "\xC2\xA0", 2) == 0; /* no-break space */
        if (wide || strchr(" \t\r\n", *text) != NULL) {
            space = size > 0;
            text += wide ? 2 : 1;
            continue;
        }
        if (size + 3 >= TEXT_MAX)
            return false;
        if (space)
            out[size++] = ' ';
        space = false;
        out[size++] = *text++;
    }
    out[size] = '\0';
    return size > 0;
}

static bool read_vers(struct version_range *out, struct reading *r, const char *at)
{
    if (strcasecmp(at, "all/*") == 0) {
        out->all = true;
        return true;
    }
    if (!open_vers(&at) || !read_signs(r, at) || strpbrk(r->signs, "&/") != NULL)
        return false;
    out->all = strcmp(r->signs, "L") == 0;
    return out->all || (read_list(out, r) && settle(out));
}

bool version_range_read(struct version_range *out, const char *expression)
{
    char text[TEXT_MAX];
    struct reading reading = {.sign_count = 0};
    out->all = false;
    out->bare = false;
    out->count = 0;
    if (expression == NULL || !plain_spaces(text, expression))
        return false;
    if (strncasecmp(text, "vers:", 5) == 0)
        return read_vers(out, &reading, text + 5);
    if (!read_signs(&reading, text))
        return false;
    out->all = strcmp(reading.signs, "L") == 0;
    if (out->all)
        return true;
    if (!read_phrase(out, &reading) && !read_list(out, &reading))
        return false;
    out->bare = reading.op_count == 0 && strspn(reading.signs, "V|&/") == reading.sign_count;
    return settle(out);
}
