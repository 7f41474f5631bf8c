/* Any bytes: a table or a refusal; a table written by us is read back as it was. */
#include "base/csv.h"
#include "base/utf8.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct csv_column columns[] = {
    {.name = "party", .needed = true},
    {.name = "email"},
    {.name = "serial", .no_exponent = true},
};
#define COLUMNS (sizeof columns / sizeof columns[0])

static void check_again(struct arena *arena, const struct csv *csv)
{
    struct str text;
    struct csv again;
    str_init(&text, STR_LIMIT_MAIL);
    str_add(&text, "party,email,serial\r\n");
    for (size_t i = 0; i < csv->count; i++)
        for (size_t k = 0; k < COLUMNS; k++)
            csv_add_field(&text, csv->rows[i].fields[k], k + 1 == COLUMNS);
    assert(str_ok(&text));
    enum status status =
        csv_parse(&again, arena, "again", str_bytes(&text), columns, COLUMNS, NULL);
    assert(status == OK && again.count == csv->count);
    for (size_t i = 0; i < csv->count; i++) {
        for (size_t k = 0; k < COLUMNS; k++) {
            const char *before = csv->rows[i].fields[k];
            const char *after = again.rows[i].fields[k];
            /* Signs that begin a formula were defused. */
            if (before != NULL && strchr("=+-@", before[0]) != NULL)
                after += after[0] == '\'';
            assert(text_equal(before, after));
        }
    }
    str_dispose(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct csv csv = {0};
    struct err err = {0};
    struct bytes text = {data, size};
    enum status status = csv_parse(&csv, arena, "fuzz.csv", text, columns, COLUMNS, &err);
    if (status == OK) {
        size_t line = 1;
        for (size_t i = 0; i < csv.count; i++) {
            bool any = false;
            assert(csv.rows[i].line > line);
            line = csv.rows[i].line;
            for (size_t k = 0; k < COLUMNS; k++) {
                const char *field = csv.rows[i].fields[k];
                any = any || field != NULL;
                assert(field == NULL || (field[0] != '\0' && utf8_valid(bytes_of(field), NULL)));
            }
            assert(any);
        }
        check_again(arena, &csv);
    } else {
        assert(status == ERR_INVALID && text_starts(err.text, "fuzz.csv row "));
    }
    arena_free(arena);
    return 0;
}
