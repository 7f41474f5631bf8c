/* Any bytes as tocsin.conf: settings or words, and what was read prints and reads back the same. */
#include "config/settings.h"
#include "config/table.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status read_text(struct settings *out, struct arena *arena, struct bytes text)
{
    static const struct sheet_source source = {.name = "tocsin.conf", .dir = "/nowhere"};
    struct err err = {0};
    enum status status = sheet_read(out, NULL, arena, &settings_sheet, &source, text, &err);
    if (status != OK && (err.text[0] == '\0' || err.code != status))
        abort();
    /* The guard has passed it and libconfig not: they disagree about the grammar. */
    if (text_ends(err.text, ": take one of the two out") &&
        strstr(err.text, ": duplicate setting name: ") == NULL)
        abort();
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct settings first, second;
    if (read_text(&first, arena, (struct bytes){data, size}) == OK) {
        struct str one, two;
        str_init(&one, STR_LIMIT_TEXT);
        str_init(&two, STR_LIMIT_TEXT);
        settings_print_effective(&one, &first);
        if (read_text(&second, arena, str_bytes(&one)) != OK)
            abort();
        settings_print_effective(&two, &second);
        if (!bytes_equal(str_bytes(&one), str_bytes(&two)))
            abort();
        str_dispose(&one);
        str_dispose(&two);
    }
    arena_free(arena);
    return 0;
}
