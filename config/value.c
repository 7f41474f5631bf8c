#include "config/sheet.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/number.h"
#include "base/word.h"
#include "config/check.h"
#include "config/order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_LIMIT 500
#define ARRAY_LIMIT 32
#define KIB INT64_C(1024)
#define SUBMISSION_PORT 587 /* RFC 6409 */

/* Where a field's value stands in the struct. */
static void *slot(void *object, size_t offset)
{
    return (char *)object + offset;
}

/* Byte by byte: a table does not know whether the member is a char * or a const char *. */
static void put_pointer(void *object, size_t offset, const void *pointer)
{
    memcpy((char *)object + offset, &pointer, sizeof pointer);
}

static enum value_kind kind_wanted(enum field_type type)
{
    if (type == FIELD_NUMBER)
        return VALUE_NUMBER;
    if (type == FIELD_FLAG)
        return VALUE_FLAG;
    if (type == FIELD_ROLES || type == FIELD_LANGUAGES || type == FIELD_WORDS ||
        type == FIELD_TEXTS)
        return VALUE_ARRAY;
    return type == FIELD_ITEMS ? VALUE_OTHER : VALUE_TEXT;
}

const char *value_wanted(enum field_type type)
{
    switch (kind_wanted(type)) {
    case VALUE_NUMBER:
        return "a whole number";
    case VALUE_FLAG:
        return "true or false";
    case VALUE_ARRAY:
        return "an array of texts";
    case VALUE_OTHER:
        return "a list of groups";
    case VALUE_TEXT:
        break;
    }
    return "text";
}

static enum status wrong_kind(const struct field *field, const struct value *value, struct err *err)
{
    const char *cure = "write it in quotes";
    if (kind_wanted(field->type) == VALUE_ARRAY)
        cure = "write it as [ \"one\", \"two\" ]";
    else if (kind_wanted(field->type) == VALUE_FLAG)
        cure = "write true or false, without quotes";
    else if (kind_wanted(field->type) == VALUE_NUMBER)
        cure = value->kind == VALUE_TEXT ? "write it without quotes" : "write decimal digits";
    else if (field->type == FIELD_DURATION)
        cure = "write a length of time in quotes, such as \"24h\"";
    else if (field->type == FIELD_SIZE)
        cure = "write a size in quotes, such as \"10M\"";
    return err_set(err, ERR_INVALID, "is %s, %s is wanted: %s", value->is,
                   value_wanted(field->type), cure);
}

static enum status out_of_range(const struct field *field, const char *shown, struct err *err)
{
    struct str bounds;
    str_init(&bounds, STR_LIMIT_LINE);
    (void)value_bounds(&bounds, field);
    (void)err_set(err, ERR_INVALID, "%s is out of range: %s is possible", shown, str_text(&bounds));
    str_dispose(&bounds);
    return ERR_INVALID;
}

static enum status store_number(int64_t *out, const struct field *field, int64_t number,
                                struct err *err)
{
    char shown[24];
    if (number < field->min || number > field->max) {
        struct str digits;
        str_init(&digits, sizeof shown);
        str_add_int(&digits, number);
        enum status status = out_of_range(field, str_text(&digits), err);
        str_dispose(&digits);
        return status;
    }
    *out = number;
    return OK;
}

static enum status store_duration(int64_t *out, const struct field *field, const char *text,
                                  struct err *err)
{
    int64_t ms = 0;
    enum status status = duration_parse(&ms, text, err);
    if (status != OK)
        return status;
    if (ms < field->min || ms > field->max)
        return out_of_range(field, text, err);
    *out = ms;
    return OK;
}

static enum status store_size(int64_t *out, const struct field *field, const char *text,
                              struct err *err)
{
    size_t size = strlen(text);
    int64_t unit = text_ends(text, "K") ? KIB : text_ends(text, "M") ? KIB * KIB : 1;
    struct bytes digits = {(const unsigned char *)text, size - (unit > 1 ? 1 : 0)};
    int64_t number = 0;
    if (!number_parse_n(&number, digits) || number < 0)
        return err_set(err, ERR_INVALID,
                       "\"%.80s\" is not a size: write it as \"512K\", \"10M\" or a count of bytes",
                       text);
    if (number > field->max || number * unit < field->min || number * unit > field->max)
        return out_of_range(field, text, err);
    *out = number * unit;
    return OK;
}

