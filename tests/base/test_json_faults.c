/* 81001-5-1 §9.2: what comes from outside is refused with place, reason and cure. */
#include "base/json.h"

#include "base/file.h"
#include "tests/base/suite.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define TEXT(literal)                                                                              \
    {                                                                                              \
        (const unsigned char *)(literal), sizeof(literal) - 1                                      \
    }

static const struct {
    struct bytes text;
    size_t line;
    size_t column;
    const char *what;
    const char *mend;
} faults[] = {
    {TEXT(""), 1, 1, "a value was expected, found the end", "empty"},
    {TEXT(" \n "), 2, 2, "a value was expected, found the end", "cut off"},
    {TEXT("{"), 1, 2, "a name in quotes or \"}\" after \"{\" was expected", "cut off"},
    {TEXT("{a:1}"), 1, 2, "a name in quotes", "double quotes"},
    {TEXT("{'a':1}"), 1, 2, "a name in quotes", "double quotes"},
    {TEXT("{1:1}"), 1, 2, "a name in quotes", "double quotes"},
    {TEXT("[1 \"a\"]"), 1, 4, "an element was expected, found a quotation mark", "comma"},
    {TEXT("{\"a\" 1}"), 1, 6, "a \":\" after the name was expected, found \"1\"", "colon"},
    {TEXT("{\"a\":}"), 1, 6, "a value was expected, found \"}\"", "write a value"},
    {TEXT("{\"a\":1,}"), 1, 8, "a name in quotes after the comma", "remove the comma"},
    {TEXT("{\"a\":1 \"b\":2}"), 1, 8, "a comma or \"}\" after a member", "comma"},
    {TEXT("{\"a\":1]"), 1, 7, "a comma or \"}\" after a member was expected, found \"]\"",
     "close first"},
    {TEXT("[1}"), 1, 3, "a comma or \"]\" after an element was expected, found \"}\"",
     "close first"},
    {TEXT("[1,]"), 1, 4, "a value after the comma was expected, found \"]\"", "remove the comma"},
    {TEXT("[,1]"), 1, 2, "a value was expected, found \",\"", "write a value"},
    {TEXT("[1 2]"), 1, 4, "a comma or \"]\" after an element", ""},
    {TEXT("[1,\n2 3]"), 2, 3, "a comma or \"]\" after an element", ""},
    {TEXT("1 2"), 1, 3, "the end of the text after the document", "one file holds one"},
    {TEXT("{}\n}"), 2, 1, "the end of the text after the document was expected, found \"}\"", ""},
    {TEXT("]"), 1, 1, "a value was expected, found \"]\"", "write a value"},
    {TEXT("// x\n{}"), 1, 1, "a value was expected, found \"/\"", "no comments"},
    {TEXT("[1, # x\n]"), 1, 5, "a value was expected, found \"#\"", "no comments"},
    {TEXT("[1 /* x */]"), 1, 4, "expected, found \"/\"", "no comments"},
    {TEXT("True"), 1, 1, "a value was expected, found \"T\"", "true, false, null"},
    {TEXT("NaN"), 1, 1, "a value was expected, found \"N\"", "true, false, null"},
    {TEXT("undefined"), 1, 1, "a value was expected, found \"u\"", "true, false, null"},
    {TEXT("tru "), 1, 4, "true was expected, found U+0020", "small letters"},
    {TEXT("nulL"), 1, 4, "null was expected, found \"L\"", "small letters"},
    {TEXT("falsey"), 1, 6, "the end of the text after", ""},
    {TEXT("[01]"), 1, 2, "a number that begins with 0", "drop the zeros"},
    {TEXT("[-00]"), 1, 3, "a number that begins with 0", "drop the zeros"},
    {TEXT("+1"), 1, 1, "a value was expected, found \"+\"", ""},
    {TEXT(".5"), 1, 1, "a value was expected, found \".\"", ""},
    {TEXT("[-]"), 1, 3, "a digit after \"-\" was expected, found \"]\"", "numbers like"},
    {TEXT("[1.]"), 1, 4, "a digit after the decimal point", "numbers like"},
    {TEXT("[1.e1]"), 1, 4, "a digit after the decimal point", "numbers like"},
    {TEXT("[1e]"), 1, 4, "a digit in the exponent", "numbers like"},
    {TEXT("[1e+]"), 1, 5, "a digit in the exponent", "numbers like"},
    {TEXT("0x10"), 1, 2, "the end of the text after", ""},
    {TEXT("1,5"), 1, 2, "the end of the text after", ""},
    {TEXT("\"abc"), 1, 5, "a quotation mark at the end of the string was expected", "cut off"},
    {TEXT("\"a\nb\""), 1, 3, "a control character (U+000A) inside a string", "\\n"},
    {TEXT("\"a\tb\""), 1, 3, "a control character (U+0009) inside a string", "\\t"},
    {TEXT("\"a\0b\""), 1, 3, "a control character (U+0000) inside a string", "\\u0001"},
    {TEXT("\"\\x41\""), 1, 3, "after \\ was expected, found \"x\"", "\\\\"},
    {TEXT("\"\\U0041\""), 1, 3, "after \\ was expected, found \"U\"", "\\\\"},
    {TEXT("\"C:\\dir\""), 1, 5, "after \\ was expected, found \"d\"", "\\\\"},
    {TEXT("\"\\u12g4\""), 1, 6, "four hex digits after \\u", "\\u00e9"},
    {TEXT("\"\\u+123\""), 1, 4, "four hex digits after \\u", "\\u00e9"},
    {TEXT("\"\\ud800\""), 1, 8, "the second half of a surrogate pair", "both halves"},
    {TEXT("\"\\ud800\\n\""), 1, 9, "the second half of a surrogate pair", "both halves"},
    {TEXT("\"\\ud800\\u0041\""), 1, 2, "the first half of a surrogate pair alone", "both halves"},
    {TEXT("\"\\ud800\\ud800\""), 1, 2, "the first half of a surrogate pair alone", "both halves"},
    {TEXT("\"\\udc00\""), 1, 2, "the second half of a surrogate pair alone", "both halves"},
    {TEXT("\xef\xbb\xbf{}"), 1, 1, "a byte order mark", "UTF-8 without"},
    {TEXT("\xff\xfe{\0}\0"), 1, 1, "byte 0xFF, which is not UTF-8", "save the file as UTF-8"},
    {TEXT("{\0}\0"), 1, 2, "expected, found U+0000", ""},
    {TEXT("\"M\xfcller\""), 1, 3, "byte 0xFC, which is not UTF-8", "save the file as UTF-8"},
    {TEXT("\"\xc3\xa9\xc0\x80\""), 1, 3, "byte 0xC0, which is not UTF-8", "save the file"},
    {TEXT("\"\xed\xa0\x80\""), 1, 2, "byte 0xED, which is not UTF-8", "save the file as UTF-8"},
    {TEXT("\"\xf4\x90\x80\x80\""), 1, 2, "byte 0xF4, which is not UTF-8", "save the file"},
    {TEXT("\"\xe2\x82"), 1, 2, "the end inside a character", "cut off"},
    {TEXT("{\xe2\x80\x9c"
          "a\xe2\x80\x9d:1}"),
     1, 2, "found U+201C", "straight double quotes"},
    {TEXT("[1,\xc2\xa0"
          "2]"),
     1, 4, "a value was expected, found U+00A0", ""},
    {TEXT("{\"a\":1,\n \"b\":2,\n \"a\":3}"), 3, 2, "the name \"a\" stands twice", "keep one"},
    {TEXT("{\"a\":1,\"\\u0061\":2}"), 1, 8, "the name \"a\" stands twice", "keep one"},
    {TEXT("{\"\":1,\"\":2}"), 1, 7, "the name \"\" stands twice", "keep one"},
    {TEXT("[{\"a\":{\"b\":1,\"b\":1}}]"), 1, 14, "the name \"b\" stands twice", "keep one"},
    {TEXT("{\"a\\u0000\":1}"), 1, 2, "a NUL character inside a name", "remove"},
};

