#include "base/utf8.h"

#include "tests/base/suite.h"

#include <string.h>

#define TEXT(literal)                                                                              \
    {                                                                                              \
        (const unsigned char *)(literal), sizeof(literal) - 1                                      \
    }

static const struct bytes valid[] = {
    TEXT(""),
    TEXT("a\0b"),
    TEXT("\x7f"),
    TEXT("\xc2\x80"),
    TEXT("\xdf\xbf"),
    TEXT("\xe0\xa0\x80"),
    TEXT("\xed\x9f\xbf"),
    TEXT("\xee\x80\x80"),
    TEXT("\xef\xbf\xbf"),
    TEXT("\xf0\x90\x80\x80"),
    TEXT("\xf4\x8f\xbf\xbf"),
};

START_TEST(well_formed_text_is_valid)
{
    ck_assert(utf8_valid(valid[_i], NULL));
}
END_TEST

static const struct {
    struct bytes text;
    size_t bad_at;
} invalid[] = {
    {TEXT("\x80"), 0}, /* a continuation alone */
    {TEXT("ab\xbf"), 2},
    {TEXT("\xc0\x80"), 0}, /* NUL in two bytes */
    {TEXT("\xc1\xbf"), 0},
    {TEXT("\xe0\x9f\xbf"), 0}, /* not the shortest */
    {TEXT("\xf0\x8f\xbf\xbf"), 0},
    {TEXT("\xed\xa0\x80"), 0}, /* surrogates */
    {TEXT("\xed\xbf\xbf"), 0},
    {TEXT("\xf4\x90\x80\x80"), 0}, /* beyond U+10FFFF */
    {TEXT("\xf5\x80\x80\x80"), 0},
    {TEXT("\xff\xfe"), 0},
    {TEXT("\xc3"), 0}, /* cut */
    {TEXT("a\xe2\x82"), 1},
    {TEXT("\xf0\x9f\x98"), 0},
    {TEXT("\xc3\x28"), 0},
    {TEXT("\xe2\x28\xa1"), 0},
    {TEXT("\xe2\x82\x28"), 0},
    {TEXT("\xf0\x90\x28\x80"), 0},
    /* Cut although the right bytes lie behind the end. */
    {{(const unsigned char *)"\xc3\xa9", 1}, 0},
    {{(const unsigned char *)"\xe2\x82\xac", 2}, 0},
    {{(const unsigned char *)"\xf0\x9f\x8f\xa5", 3}, 0},
    {TEXT("M\xfcller"), 1}, /* Windows-1252 */
};

START_TEST(ill_formed_text_is_found_where_it_begins)
{
    size_t bad_at = 99;
    ck_assert(!utf8_valid(invalid[_i].text, &bad_at));
    ck_assert_uint_eq(bad_at, invalid[_i].bad_at);
    ck_assert(!utf8_valid(invalid[_i].text, NULL));
}
END_TEST

START_TEST(every_code_point_survives_writing_and_reading)
{
    unsigned wrong = 0;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        unsigned char bytes[4];
        size_t at = 0;
        size_t size = utf8_encode(bytes, c);
        uint32_t wanted = c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c;
        uint32_t back = utf8_next((struct bytes){bytes, size}, &at);
        wrong += back != wanted || at != size;
    }
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(what_is_no_code_point_is_written_as_a_replacement)
{
    struct str s;
    str_init(&s, 100);
    utf8_add(&s, 0x110000);
    utf8_add(&s, 0xD800);
    ck_assert_str_eq(str_text(&s), "\xef\xbf\xbd\xef\xbf\xbd");
    str_dispose(&s);
}
END_TEST

START_TEST(a_fault_costs_one_byte_and_the_rest_is_read)
{
    struct bytes text = TEXT("\xe2\x82z");
    size_t at = 0;
    ck_assert_uint_eq(utf8_next(text, &at), 0xFFFD);
    ck_assert_uint_eq(at, 1);
    ck_assert_uint_eq(utf8_next(text, &at), 0xFFFD);
    ck_assert_uint_eq(utf8_next(text, &at), 'z');
    ck_assert_uint_eq(utf8_next(text, &at), 0xFFFD); /* at the end it stays there */
    ck_assert_uint_eq(at, 3);
}
END_TEST

