#include "config/sheet.h"

#include "base/clock.h"
#include "base/word.h"
#include "config/order.h"

#include <string.h>

#define KIB INT64_C(1024)

static const void *slot(const void *object, size_t offset)
{
    return (const char *)object + offset;
}

/* Byte by byte: a table does not know the exact type of the pointer. */
static const void *pointer(const void *object, size_t offset)
{
    const void *value = NULL;
    memcpy(&value, slot(object, offset), sizeof value);
    return value;
}

void sheet_quote(struct str *out, const char *text)
{
    str_add_c(out, '"');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            str_add_c(out, '\\');
        if (*p == '\n')
            str_add(out, "\\n");
        else if (*p == '\t')
            str_add(out, "\\t");
        else
            str_add_c(out, *p);
    }
    str_add_c(out, '"');
}

/* The largest unit that divides it: "24h". */
static void add_duration(struct str *out, int64_t ms)
{
    static const struct {
        int64_t ms;
        char unit;
    } units[] = {{MS_DAY, 'd'}, {MS_HOUR, 'h'}, {MS_MINUTE, 'm'}, {MS_SECOND, 's'}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (ms % units[i].ms == 0) {
            str_addf(out, "%lld%c", (long long)(ms / units[i].ms), units[i].unit);
            return;
        }
    str_addf(out, "%llds", (long long)(ms / MS_SECOND));
}

static void add_size(struct str *out, int64_t size)
{
    int64_t unit = size % (KIB * KIB) == 0 ? KIB * KIB : size % KIB == 0 ? KIB : 1;
    str_addf(out, "%lld%s", (long long)(size / unit),
             unit == KIB * KIB ? "M"
             : unit == KIB     ? "K"
                               : "");
}

static void print_amount(struct str *out, enum field_type type, int64_t amount)
{
    if (type == FIELD_DURATION)
        add_duration(out, amount);
    else if (type == FIELD_SIZE)
        add_size(out, amount);
    else
        str_add_int(out, amount);
}

bool value_bounds(struct str *out, const struct field *field)
{
    if (field->type != FIELD_NUMBER && field->type != FIELD_DURATION && field->type != FIELD_SIZE)
        return false;
    print_amount(out, field->type, field->min);
    str_add(out, " to ");
    print_amount(out, field->type, field->max);
    return true;
}

static void print_roles(struct str *out, unsigned roles)
{
    const char *between = "[ ";
    for (int role = 0; role < ROLE_COUNT; role++)
        if ((roles & 1u << role) != 0) {
            str_addf(out, "%s\"%s\"", between, role_word((enum role)role));
            between = ", ";
        }
    str_add(out, " ]");
}

static bool print_texts(struct str *out, const struct field *field, const void *object)
{
    const char *const *texts = pointer(object, field->offset);
    size_t count = *(const size_t *)slot(object, field->extra);
    for (size_t i = 0; i < count; i++) {
        str_add(out, i == 0 ? "[ " : ", ");
        sheet_quote(out, texts[i]);
    }
    str_add(out, " ]");
    return count > 0;
}

static bool print_words(struct str *out, const struct field *field, unsigned set)
{
    const char *between = "[ ";
    for (unsigned i = 0; field->words[i] != NULL; i++)
        if ((set & 1u << i) != 0) {
            str_addf(out, "%s\"%s\"", between, field->words[i]);
            between = ", ";
        }
    str_add(out, " ]");
    return set != 0;
}

static bool print_amount_value(struct str *out, const struct field *field, const void *object)
{
    char text[CLOCK_TEXT];
    int64_t amount = *(const int64_t *)slot(object, field->offset);
    if (field->type == FIELD_NUMBER) {
        str_add_int(out, amount);
        return true;
    }
    if (amount == 0)
        return false;
    str_add_c(out, '"');
    if (field->type == FIELD_INSTANT)
        str_add(out, clock_text_ms(text, amount));
    else
        print_amount(out, field->type, amount);
    str_add_c(out, '"');
    return true;
}

static bool print_text_value(struct str *out, const struct field *field, const void *object)
{
    const char *text = pointer(object, field->offset);
    if (text == NULL)
        return false;
    if (field->type != FIELD_RELAY) {
        sheet_quote(out, text);
        return true;
    }
    str_addf(out, "\"%s:%lld\"", text, (long long)*(const int64_t *)slot(object, field->extra));
    return true;
}

static bool print_items(struct str *out, const struct field *field, const void *object)
{
    size_t count = *(const size_t *)slot(object, field->extra);
    const char *items = pointer(object, field->offset);
    const char *between = "(";
    for (size_t i = 0; i < count; i++, between = ",") {
        str_addf(out, "%s\n    {", between);
        for (size_t f = 0; f < field->items->count; f++) {
            const struct field *inner = &field->items->fields[f];
            size_t before = out->size;
            str_addf(out, " %s = ", strrchr(inner->name, '.') + 1);
            if (value_print(out, inner, items + i * field->items->size))
                str_add(out, ";");
            else
                str_truncate(out, before);
        }
        str_add(out, " }");
    }
    str_add(out, count > 0 ? " )" : "( )");
    return count > 0;
}

bool value_print(struct str *out, const struct field *field, const void *object)
{
    static const char *const answers[] = {"unknown", "no", "yes"}; /* enum exploited */
    switch ((int)field->type) {
    case FIELD_NUMBER:
    case FIELD_SIZE:
    case FIELD_DURATION:
    case FIELD_INSTANT:
        return print_amount_value(out, field, object);
    case FIELD_FLAG:
        str_add(out, *(const bool *)slot(object, field->offset) ? "true" : "false");
        return true;
    case FIELD_ROLES:
        print_roles(out, *(const unsigned *)slot(object, field->offset));
        return true;
    case FIELD_LEVEL:
        sheet_quote(out, level_word(*(const enum level *)slot(object, field->offset)));
        return true;
    case FIELD_FORM:
        sheet_quote(out, form_word(*(const enum form *)slot(object, field->offset)));
        return true;
    case FIELD_PARTY_KIND:
        sheet_quote(out, party_kind_word(*(const enum party_kind *)slot(object, field->offset)));
        return true;
    case FIELD_TLP:
        sheet_quote(out, tlp_word(*(const enum tlp *)slot(object, field->offset)));
        return *(const bool *)slot(object, field->extra);
    case FIELD_EXPLOITED:
        sheet_quote(out, answers[*(const enum exploited *)slot(object, field->offset)]);
        return true;
    case FIELD_LANGUAGES:
    case FIELD_TEXTS:
        return print_texts(out, field, object);
    case FIELD_WORD:
        sheet_quote(out, field->words[*(const unsigned *)slot(object, field->offset)]);
        return true;
    case FIELD_WORDS:
        return print_words(out, field, *(const unsigned *)slot(object, field->offset));
    case FIELD_ITEMS:
        return print_items(out, field, object);
    default:
        return print_text_value(out, field, object);
    }
}