/* Proves: 9.2 outside */
START_TEST(a_faulty_text_is_refused_with_place_reason_and_cure)
{
    struct json_fault fault = {0};
    struct err err = {0};
    struct json_doc *doc = (struct json_doc *)&fault;
    char place[80];
    ck_assert_int_eq(json_parse(&doc, faults[_i].text, NULL, &fault, &err), ERR_INVALID);
    ck_assert_ptr_null(doc);
    ck_assert_msg(strstr(fault.what, faults[_i].what) != NULL, "what: %s", fault.what);
    ck_assert_msg(strstr(fault.mend, faults[_i].mend) != NULL, "mend: %s", fault.mend);
    ck_assert_uint_ne(strlen(fault.mend), 0);
    ck_assert_uint_eq(fault.line, faults[_i].line);
    ck_assert_uint_eq(fault.column, faults[_i].column);
    (void)snprintf(place, sizeof place, "line %zu, column %zu: ", fault.line, fault.column);
    ck_assert_msg(strncmp(err.text, place, strlen(place)) == 0, "err: %s", err.text);
    ck_assert_ptr_nonnull(strstr(err.text, fault.mend));
    ck_assert_int_eq(json_parse(&doc, faults[_i].text, NULL, NULL, NULL), ERR_INVALID);
}
END_TEST

