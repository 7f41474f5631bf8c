#include "base/json.h"

#include "tests/base/suite.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct json_doc *doc;

static const struct json *parse_n(const char *text, size_t size)
{
    struct err err = {0};
    json_free(doc);
    struct bytes bytes = {(const unsigned char *)text, size};
    ck_assert_msg(json_parse(&doc, bytes, NULL, NULL, &err) == OK, "%s: %s", text, err.text);
    return json_root(doc);
}

static const struct json *parse(const char *text)
{
    return parse_n(text, strlen(text));
}

static void forget(void)
{
    json_free(doc);
    doc = NULL;
}

START_TEST(each_type_is_told_from_the_others)
{
    static const struct {
        const char *text;
        enum json_type type;
    } rows[] = {{"null", JSON_NULL},   {" true ", JSON_BOOL}, {"-0.5e+3", JSON_NUMBER},
                {"\"\"", JSON_STRING}, {"[]", JSON_ARRAY},    {"\t{\r\n}\n", JSON_OBJECT}};
    for (int i = 0; i < COUNT(rows); i++) {
        const struct json *root = parse(rows[i].text);
        ck_assert_int_eq(json_type(root), rows[i].type);
        for (int type = JSON_NULL; type <= JSON_OBJECT; type++)
            ck_assert_int_eq(json_is(root, (enum json_type)type), (int)rows[i].type == type);
        ck_assert_int_eq(json_bool(root), rows[i].type == JSON_BOOL);
        ck_assert_int_eq(json_string(root) != NULL, rows[i].type == JSON_STRING);
        ck_assert_int_eq(json_number(root) != NULL, rows[i].type == JSON_NUMBER);
        ck_assert_uint_eq(json_count(root), 0);
        ck_assert_ptr_null(json_first(root));
        ck_assert_ptr_null(json_next(root));
        ck_assert_ptr_null(json_parent(root));
        ck_assert_ptr_null(json_name(root));
    }
    ck_assert(!json_bool(parse("false")));
}
END_TEST

START_TEST(nothing_is_a_value_that_is_not_there)
{
    int64_t n = 5;
    double d = 5;
    const struct json *deepest = json_root((parse("{}"), doc));
    ck_assert_int_eq(json_type(NULL), JSON_NULL);
    ck_assert(!json_is(NULL, JSON_NULL) && !json_bool(NULL));
    ck_assert(json_string(NULL) == NULL && json_string_size(NULL) == 0);
    ck_assert(json_number(NULL) == NULL && !json_int(&n, NULL) && !json_double(&d, NULL));
    ck_assert(json_get(NULL, "a") == NULL && json_first(NULL) == NULL && json_next(NULL) == NULL);
    ck_assert(json_name(NULL) == NULL && json_count(NULL) == 0 && json_parent(NULL) == NULL);
    ck_assert(json_at(NULL, "/a", &deepest) == NULL && deepest == NULL);
    ck_assert(n == 5 && d == 5);
    json_free(NULL);
}
END_TEST

static const struct {
    const char *text;
    const char *value;
    size_t size;
} strings[] = {
    {"\"\"", "", 0},
    {"\"abc\"", "abc", 3},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8},
    {"\"\\u0041\\u00e9\\u20AC\\uD83C\\uDFE5\"", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x8f\xa5", 10},
    {"\"\\uFFFF\\uFFFD\"", "\xef\xbf\xbf\xef\xbf\xbd", 6},
    {"\"\\udbff\\udfff\"", "\xf4\x8f\xbf\xbf", 4},
    {"\"a\\u0000b\"", "a\0b", 3},
    {"\"\x7f Z\xc3\xbcrich \xf0\x9f\x8f\xa5\"", "\x7f Z\xc3\xbcrich \xf0\x9f\x8f\xa5", 14},
};

START_TEST(strings_are_unescaped)
{
    const struct json *root = parse(strings[_i].text);
    ck_assert_uint_eq(json_string_size(root), strings[_i].size);
    ck_assert_int_eq(memcmp(json_string(root), strings[_i].value, strings[_i].size + 1), 0);
}
END_TEST

