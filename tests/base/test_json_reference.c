/* What jansson accepts we accept, with the same values; what it refuses we refuse. */
#include "base/json.h"

#include "base/file.h"
#include "tests/base/json_jansson.h"
#include "tests/base/suite.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

static void add_value(struct str *out, const struct json *value)
{
    double number = 0;
    switch (json_type(value)) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        shape_add_open(out, json_is(value, JSON_OBJECT) ? '{' : '[', json_count(value));
        for (const struct json *child = json_first(value); child != NULL;
             child = json_next(child)) {
            if (json_name(child) != NULL)
                shape_add_name(out, json_name(child));
            add_value(out, child);
        }
        break;
    case JSON_STRING:
        shape_add_text(out, json_string(value), json_string_size(value));
        break;
    case JSON_NUMBER:
        ck_assert(json_double(&number, value));
        shape_add_number(out, number);
        break;
    case JSON_BOOL:
        str_add(out, json_bool(value) ? "true\n" : "false\n");
        break;
    case JSON_NULL:
        str_add(out, "null\n");
        break;
    }
}

static struct {
    unsigned accepted;
    unsigned refused;
    unsigned beyond;
} seen;

static void compare(struct bytes text)
{
    /* Deep enough that depth decides nothing here: jansson's own limit is 2048. */
    const struct json_limits limits = {.depth = 1000};
    struct json_doc *doc = NULL;
    struct err err = {0};
    struct str ours;
    struct str theirs;
    str_init(&ours, STR_LIMIT_MAIL);
    str_init(&theirs, STR_LIMIT_MAIL);
    enum jansson_said said = jansson_read(&theirs, text);
    enum status status = json_parse(&doc, text, &limits, NULL, &err);
    if (memchr(text.data, '\0', text.size) != NULL) {
        /* jansson skips NUL bytes between tokens; RFC 8259 allows them nowhere. */
        ck_assert_int_eq(status, ERR_INVALID);
        seen.refused++;
    } else if (said == JANSSON_CANNOT) {
        seen.beyond++;
    } else {
        if ((status == OK) != (said == JANSSON_ACCEPTS))
            ck_abort_msg("jansson %s, we say %s %s: %.*s",
                         said == JANSSON_ACCEPTS ? "accepts" : "refuses", status_word(status),
                         err.text, (int)text.size, (const char *)text.data);
        if (status == OK)
            add_value(&ours, json_root(doc));
        if (strcmp(str_text(&ours), str_text(&theirs)) != 0)
            ck_abort_msg("values differ: %.*s", (int)text.size, (const char *)text.data);
        seen.accepted += status == OK;
        seen.refused += status != OK;
    }
    json_free(doc);
    str_dispose(&ours);
    str_dispose(&theirs);
}

/* xorshift64: the same documents in every run. */
static uint64_t dice_state;

static size_t dice(size_t sides)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 7;
    dice_state ^= dice_state << 17;
    return (size_t)(dice_state % sides);
}

static const char *const tokens[] = {"{",
                                     "}",
                                     "[",
                                     "]",
                                     ",",
                                     ":",
                                     "\"",
                                     "\\",
                                     "\\u",
                                     "\\ud83c",
                                     "\\udfe5",
                                     "\\u0000",
                                     "null",
                                     "true",
                                     "false",
                                     "0",
                                     "-",
                                     "1e5",
                                     "0.5",
                                     "1E+2",
                                     "-0",
                                     "99999999999999999999",
                                     " ",
                                     "\n",
                                     "\t",
                                     "\r",
                                     "\xc3\xa9",
                                     "\xf0\x9f\x8f\xa5",
                                     "\xed\xa0\x80",
                                     "\xff",
                                     "\xc0\x80",
                                     "\x01",
                                     "\"a\"",
                                     "\"a\":1",
                                     ",\"a\":2",
                                     "[]",
                                     "{}",
                                     "\\n",
                                     "/",
                                     "e",
                                     "\xef\xbb\xbf",
                                     "\x7f",
                                     "\"\"",
                                     "\"\":0",
                                     "\xe2\x80\xa8",
                                     "\xf4\x90\x80\x80",
                                     "1",
                                     "."};