/* Proves: G0, P16 */
START_TEST(a_name_that_stands_twice_is_found_in_objects_of_every_size)
{
    for (int size = 1; size <= 40; size++) {
        for (int again = 0; again < size; again++) {
            struct str s;
            struct json_doc *doc = NULL;
            struct json_fault fault = {0};
            str_init(&s, STR_LIMIT_TEXT);
            str_add(&s, "{\"inner\":{\"n0\":0},");
            for (int i = 0; i < size; i++)
                str_addf(&s, "\"n%d\":%d,", i, i);
            size_t offset = s.size;
            str_addf(&s, "\"n%d\":0}", again);
            enum status status = json_parse(&doc, str_bytes(&s), NULL, &fault, NULL);
            if (status != ERR_INVALID || fault.offset != offset)
                ck_abort_msg("%s: %d at %zu", str_text(&s), (int)status, fault.offset);
            str_dispose(&s);
        }
    }
}
END_TEST

/* Proves: G0, P16 */
START_TEST(limits_are_exact)
{
    struct json_limits limits = {.size = 10, .values = 4, .depth = 3};
    static const struct {
        const char *text;
        enum status status;
        size_t offset;
    } rows[] = {
        {"[[[]]]", OK, 0},       {"[[[[]]]]", ERR_LIMIT, 3},
        {"[{\"a\":{}}]", OK, 0}, {"[[{\"\":[", ERR_LIMIT, 6},
        {"[1,2,3]", OK, 0},      {"[1,2,3,4]", ERR_LIMIT, 7},
        {"12345678  ", OK, 0},   {"12345678   ", ERR_LIMIT, 10},
        {"[[[1]]]", OK, 0},
    };
    for (int i = 0; i < COUNT(rows); i++) {
        struct json_fault fault = {0};
        struct json_doc *doc = NULL;
        struct err err = {0};
        enum status status = json_parse(&doc, bytes_of(rows[i].text), &limits, &fault, &err);
        ck_assert_msg(status == rows[i].status, "%s: %d", rows[i].text, (int)status);
        ck_assert_uint_eq(fault.offset, rows[i].offset);
        ck_assert_int_eq(fault.what[0] != '\0' && fault.mend[0] != '\0', status != OK);
        json_free(doc);
    }
}
END_TEST