START_TEST(numbers_keep_their_digits_and_convert_when_they_fit)
{
    static const struct {
        const char *text;
        bool is_int;
        int64_t i;
        bool is_double;
        double d;
    } rows[] = {
        {"0", true, 0, true, 0},
        {"-0", true, 0, true, -0.0},
        {"9223372036854775807", true, INT64_MAX, true, 9223372036854775807.0},
        {"-9223372036854775808", true, INT64_MIN, true, -9223372036854775808.0},
        {"9223372036854775808", false, 0, true, 9223372036854775808.0},
        {"1.0", false, 0, true, 1},
        {"1e2", false, 0, true, 100},
        {"9.8", false, 0, true, 9.8},
        {"-1.5E-3", false, 0, true, -0.0015},
        {"1e308", false, 0, true, 1e308},
        {"1e309", false, 0, false, 0},
        {"1e-400", false, 0, true, 0},
    };
    for (int i = 0; i < COUNT(rows); i++) {
        int64_t n = 77;
        double d = 77;
        const struct json *root = parse(rows[i].text);
        ck_assert_str_eq(json_number(root), rows[i].text);
        ck_assert_int_eq(json_int(&n, root), rows[i].is_int);
        ck_assert_int_eq(n, rows[i].is_int ? rows[i].i : 77);
        ck_assert_int_eq(json_double(&d, root), rows[i].is_double);
        ck_assert_double_eq(d, rows[i].is_double ? rows[i].d : 77);
    }
    ck_assert(signbit((json_double(&(double){0}, parse("-0")), -0.0)));
}
END_TEST

START_TEST(the_users_language_does_not_move_the_decimal_point)
{
    double d = 0;
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && setlocale(LC_ALL, "fr_FR.UTF-8") == NULL)
        (void)printf("SKIP: no locale with a decimal comma is installed\n");
    ck_assert(json_double(&d, parse("7.5")));
    ck_assert_double_eq(d, 7.5);
}
END_TEST

START_TEST(members_and_elements_stay_in_the_order_of_the_text)
{
    const struct json *root = parse("{\"z\":1,\"a\":[10,[],{\"b\":2}],\"\":null}");
    ck_assert_uint_eq(json_count(root), 3);
    const struct json *z = json_first(root);
    const struct json *a = json_next(z);
    const struct json *empty = json_next(a);
    ck_assert_str_eq(json_name(z), "z");
    ck_assert_str_eq(json_name(a), "a");
    ck_assert_str_eq(json_name(empty), "");
    ck_assert_ptr_null(json_next(empty));
    ck_assert_ptr_eq(json_get(root, "z"), z);
    ck_assert_ptr_eq(json_get(root, ""), empty);
    ck_assert_ptr_null(json_get(root, "b"));
    ck_assert_ptr_null(json_get(root, NULL));
    ck_assert_ptr_null(json_get(a, "0"));
    ck_assert_uint_eq(json_count(a), 3);
    const struct json *last = json_next(json_next(json_first(a)));
    ck_assert_ptr_null(json_name(last));
    ck_assert_ptr_null(json_next(last));
    ck_assert_ptr_eq(json_parent(last), a);
    ck_assert_ptr_eq(json_parent(json_get(last, "b")), last);
}
END_TEST

/* Around JSON_SMALL the way of looking up changes: every size must find every name. */
START_TEST(objects_of_every_size_find_all_their_members)
{
    for (int size = 0; size < 300; size += size < 20 ? 1 : 41) {
        struct str s;
        char name[32];
        str_init(&s, STR_LIMIT_TEXT);
        str_add(&s, "[{\"n0\":-1,\"n1\":-1},{");
        for (int i = 0; i < size; i++)
            str_addf(&s, "%s\"n%d\":[{\"n%d\":%d}]", i > 0 ? "," : "", i, i, i);
        str_add(&s, "}]");
        const struct json *object = json_next(json_first(parse(str_text(&s))));
        ck_assert_uint_eq(json_count(object), (size_t)size);
        for (int i = 0; i < size; i++) {
            int64_t n = -1;
            (void)snprintf(name, sizeof name, "n%d", i);
            ck_assert(json_int(&n, json_get(json_first(json_get(object, name)), name)) && n == i);
        }
        (void)snprintf(name, sizeof name, "n%d", size);
        ck_assert_ptr_null(json_get(object, name));
        str_dispose(&s);
    }
}
END_TEST