static enum status store_roles(unsigned *out, const struct value *value, struct err *err)
{
    unsigned roles = 0;
    for (size_t i = 0; i < value->count; i++) {
        enum role role = ROLE_PSIRT;
        if (!role_of(&role, value->items[i]))
            return err_set(err, ERR_INVALID,
                           "\"%.80s\" is no role: psirt, regulatory, quality, safety and service "
                           "are possible",
                           value->items[i]);
        roles |= 1u << role;
    }
    if (roles == 0)
        return err_set(err, ERR_INVALID, "is empty: name at least one role");
    *out = roles;
    return OK;
}

static enum status check_line(const char *text, struct err *err)
{
    return check_plain(text, false, 1, TEXT_LIMIT, err);
}

/* A day that exists. */
static enum status check_date(const char *text, struct err *err)
{
    int64_t midnight = 0;
    char *instant = xprintf("%sT00:00:00Z", text);
    bool good = strlen(text) == strlen("2026-11-27") && clock_parse(&midnight, instant, NULL) == OK;
    free(instant);
    return good ? OK
                : err_set(err, ERR_INVALID, "\"%.40s\" is not a day: write it as 2026-11-27", text);
}

/* Words of a list: the setting's own type decides which. */
static enum status store_word(void *object, const struct field *field, const char *text,
                              struct err *err)
{
    static const char *const answers[] = {"unknown", "no", "yes"}; /* enum exploited */
    enum level level = LEVEL_SEALED;
    const char *possible = "";
    if (field->type == FIELD_LEVEL) {
        possible = "\"tls\" or \"sealed\"";
        if (level_of(&level, text) && level <= LEVEL_TLS) {
            *(enum level *)slot(object, field->offset) = level;
            return OK;
        }
    } else if (field->type == FIELD_FORM) {
        possible = "\"personal\" or \"broadcast\"";
        if (form_of(slot(object, field->offset), text))
            return OK;
    } else if (field->type == FIELD_PARTY_KIND) {
        possible = "a kind of party such as \"hdo\" or \"regulator\"";
        if (party_kind_of(slot(object, field->offset), text))
            return OK;
    } else if (field->type == FIELD_TLP) {
        possible = "\"CLEAR\", \"GREEN\", \"AMBER\", \"AMBER+STRICT\" or \"RED\"";
        if (tlp_of(slot(object, field->offset), text)) {
            *(bool *)slot(object, field->extra) = true;
            return OK;
        }
    } else {
        possible = "\"yes\", \"no\" or \"unknown\"";
        for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
            if (strcmp(answers[i], text) == 0) {
                *(enum exploited *)slot(object, field->offset) = (enum exploited)i;
                return OK;
            }
    }
    return err_set(err, ERR_INVALID, "\"%.80s\" is none of its words: write %s", text, possible);
}

static enum status store_path(void *object, struct arena *arena, const struct field *field,
                              const char *text, const char *dir, struct err *err)
{
    enum status status = OK;
    const char *path = NULL;
    if (field->type == FIELD_STORE)
        status = check_store(text, err);
    if (status != OK)
        return status;
    if (dir == NULL || strstr(text, "://") != NULL) {
        path = arena_strdup(arena, text);
    } else {
        char *joined = path_join(dir, text);
        path = arena_strdup(arena, joined);
        free(joined);
    }
    if (field->type == FIELD_PRESENT || field->type == FIELD_PRIVATE)
        status = check_present(path, field->type == FIELD_PRIVATE, err);
    if (status == OK)
        put_pointer(object, field->offset, path);
    return status;
}

static enum status store_relay(void *object, struct arena *arena, const struct field *field,
                               const char *text, struct err *err)
{
    size_t host_size = 0;
    int64_t port = SUBMISSION_PORT;
    enum status status = check_relay(&host_size, &port, text, err);
    if (status == OK) {
        put_pointer(object, field->offset, arena_strndup(arena, text, host_size));
        *(int64_t *)slot(object, field->extra) = port;
    }
    return status;
}

