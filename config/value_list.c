#include "config/sheet.h"

#include "base/nearest.h"

#include <string.h>

#define WORDS_MOST 32 /* bits of an unsigned */

static size_t word_count(const struct field *field)
{
    size_t count = 0;
    while (field->words[count] != NULL && count < WORDS_MOST)
        count++;
    return count;
}

enum status value_store_word(unsigned *out, const struct field *field, const char *text,
                             struct err *err)
{
    size_t count = word_count(field);
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(field->words[i], text) == 0) {
            *out = i;
            return OK;
        }
    }
    int near = nearest_name(text, field->words, count);
    if (near >= 0)
        return err_set(err, ERR_INVALID, "\"%.80s\" is none of its words: did you mean \"%s\"?",
                       text, field->words[near]);
    struct str all;
    str_init(&all, STR_LIMIT_LINE);
    for (size_t i = 0; i < count; i++)
        str_addf(&all, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", field->words[i]);
    (void)err_set(err, ERR_INVALID, "\"%.80s\" is none of its words: write %s", text,
                  str_text(&all));
    str_dispose(&all);
    return ERR_INVALID;
}

enum status value_store_words(unsigned *out, const struct field *field, const struct value *value,
                              struct err *err)
{
    unsigned set = 0;
    for (size_t i = 0; i < value->count; i++) {
        unsigned word = 0;
        enum status status = value_store_word(&word, field, value->items[i], err);
        if (status != OK)
            return status;
        set |= 1u << word;
    }
    if (set == 0)
        return err_set(err, ERR_INVALID, "is empty: name at least one, such as \"%s\"",
                       field->words[0]);
    *out = set;
    return OK;
}

enum status value_store_texts(void *object, struct arena *arena, const struct field *field,
                              const struct value *value,
                              enum status (*check)(const char *text, struct err *err),
                              struct err *err)
{
    const char **texts = arena_alloc(arena, value->count * sizeof *texts + 1);
    for (size_t i = 0; i < value->count; i++) {
        enum status status = check(value->items[i], err);
        if (status != OK)
            return status;
        texts[i] = arena_strdup(arena, value->items[i]);
    }
    /* Byte by byte: a table does not know the exact type of the member. */
    memcpy((char *)object + field->offset, &texts, sizeof texts);
    *(size_t *)(void *)((char *)object + field->extra) = value->count;
    return OK;
}