/* As dense as names can be: the table is as full as it ever gets. */
START_TEST(names_that_come_again_stand_once_and_none_for_another)
{
    static const char *const names[] = {"name",  "nam",  "name\\", "nam\"",
                                        "n\\me", "name", "\"",     "nAme"};
    const struct json *root = parse("[{\"name\":0},{\"nam\":1},{\"name\\\\\":2},{\"nam\\\"\":3},"
                                    "{\"n\\\\me\":4},{\"n\\u0061me\":5},{\"\\\"\":6},"
                                    "{\"n\\u0041me\":7},{\"name\":8}]");
    const struct json *last = NULL;
    size_t i = 0;
    for (const struct json *at = json_first(root); at != NULL && i < COUNT(names);
         at = json_next(at))
        ck_assert_str_eq(json_name(json_first(at)), names[i++]);
    ck_assert_uint_eq(i, COUNT(names));
    for (const struct json *at = json_first(root); at != NULL; at = json_next(at))
        last = json_first(at);
    ck_assert_ptr_eq(json_name(last), json_name(json_first(json_first(root))));
    ck_assert_ptr_eq(json_by_index(doc, json_index(last)), last);
    ck_assert_ptr_null(json_by_index(doc, json_values(doc)));
    /* A NUL in the text is no end of a known name; both have their place in the table of these. */
    static const char nul[] = "[{\"a\":\"B\"},{\"a\0B\":2}]";
    struct json_doc *other = NULL;
    struct json_fault fault = {.offset = 0};
    struct bytes bytes = {(const unsigned char *)nul, sizeof nul - 1};
    ck_assert_int_eq(json_parse(&other, bytes, NULL, &fault, NULL), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(fault.what, "control character"));
    ck_assert_ptr_null(other);
    forget();
}
END_TEST

START_TEST(many_objects_of_the_same_names_keep_their_own)
{
    for (int objects = 100; objects < 170; objects++) {
        struct str s;
        int64_t n = -1;
        int wrong = 0;
        str_init(&s, STR_LIMIT_TEXT);
        str_add(&s, "[0");
        for (int i = 0; i < objects; i++)
            str_addf(&s,
                     ",{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":%d,\"i\":9}",
                     i);
        str_add_c(&s, ']');
        const struct json *object = json_next(json_first(parse(str_text(&s))));
        for (int i = 0; i < objects; i++, object = json_next(object))
            wrong +=
                !json_int(&n, json_get(object, "h")) || n != i || json_get(object, "j") != NULL;
        ck_assert_int_eq(wrong, 0);
        ck_assert_ptr_null(object);
        str_dispose(&s);
    }
}
END_TEST

static const char pointer_text[] =
    "{\"foo\":[\"bar\",{\"x\":1}],\"\":0,\"a/b\":1,\"m~n\":8,\"~1\":9,\" \":7,\"c%d\":2,\"0\":5}";

static const struct {
    const char *pointer;
    const char *found;   /* what json_pointer says of the value; NULL: none */
    const char *deepest; /* of the innermost that exists */
} pointers[] = {
    {"", "", ""},
    {"/foo", "/foo", "/foo"},
    {"/foo/0", "/foo/0", "/foo/0"},
    {"/foo/1/x", "/foo/1/x", "/foo/1/x"},
    {"/", "/", "/"},
    {"/a~1b", "/a~1b", "/a~1b"},
    {"/m~0n", "/m~0n", "/m~0n"},
    {"/~01", "/~01", "/~01"},
    {"/ ", "/ ", "/ "},
    {"/c%d", "/c%d", "/c%d"},
    {"/0", "/0", "/0"},
    {"foo", NULL, ""},
    {"/bar", NULL, ""},
    {"/foo/2", NULL, "/foo"},
    {"/foo/00", NULL, "/foo"},
    {"/foo/01", NULL, "/foo"},
    {"/foo/-", NULL, "/foo"},
    {"/foo/-0", NULL, "/foo"},
    {"/foo/+1", NULL, "/foo"},
    {"/foo/18446744073709551616", NULL, "/foo"},
    {"/foo/1/y/z", NULL, "/foo/1"},
    {"/foo/0/x", NULL, "/foo/0"},
    {"/foo/", NULL, "/foo"},
    {"/m~n", NULL, ""},
    {"/~2", NULL, ""},
    {"/foo/1/x/", NULL, "/foo/1/x"},
};