/* The shape of a text that is kept as it is. */
static enum status check_shape(enum field_type type, const char *text, struct err *err)
{
    static const struct {
        enum field_type type;
        enum status (*check)(const char *text, struct err *err);
    } shapes[] = {{FIELD_PHONE, check_phone},
                  {FIELD_MAKER_ID, check_maker_id},
                  {FIELD_PERSON_ID, check_person_id},
                  {FIELD_COUNTRY, check_country},
                  {FIELD_URL, check_url},
                  {FIELD_OID, check_oid},
                  {FIELD_ADDRESS, check_address},
                  {FIELD_RETURN, check_return},
                  {FIELD_HOST, check_host},
                  {FIELD_RRULE, check_rrule},
                  {FIELD_ZONE, check_zone},
                  {FIELD_FILE_NAME, check_file_name},
                  {FIELD_SHA256, check_sha256},
                  {FIELD_DATE, check_date},
                  {FIELD_LANGUAGE, check_language}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        if (shapes[i].type == type)
            return shapes[i].check(text, err);
    return OK;
}

static enum status store_text(void *object, struct arena *arena, const struct field *field,
                              const char *text, const char *dir, struct err *err)
{
    size_t max = field->max > 0 ? (size_t)field->max : TEXT_LIMIT;
    enum status status = check_plain(text, field->type == FIELD_PROSE, 1, max, err);
    if (status != OK)
        return status;
    switch ((int)field->type) {
    case FIELD_SIZE:
        return store_size(slot(object, field->offset), field, text, err);
    case FIELD_DURATION:
        return store_duration(slot(object, field->offset), field, text, err);
    case FIELD_INSTANT:
        return clock_parse(slot(object, field->offset), text, err);
    case FIELD_LEVEL:
    case FIELD_FORM:
    case FIELD_PARTY_KIND:
    case FIELD_TLP:
    case FIELD_EXPLOITED:
        return store_word(object, field, text, err);
    case FIELD_WORD:
        return value_store_word(slot(object, field->offset), field, text, err);
    case FIELD_RELAY:
        return store_relay(object, arena, field, text, err);
    case FIELD_PATH:
    case FIELD_PRESENT:
    case FIELD_PRIVATE:
    case FIELD_STORE:
        return store_path(object, arena, field, text, dir, err);
    default:
        break;
    }
    status = check_shape(field->type, text, err);
    if (status == OK)
        put_pointer(object, field->offset, arena_strdup(arena, text));
    return status;
}

enum status value_store(void *object, struct arena *arena, const struct field *field,
                        const struct value *value, const char *dir, struct err *err)
{
    if (value->kind != kind_wanted(field->type) || field->type == FIELD_ITEMS)
        return wrong_kind(field, value, err);
    if (value->kind == VALUE_ARRAY && value->count > ARRAY_LIMIT)
        return err_set(err, ERR_INVALID, "has %zu entries: at most %d are possible", value->count,
                       ARRAY_LIMIT);
    if (field->type == FIELD_NUMBER)
        return store_number(slot(object, field->offset), field, value->number, err);
    if (field->type == FIELD_ROLES)
        return store_roles(slot(object, field->offset), value, err);
    if (field->type == FIELD_LANGUAGES)
        return value_store_texts(object, arena, field, value, check_language, err);
    if (field->type == FIELD_TEXTS)
        return value_store_texts(object, arena, field, value, check_line, err);
    if (field->type == FIELD_WORDS)
        return value_store_words(slot(object, field->offset), field, value, err);
    if (field->type == FIELD_FLAG) {
        *(bool *)slot(object, field->offset) = value->flag;
        return OK;
    }
    return store_text(object, arena, field, value->text, dir, err);
}

void value_store_preset(void *object, struct arena *arena, const struct field *field,
                        const char *dir)
{
    const char *items[ROLE_COUNT];
    struct value value = {.kind = kind_wanted(field->type), .text = field->preset, .items = items};
    char *words = arena_strdup(arena, field->preset);
    char *rest = words;
    if (field->type == FIELD_NUMBER && !number_parse(&value.number, field->preset))
        abort();
    if (field->type == FIELD_FLAG)
        value.flag = strcmp(field->preset, "true") == 0;
    while (field->type == FIELD_ROLES && rest != NULL && value.count < ROLE_COUNT)
        items[value.count++] = strsep(&rest, " ");
    struct err err = {0};
    enum status status = value_store(object, arena, field, &value, dir, &err);
    assert(status == OK); /* the table itself is wrong; a test loads every preset */
}
