#include "config/sheet.h"

#include <string.h>

#define WRAP 92

static const char *type_label(enum field_type type)
{
    static const char *const labels[] = {
        [FIELD_TEXT] = "Text of one line",
        [FIELD_PROSE] = "Text, also of several lines",
        [FIELD_PHONE] = "Telephone number",
        [FIELD_MAKER_ID] = "2 to 12 capital letters and digits",
        [FIELD_PERSON_ID] = "1 to 32 small letters, digits and hyphens",
        [FIELD_COUNTRY] = "Country, two letters of ISO 3166-1",
        [FIELD_URL] = "Web address",
        [FIELD_OID] = "Object identifier in dotted decimals",
        [FIELD_ADDRESS] = "Mail address",
        [FIELD_RETURN] = "Mail address with {token} before the @",
        [FIELD_RELAY] = "Host name and port",
        [FIELD_HOST] = "Host name",
        [FIELD_RRULE] = "Recurrence (RFC 5545)",
        [FIELD_ZONE] = "Time zone (IANA) that this machine knows",
        [FIELD_PATH] = "Path",
        [FIELD_PRESENT] = "Path of a file",
        [FIELD_PRIVATE] = "Path of a file that only its owner can read",
        [FIELD_STORE] = "Path, or postgresql://host/name",
        [FIELD_FILE_NAME] = "File name",
        [FIELD_SHA256] = "64 hexadecimal digits",
        [FIELD_LANGUAGE] = "Language tag (RFC 5646)",
        [FIELD_LANGUAGES] = "Array of language tags (RFC 5646)",
        [FIELD_NUMBER] = "Whole number",
        [FIELD_SIZE] = "Size in bytes, with K or M behind it",
        [FIELD_DURATION] = "Length of time with s, m, h or d behind it",
        [FIELD_INSTANT] = "Instant (RFC 3339), such as 2026-11-27T18:40:00Z",
        [FIELD_FLAG] = "true or false",
        [FIELD_ROLES] = "Array of roles: psirt, regulatory, quality, safety, service",
        [FIELD_LEVEL] = "tls or sealed",
        [FIELD_FORM] = "personal or broadcast",
        [FIELD_PARTY_KIND] = "Kind of party, as in parties.csv",
        [FIELD_TLP] = "CLEAR, GREEN, AMBER, AMBER+STRICT or RED",
        [FIELD_EXPLOITED] = "yes, no or unknown",
        [FIELD_WORD] = "One word of a list",
        [FIELD_WORDS] = "Array of words of a list",
        [FIELD_TEXTS] = "Array of texts",
        [FIELD_DATE] = "Day, such as 2026-11-27",
        [FIELD_ITEMS] = "List of groups",
    };
    return labels[type];
}

/* The preset in libconfig's syntax. */
static void add_preset(struct str *out, const struct field *field)
{
    if (field->type == FIELD_NUMBER || field->type == FIELD_FLAG) {
        str_add(out, field->preset);
    } else if (field->type == FIELD_ROLES) {
        str_add(out, "[ \"");
        for (const char *p = field->preset; *p != '\0'; p++) {
            if (*p == ' ')
                str_add(out, "\", \"");
            else
                str_add_c(out, *p);
        }
        str_add(out, "\" ]");
    } else {
        sheet_quote(out, field->preset);
    }
}

/* Type, bounds and need of a setting in one sentence. */
static void add_kind(struct str *out, const struct field *field)
{
    str_add(out, type_label(field->type));
    if (field->type == FIELD_NUMBER || field->type == FIELD_DURATION || field->type == FIELD_SIZE) {
        str_add(out, ", ");
        (void)value_bounds(out, field);
    }
    str_add(out, field->needed ? ". Needed." : ".");
}

/* Breaks words into comment lines behind indent. */
static void add_comment(struct str *out, const char *indent, const char *text)
{
    size_t column = WRAP + 1;
    for (const char *p = text; *p != '\0';) {
        size_t size = strcspn(p, " ");
        if (column + size + 1 > WRAP) {
            str_addf(out, "%s%s#", column > WRAP ? "" : "\n", indent);
            column = strlen(indent) + 1;
        }
        str_add_c(out, ' ');
        str_add_n(out, p, size);
        column += size + 1;
        p += size;
        p += strspn(p, " ");
    }
    str_add_c(out, '\n');
}

/* The part of a dotted name that opens or closes a group between two settings. */
static size_t group_size(const char *name)
{
    const char *dot = name != NULL ? strchr(name, '.') : NULL;
    return dot != NULL ? (size_t)(dot - name) : 0;
}