START_TEST(pointers_lead_to_values_and_back)
{
    struct str s;
    const struct json *deepest = NULL;
    const struct json *root = parse(pointer_text);
    const struct json *found = json_at(root, pointers[_i].pointer, &deepest);
    str_init(&s, 100);
    ck_assert_int_eq(found != NULL, pointers[_i].found != NULL);
    ck_assert_ptr_eq(json_at(root, pointers[_i].pointer, NULL), found);
    if (found != NULL)
        json_pointer(&s, found);
    ck_assert_str_eq(str_text(&s), found != NULL ? pointers[_i].found : "");
    str_reset(&s);
    json_pointer(&s, deepest);
    ck_assert_str_eq(str_text(&s), pointers[_i].deepest);
    str_dispose(&s);
}
END_TEST

START_TEST(elements_are_reached_by_indexes_of_several_digits)
{
    int64_t n = -1;
    const struct json *root = parse("[0,1,2,3,4,5,6,7,8,9,10,11]");
    ck_assert(json_int(&n, json_at(root, "/11", NULL)) && n == 11);
    ck_assert_ptr_null(json_at(root, "/12", NULL));
    ck_assert_ptr_null(json_at(root, "/011", NULL));
}
END_TEST

START_TEST(a_pointer_may_begin_below_the_root)
{
    const struct json *foo = json_get(parse(pointer_text), "foo");
    ck_assert_ptr_eq(json_at(foo, "/1/x", NULL), json_at(json_root(doc), "/foo/1/x", NULL));
}
END_TEST

START_TEST(places_count_lines_and_characters)
{
    static const struct {
        const char *pointer;
        size_t line;
        size_t column;
    } rows[] = {{"", 2, 2}, {"/Z\xc3\xbcrich", 3, 11}, {"/b", 4, 7}, {"/b/0", 5, 1}, {"/c", 6, 14}};
    const struct json *root = parse("\r\n {\n\"Z\xc3\xbcrich\": 1,\n\t\"b\": [\n"
                                    "2], \n\"\xf0\x9f\x8f\xa5\":\"\xc3\xa9\", \"c\":3}");
    for (int i = 0; i < COUNT(rows); i++) {
        size_t line = 0;
        size_t column = 0;
        json_where(doc, json_at(root, rows[i].pointer, NULL), &line, &column);
        ck_assert_uint_eq(line, rows[i].line);
        ck_assert_uint_eq(column, rows[i].column);
    }
}
END_TEST

START_TEST(places_are_right_far_into_a_text)
{
    struct str s;
    str_init(&s, STR_LIMIT_TEXT);
    str_add_c(&s, '[');
    for (int i = 0; i < 3000; i++)
        str_addf(&s, "%s\"%.*s\"", i % 7 == 0 ? (i > 0 ? ",\n" : "\n") : ",", i % 13 * 2,
                 "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
                 "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9");
    str_add_c(&s, ']');
    const struct json *element = json_first(parse_n(str_text(&s), s.size));
    size_t wanted = 1;
    for (int i = 0; i < 3000; i++, element = json_next(element)) {
        size_t line = 0;
        size_t column = 0;
        if (i % 7 == 0)
            wanted = 1;
        json_where(doc, element, &line, &column);
        if (line != (size_t)(2 + i / 7) || column != wanted)
            ck_abort_msg("element %d: line %zu, column %zu", i, line, column);
        wanted += (size_t)(i % 13) + 3;
    }
    str_dispose(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.json");
    TCase *tcase = tcase_create("json");
    tcase_add_checked_fixture(tcase, NULL, forget);
    tcase_add_test(tcase, each_type_is_told_from_the_others);
    tcase_add_test(tcase, nothing_is_a_value_that_is_not_there);
    tcase_add_loop_test(tcase, strings_are_unescaped, 0, COUNT(strings));
    tcase_add_test(tcase, numbers_keep_their_digits_and_convert_when_they_fit);
    tcase_add_test(tcase, the_users_language_does_not_move_the_decimal_point);
    tcase_add_test(tcase, members_and_elements_stay_in_the_order_of_the_text);
    tcase_add_test(tcase, objects_of_every_size_find_all_their_members);
    tcase_add_test(tcase, many_objects_of_the_same_names_keep_their_own);
    tcase_add_test(tcase, names_that_come_again_stand_once_and_none_for_another);
    tcase_add_loop_test(tcase, pointers_lead_to_values_and_back, 0, COUNT(pointers));
    tcase_add_test(tcase, elements_are_reached_by_indexes_of_several_digits);
    tcase_add_test(tcase, a_pointer_may_begin_below_the_root);
    tcase_add_test(tcase, places_count_lines_and_characters);
    tcase_add_test(tcase, places_are_right_far_into_a_text);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