static void mutate(struct str *out, struct bytes seed)
{
    size_t changes = 1 + dice(3);
    str_reset(out);
    str_add_n(out, seed.data, seed.size);
    for (size_t i = 0; i < changes; i++) {
        char *copy = xstrndup(str_text(out), out->size);
        size_t size = out->size;
        size_t at = dice(size + 1);
        size_t length = dice(12);
        size_t keep = at;
        if (length > size - at)
            length = size - at;
        str_truncate(out, at);
        switch (dice(5)) {
        case 0: /* drop */
            keep = at + length;
            break;
        case 1: /* double */
            str_add_n(out, copy + at, length);
            break;
        case 2: /* put in */
            str_add(out, tokens[dice(sizeof tokens / sizeof tokens[0])]);
            break;
        case 3: /* put in instead */
            str_add(out, tokens[dice(sizeof tokens / sizeof tokens[0])]);
            keep = at + length;
            break;
        default: /* flip a bit */
            if (at < size) {
                str_add_c(out, (char)((unsigned char)copy[at] ^ (1U << dice(8))));
                keep = at + 1;
            }
            break;
        }
        str_add_n(out, copy + keep, size - keep);
        free(copy);
    }
}

static const char *const seeds[] = {
    "{\"document\":{\"title\":\"Z\xc3\xbcrich \\u00e9\\ud83c\\udfe5\",\"n\":[1,-2.5,3e2],"
    "\"empty\":{},\"none\":null},\"ok\":true}",
    "[\"\",\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",0,-0,1.5e-3,[[[]]],{\"a\":{\"a\":{\"a\":1}}}]",
    "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":{\"a\":1,"
    "\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":10}}",
    "\"alone\"",
    "-12.25",
    " [ true , false ,\r\n\tnull ] ",
};

START_TEST(mutated_documents_are_judged_alike)
{
    struct str s;
    str_init(&s, STR_LIMIT_TEXT);
    dice_state = UINT64_C(0x9E3779B97F4A7C15);
    for (int i = 0; i < COUNT(seeds); i++)
        compare(bytes_of(seeds[i]));
    for (int i = 0; i < 40000; i++) {
        mutate(&s, bytes_of(seeds[i % COUNT(seeds)]));
        compare(str_bytes(&s));
    }
    str_dispose(&s);
    (void)printf("mutated: %u accepted, %u refused by both, %u numbers beyond jansson\n",
                 seen.accepted, seen.refused, seen.beyond);
    ck_assert_uint_gt(seen.accepted, 2000);
    ck_assert_uint_gt(seen.refused, 20000);
}
END_TEST

static void compare_folder(const char *folder, bool mutated)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        (void)printf("SKIP: %s is not here\n", folder);
        return;
    }
    struct str mutant;
    unsigned files = 0;
    str_init(&mutant, STR_LIMIT_TEXT);
    dice_state = UINT64_C(0xD1B54A32D192ED03);
    seen.accepted = seen.refused = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        struct str s;
        char *path = path_join(folder, entry->d_name);
        str_init(&s, STR_LIMIT_TEXT);
        ck_assert_int_eq(file_read(&s, path, STR_LIMIT_TEXT, NULL), OK);
        compare(str_bytes(&s));
        for (int i = 0; mutated && i < 10; i++) {
            mutate(&mutant, str_bytes(&s));
            compare(str_bytes(&mutant));
        }
        str_dispose(&s);
        free(path);
        files++;
    }
    (void)closedir(dir);
    str_dispose(&mutant);
    (void)printf("%s: %u files, %u texts accepted, %u refused by both\n", folder, files,
                 seen.accepted, seen.refused);
    ck_assert_uint_gt(files, 0);
}

START_TEST(real_advisories_and_their_mutants_are_judged_alike)
{
    compare_folder(TEST_SOURCE_DIR "/../shared/corpus/icsma", true);
}
END_TEST

START_TEST(the_fuzz_corpus_is_judged_alike)
{
    compare_folder(TEST_SOURCE_DIR "/tests/fuzz/corpus/json", false);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.json_reference");
    TCase *tcase = tcase_create("reference");
    tcase_set_timeout(tcase, 20);
    tcase_add_test(tcase, mutated_documents_are_judged_alike);
    tcase_add_test(tcase, real_advisories_and_their_mutants_are_judged_alike);
    tcase_add_test(tcase, the_fuzz_corpus_is_judged_alike);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