static bool same_group(const char *a, const char *b)
{
    size_t size = group_size(a);
    return size > 0 && size == group_size(b) && strncmp(a, b, size) == 0;
}

/* Closes the group of `before` and opens that of `name` where they differ; either may be NULL. */
static const char *turn_group(struct str *out, const char *before, const char *name,
                              const char *gap)
{
    if (before != NULL && group_size(before) > 0 && !same_group(before, name))
        str_add(out, "};\n");
    if (name != NULL && before != NULL && !same_group(before, name))
        str_add(out, gap);
    if (name != NULL && group_size(name) > 0 && !same_group(before, name))
        str_addf(out, "%.*s = {\n", (int)group_size(name), name);
    return name != NULL && group_size(name) > 0 ? "    " : "";
}

static const char *part_of(const struct field *field)
{
    const char *dot = strchr(field->name, '.');
    return dot != NULL ? dot + 1 : field->name;
}

static void add_default(struct str *out, const char *indent, const struct field *field,
                        const char *value)
{
    struct str words;
    str_init(&words, STR_LIMIT_LINE);
    str_addf(&words, "%s ", field->about);
    add_kind(&words, field);
    add_comment(out, indent, str_text(&words));
    str_dispose(&words);
    for (size_t i = 0; field->items != NULL && i < field->items->count; i++) {
        const struct field *inner = &field->items->fields[i];
        struct str line;
        str_init(&line, STR_LIMIT_LINE);
        str_addf(&line, "  %s: %s ", strrchr(inner->name, '.') + 1, inner->about);
        add_kind(&line, inner);
        add_comment(out, indent, str_text(&line));
        str_dispose(&line);
    }
    bool live = field->preset != NULL || value != NULL;
    str_addf(out, "%s%s%s = ", indent, live ? "" : "#", part_of(field));
    if (value != NULL)
        sheet_quote(out, value);
    else if (field->preset != NULL)
        add_preset(out, field);
    else
        str_add(out, field->sample);
    str_add(out, ";\n");
}

void sheet_print_default(struct str *out, const struct sheet *sheet, const char *name,
                         const char *value)
{
    const char *before = NULL;
    for (size_t i = 0; i < sheet->count; i++) {
        const struct field *field = &sheet->fields[i];
        const char *indent = turn_group(out, before, field->name, "\n");
        add_default(out, indent, field, text_equal(field->name, name) ? value : NULL);
        before = field->name;
    }
    (void)turn_group(out, before, NULL, "");
}

void sheet_print(struct str *out, const struct sheet *sheet, const void *object)
{
    const char *before = NULL;
    for (size_t i = 0; i < sheet->count; i++) {
        const struct field *field = &sheet->fields[i];
        struct str value;
        str_init(&value, SHEET_LIMIT);
        if (value_print(&value, field, object)) {
            const char *indent = turn_group(out, before, field->name, "");
            str_addf(out, "%s%s = %s;\n", indent, part_of(field), str_text(&value));
            before = field->name;
        }
        str_dispose(&value);
    }
    (void)turn_group(out, before, NULL, "");
}

/* roff: a backslash and a hyphen mean themselves only when escaped, and so does a first dot. */
static void add_roff(struct str *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\\')
            str_add(out, "\\e");
        else if (*p == '-')
            str_add(out, "\\-");
        else if (p == text && (*p == '.' || *p == '\''))
            str_addf(out, "\\&%c", *p);
        else
            str_add_c(out, *p);
    }
}

static void add_entry(struct str *out, const struct field *field)
{
    struct str words;
    str_init(&words, STR_LIMIT_LINE);
    str_add(out, ".TP\n.B ");
    add_roff(out, field->name);
    str_add_c(out, '\n');
    add_roff(out, field->about);
    str_add_c(out, '\n');
    add_kind(&words, field);
    if (field->preset != NULL) {
        str_add(&words, " Default: ");
        add_preset(&words, field);
        str_add_c(&words, '.');
    } else if (!field->needed) {
        str_add(&words, " No default.");
    }
    add_roff(out, str_text(&words));
    str_add_c(out, '\n');
    str_dispose(&words);
}

void sheet_print_manual(struct str *out, const struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++) {
        const struct field *field = &sheet->fields[i];
        add_entry(out, field);
        for (size_t f = 0; field->items != NULL && f < field->items->count; f++)
            add_entry(out, &field->items->fields[f]);
    }
}