/* Every beginning of a text that is one object is refused, and the fault says what was missing. */
static unsigned cut_everywhere(const char *name, struct bytes text)
{
    unsigned cuts = 0;
    struct json_doc *doc = NULL;
    ck_assert_msg(json_parse(&doc, text, NULL, NULL, NULL) == OK, "%s", name);
    json_free(doc);
    while (text.size > 0 && text.data[text.size - 1] != '}')
        text.size--;
    for (size_t size = 0; size < text.size; size++, cuts++) {
        struct json_fault fault = {0};
        /* A copy of the exact size: a sanitizer sees a read behind the end. */
        unsigned char *copy = malloc(size > 0 ? size : 1);
        if (size > 0)
            memcpy(copy, text.data, size);
        enum status status = json_parse(&doc, (struct bytes){copy, size}, NULL, &fault, NULL);
        free(copy);
        if (status != ERR_INVALID || strstr(fault.what, "expected") == NULL ||
            strstr(fault.what, "found the end") == NULL || fault.mend[0] == '\0' ||
            fault.offset > size)
            ck_abort_msg("%s cut at %zu: %s", name, size, fault.what);
    }
    return cuts;
}

START_TEST(a_text_cut_at_any_byte_says_what_was_expected)
{
    static const char text[] =
        "{\"title\": \"Z\xc3\xbcrich \\u00e9\\ud83c\\udfe5 \xf0\x9f\x8f\xa5 \xe2\x82\xac\\n\",\r\n"
        " \"a\\tb\":[true, false,null,[], {}, -0.5e-10,12,[[{\"x\":{\"y\":[1]}}]]],\"z\" : 1e5}\n";
    unsigned cuts = cut_everywhere("own", (struct bytes)TEXT(text));
    ck_assert_uint_gt(cuts, 120);
}
END_TEST

static int smaller_first(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

START_TEST(real_advisories_are_read_whole_and_cut)
{
    static const char folder[] = TEST_SOURCE_DIR "/../shared/corpus/icsma";
    struct dirent **names = NULL;
    int count = scandir(folder, &names, NULL, smaller_first);
    unsigned parsed = 0;
    unsigned cut_files = 0;
    unsigned cuts = 0;
    if (count < 0) {
        (void)printf("SKIP: the corpus of real advisories is not here (%s)\n", folder);
        return;
    }
    for (int i = 0; i < count; i++) {
        struct str s;
        struct json_doc *doc = NULL;
        struct err err = {0};
        char *path = path_join(folder, names[i]->d_name);
        str_init(&s, STR_LIMIT_TEXT);
        if (text_ends(path, ".json")) {
            ck_assert_int_eq(file_read(&s, path, STR_LIMIT_TEXT, &err), OK);
            ck_assert_msg(json_parse(&doc, str_bytes(&s), NULL, NULL, &err) == OK, "%s: %s", path,
                          err.text);
            json_free(doc);
            parsed++;
            if (s.size < 9000 && cut_files < 6) {
                cuts += cut_everywhere(path, str_bytes(&s));
                cut_files++;
            }
        }
        str_dispose(&s);
        free(path);
        free(names[i]);
    }
    free(names);
    (void)printf("read %u real advisories whole, %u of them cut at %u places\n", parsed, cut_files,
                 cuts);
    ck_assert_uint_gt(parsed, 0);
    ck_assert_uint_gt(cuts, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.json_faults");
    TCase *tcase = tcase_create("faults");
    tcase_set_timeout(tcase, 15);
    tcase_add_loop_test(tcase, a_faulty_text_is_refused_with_place_reason_and_cure, 0,
                        COUNT(faults));
    tcase_add_test(tcase, a_name_that_stands_twice_is_found_in_objects_of_every_size);
    tcase_add_test(tcase, limits_are_exact);
    tcase_add_test(tcase, a_text_cut_at_any_byte_says_what_was_expected);
    tcase_add_test(tcase, real_advisories_are_read_whole_and_cut);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
