/* Any bytes as a file of rules: rules or words, and each rule prints and reads back the same. */
#include "clocks/rule.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print(struct str *out, const struct rule *rule)
{
    str_init(out, STR_LIMIT_MAIL);
    str_add(out, "rules = ( {\n");
    rule_print(out, rule);
    str_add(out, "} );\n");
}

static void read_back(struct arena *arena, const struct rule *rule)
{
    struct rule_file file;
    struct err err = {0};
    struct str once, twice;
    print(&once, rule);
    if (rule_file_parse(&file, arena, "again.cfg", str_bytes(&once), &err) != OK ||
        file.rule_count != 1)
        abort();
    print(&twice, &file.rules[0]);
    if (!bytes_equal(str_bytes(&once), str_bytes(&twice)))
        abort();
    str_dispose(&once);
    str_dispose(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct rule_file file;
    struct err err = {0};
    enum status status = rule_file_parse(&file, arena, "a.cfg", (struct bytes){data, size}, &err);
    if (status == OK)
        for (size_t i = 0; i < file.rule_count; i++)
            read_back(arena, &file.rules[i]);
    else if ((status != ERR_INVALID && status != ERR_LIMIT) || strstr(err.text, "a.cfg") == NULL)
        abort();
    arena_free(arena);
    return 0;
}
