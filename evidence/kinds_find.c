/* Looking a kind up, and the table as documentation. */
#include "evidence/kinds.h"

#include <assert.h>
#include <string.h>

static const char *const type_words[MEMBER_TYPE_COUNT] = {
    "text", "integer", "boolean", "hash", "instant", "commitment", "list"};

const char *member_type_word(enum member_type type)
{
    assert((int)type >= 0 && type < MEMBER_TYPE_COUNT);
    return type_words[type];
}

const struct entry_kind *entry_kind_find(const char *name)
{
    const struct entry_kind *kinds = NULL;
    const size_t count = entry_kinds(&kinds);
    for (size_t i = 0; name != NULL && i < count; i++)
        if (kinds[i].name[0] == name[0] && strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

bool entry_kind_known(const char *name)
{
    return entry_kind_find(name) != NULL;
}

void entry_print_kinds(struct str *out)
{
    const struct entry_kind *kinds = NULL;
    const size_t count = entry_kinds(&kinds);
    for (size_t i = 0; i < count; i++) {
        if (kinds[i].members == NULL)
            continue;
        str_addf(out, "\n#### %s\n%s\n\n| member | type | what |\n|---|---|---|\n", kinds[i].name,
                 kinds[i].about);
        for (size_t m = 0; m < kinds[i].count; m++)
            str_addf(out, "| `%s`%s | %s | %s |\n", kinds[i].members[m].name,
                     entry_member_younger(kinds[i].name, kinds[i].members[m].name) ? " +" : "",
                     member_type_word(kinds[i].members[m].type), kinds[i].members[m].about);
    }
    str_add(out, "\n#### Reserved\nTheir members come with their feature:");
    for (size_t i = 0; i < count; i++)
        if (kinds[i].members == NULL)
            str_addf(out, " `%s`", kinds[i].name);
    str_add(out, "\n");
}

void entry_print_shapes(struct str *out)
{
    static const char letters[MEMBER_TYPE_COUNT + 1] = "TNBHIPL";
    const struct entry_kind *kinds = NULL;
    const size_t count = entry_kinds(&kinds);
    for (size_t i = 0; i < count; i++) {
        str_addf(out, "    %s%s", kinds[i].name, kinds[i].members == NULL ? " ?" : "");
        for (size_t m = 0; m < kinds[i].count; m++) {
            const struct entry_member *member = &kinds[i].members[m];
            str_addf(out, " %s:%c%s", member->name, letters[member->type],
                     entry_member_younger(kinds[i].name, member->name) ? "?" : "");
        }
        str_add(out, "\n");
    }
}
