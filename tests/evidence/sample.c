#include "tests/evidence/sample.h"

#include <check.h>
#include <stdlib.h>

static const char *const texts[] = {"good",
                                    "",
                                    "with \"quotes\" and \\ backslash",
                                    "tab\tnewline\nreturn\rback\bform\f",
                                    "\x01\x02\x1f",
                                    "gr\xC3\xBC\xC3\x9F Gott \xE2\x82\xAC \xF0\x9F\x8F\xA5",
                                    "\xE2\x80\xA8 \xE2\x80\xA9",
                                    "del \x7F end",
                                    "</script>&<>'",
                                    "\xEF\xBB\xBF\xEF\xBF\xBF",
                                    "null",
                                    "-0",
                                    "\xC2\x85\xC2\xA0"};
static const int64_t numbers[] = {
    0, 1, -1, 1000000, 9007199254740991, -9007199254740991, 1234567890123456, 100000000000000};

#define PICK(list, n) (list)[(n) % (sizeof(list) / sizeof((list)[0]))]

struct entry *sample_entry(const struct entry_kind *kind, unsigned seed)
{
    struct entry *entry = entry_new(kind->name, "dispatcher", seed % 3 == 0 ? NULL : "5f0c");
    for (size_t m = 0; m < kind->count; m++) {
        const char *name = kind->members[m].name;
        unsigned n = seed * 7 + (unsigned)m;
        switch (kind->members[m].type) {
        case MEMBER_TEXT:
            entry_text(entry, name, PICK(texts, n));
            break;
        case MEMBER_INT:
            entry_int(entry, name, PICK(numbers, n));
            break;
        case MEMBER_BOOL:
            entry_bool(entry, name, n % 2 == 0);
            break;
        case MEMBER_HASH:
            entry_text(entry, name,
                       n % 4 == 0 ? NULL
                                  : "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934c"
                                    "a495991b7852b855");
            break;
        case MEMBER_INSTANT:
            entry_instant(entry, name, n % 4 == 0 ? 0 : INT64_C(1795804800000) + n);
            break;
        case MEMBER_PERSONAL:
            entry_personal(entry, name, n % 4 == 0 ? NULL : PICK(texts, n));
            break;
        case MEMBER_LIST: {
            struct json_out *j = entry_data(entry);
            json_out_array(j, name);
            for (unsigned i = 0; i < n % 5; i++) {
                json_out_object(j, NULL);
                json_out_text(j, "pointer", PICK(texts, n + i));
                json_out_text(j, "test", "6.1.1");
                json_out_end(j);
            }
            json_out_end(j);
            break;
        }
        case MEMBER_TYPE_COUNT:
            ck_abort();
        }
    }
    return entry;
}

void sample_chain_make(struct sample_chain *chain, size_t count)
{
    const struct entry_kind *kinds = NULL;
    size_t kind_count = entry_kinds(&kinds);
    struct clock clock;
    clock_init_stopped(&clock, INT64_C(1795804800000));
    *chain = (struct sample_chain){.count = count};
    str_init(&chain->text, STR_LIMIT_TEXT);
    chain->at = xcalloc(count + 1, sizeof *chain->at);
    chain->leaves = xcalloc(count + 1, sizeof *chain->leaves);
    for (size_t i = 0, k = 0; i < count; k++) {
        struct err err = {0};
        if (kinds[k % kind_count].members == NULL)
            continue;
        struct entry *entry = sample_entry(&kinds[k % kind_count], (unsigned)k);
        enum status status =
            entry_seal(&chain->text, &chain->leaves[i], &chain->head, entry, &clock, &err);
        ck_assert_msg(status == OK, "%s", err.text);
        entry_free(entry);
        clock.base_ms += 3;
        chain->at[++i] = chain->text.size;
    }
}

void sample_chain_dispose(struct sample_chain *chain)
{
    str_dispose(&chain->text);
    free(chain->at);
    free(chain->leaves);
}

struct bytes sample_line(const struct sample_chain *chain, size_t i)
{
    struct bytes all = str_bytes(&chain->text);
    return (struct bytes){all.data + chain->at[i], chain->at[i + 1] - chain->at[i]};
}