static const struct {
    struct bytes text;
    const char *line;
    const char *text_form;
} harmless[] = {
    {TEXT(""), "", ""},
    {TEXT("  a  b  "), "a b", "a b"},
    {TEXT("a\r\nBcc: b"), "a Bcc: b", "a\nBcc: b"},
    {TEXT("a\rb\n\nc"), "a b c", "a\nb\n\nc"},
    {TEXT("\n a \n"), "a", "\na\n"},
    {TEXT("a \n b"), "a b", "a\nb"},
    {TEXT("a \nb"), "a b", "a\nb"},
    {TEXT("a\tb"), "a b", "a\tb"},
    {TEXT("a\0b\x1b[0m\x7f"), "a b [0m", "a b [0m"},
    {TEXT("a\xc2\x85"
          "b\xc2\x9b"),
     "a b", "a b"},
    {TEXT("a\xe2\x80\xaegnp.exe\xe2\x80\xac"), "agnp.exe", "agnp.exe"},
    {TEXT("\xef\xbb\xbf"
          "a\xe2\x80\xa8"
          "b\xd8\x9c\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\x8e\xe2\x80\x8f"),
     "ab", "ab"},
    {TEXT("M\xfcller"), "M\xef\xbf\xbdller", "M\xef\xbf\xbdller"},
    {TEXT("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd"},
    {TEXT("Z\xc3\xbcrich \xf0\x9f\x8f\xa5"), "Z\xc3\xbcrich \xf0\x9f\x8f\xa5",
     "Z\xc3\xbcrich \xf0\x9f\x8f\xa5"},
};

START_TEST(foreign_text_becomes_harmless)
{
    struct str s;
    str_init(&s, 1000);
    utf8_add_line(&s, harmless[_i].text);
    ck_assert_str_eq(str_text(&s), harmless[_i].line);
    str_reset(&s);
    utf8_add_text(&s, harmless[_i].text);
    ck_assert_str_eq(str_text(&s), harmless[_i].text_form);
    str_dispose(&s);
}
END_TEST

START_TEST(a_line_made_in_place_never_grows)
{
    char text[] = " a\xff\xff \r\n\xe2\x80\xae\xc3\xbc\xef\xbf\xbd\x01";
    utf8_make_line(text);
    ck_assert_str_eq(text, "a?? \xc3\xbc\xef\xbf\xbd");
}
END_TEST

START_TEST(escaped_text_is_printable_ascii_and_loses_nothing)
{
    struct str s;
    str_init(&s, 4096);
    unsigned char all[256];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (unsigned char)i;
    utf8_add_escaped(&s, (struct bytes){all, sizeof all});
    ck_assert_ptr_nonnull(strstr(str_text(&s), "\\x00\\x01"));
    ck_assert_ptr_nonnull(strstr(str_text(&s), "!\\\"#"));
    ck_assert_ptr_nonnull(strstr(str_text(&s), "[\\\\]"));
    ck_assert_ptr_nonnull(strstr(str_text(&s), "~\\x7f\\x80"));
    for (size_t i = 0; i < s.size; i++)
        ck_assert(s.data[i] >= 0x20 && s.data[i] < 0x7f);
    ck_assert_uint_eq(s.size, 95 + 2 + 4 * (256 - 95));
    str_dispose(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.utf8");
    TCase *tcase = tcase_create("utf8");
    tcase_set_timeout(tcase, 20);
    tcase_add_loop_test(tcase, well_formed_text_is_valid, 0, COUNT(valid));
    tcase_add_loop_test(tcase, ill_formed_text_is_found_where_it_begins, 0, COUNT(invalid));
    tcase_add_test(tcase, every_code_point_survives_writing_and_reading);
    tcase_add_test(tcase, what_is_no_code_point_is_written_as_a_replacement);
    tcase_add_test(tcase, a_fault_costs_one_byte_and_the_rest_is_read);
    tcase_add_loop_test(tcase, foreign_text_becomes_harmless, 0, COUNT(harmless));
    tcase_add_test(tcase, a_line_made_in_place_never_grows);
    tcase_add_test(tcase, escaped_text_is_printable_ascii_and_loses_nothing);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
