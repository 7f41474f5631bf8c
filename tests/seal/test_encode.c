/* Lines of 7 bits that nobody on the way has a reason to touch; header fields that fold. */
#include "seal/encode.h"
#include "seal/header.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text, *coded;
} lines[] = {
    {"", ""},
    {"plain\n", "plain\r\n"},
    {"no end", "no end\r\n"},
    {"\n\n", "\r\n\r\n"},
    {"From me\n", "=46rom me\r\n"},
    {"Fromage\n", "Fromage\r\n"},
    {" From me\n", " From me\r\n"},
    {">From me\n", ">From me\r\n"},
    {".\n", "=2E\r\n"},
    {"..\n", "=2E.\r\n"},
    {"a.\n", "a.\r\n"},
    {"--=_x\n", "=2D-=3D_x\r\n"},
    {"-- \n", "=2D-=20\r\n"},
    {"end \n", "end=20\r\n"},
    {"end\t\n", "end=09\r\n"},
    {"a\tb c\n", "a\tb c\r\n"},
    {"1=2\n", "1=3D2\r\n"},
    {"\xC3\xA4\n", "=C3=A4\r\n"},
    {"\r\x7F\x1B\n", "=0D=7F=1B\r\n"},
};

START_TEST(quoted_printable_leaves_nothing_to_mistake)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    encode_quoted_printable(&out, bytes_of(lines[_i].text));
    ck_assert_str_eq(str_text(&out), lines[_i].coded);
    str_dispose(&out);
}
END_TEST

/* Every line of out: at most most signs, none of the begins and ends that are touched on the way.
 */
static void assert_lines(const struct str *out, size_t most)
{
    const char *at = str_text(out);
    while (*at != '\0') {
        const char *end = strstr(at, "\r\n");
        ck_assert_ptr_nonnull(end);
        ck_assert_uint_le((size_t)(end - at), most);
        ck_assert(!text_starts(at, "From ") && at[0] != '.' && at[0] != '-');
        ck_assert(end == at || (end[-1] != ' ' && end[-1] != '\t'));
        at = end + 2;
    }
}

START_TEST(long_lines_break_softly_wherever_their_signs_stand)
{
    static const char *const pieces[] = {"x", ".",        "-",     " ", "From ",
                                         "=", "\xC3\xA4", "word ", "\t"};
    for (size_t offset = 0; offset < 80; offset++) {
        struct str text;
        struct str out;
        str_init(&text, STR_LIMIT_TEXT);
        str_init(&out, STR_LIMIT_TEXT);
        for (size_t i = 0; i < offset; i++)
            str_add_c(&text, 'y');
        while (text.size < 400)
            str_add(&text, pieces[_i]);
        str_add_c(&text, '\n');
        encode_quoted_printable(&out, str_bytes(&text));
        assert_lines(&out, 76);
        str_dispose(&out);
        str_dispose(&text);
    }
}
END_TEST

START_TEST(base64_is_that_of_rfc_4648)
{
    static const struct {
        const char *data, *coded;
    } rows[] = {{"", ""},
                {"f", "Zg==\r\n"},
                {"fo", "Zm8=\r\n"},
                {"foo", "Zm9v\r\n"},
                {"foob", "Zm9vYg==\r\n"},
                {"\xFB\xEF\xBE\xFF", "++++/w==\r\n"}};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    encode_base64(&out, bytes_of(rows[_i].data));
    ck_assert_str_eq(str_text(&out), rows[_i].coded);
    str_dispose(&out);
}
END_TEST

START_TEST(base64_lines_hold_76_signs)
{
    char data[200];
    struct str out;
    memset(data, 'q', sizeof data);
    str_init(&out, STR_LIMIT_TEXT);
    encode_base64(&out, (struct bytes){(const unsigned char *)data, sizeof data});
    ck_assert_ptr_eq(strstr(str_text(&out), "\r\n"), str_text(&out) + 76);
    assert_lines(&out, 76);
    str_dispose(&out);
}
END_TEST

START_TEST(fields_fold_within_their_lines)
{
    static const char *const values[] = {
        "",
        "x",
        "words that are many enough to need more than one line of seventy-six signs each",
        ("\xC3\xA4 \xE4\xB8\xAD \xF0\x9F\x92\x89 and words that are many enough to need another "
         "line"),
        "=?utf-8?q?x?=",
        "0123456789012345678901234567890123456789012345678901234567890123456789x"};
    static const char *const names[] = {"X", "Subject",
                                        "X-0123456789012345678901234567890123456789012345"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct str out;
        ck_assert(header_name_is_good(names[i]));
        str_init(&out, STR_LIMIT_TEXT);
        header_add_text(&out, "", names[i], values[_i]);
        header_add_text(&out, "HP-Outer: ", names[i], values[_i]);
        header_add_mailbox(&out, "HP-Outer: ", names[i], values[_i], "a@b.example");
        header_add_attachment(&out, values[_i]);
        header_add_id(&out, "HP-Outer: ", names[i], "0123456789012345678901234567890@b.example");
        assert_lines(&out, 77 + strlen("HP-Outer: "));
        str_dispose(&out);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.encode");
    TCase *tc = tcase_create("lines");
    tcase_add_loop_test(tc, quoted_printable_leaves_nothing_to_mistake, 0,
                        (int)(sizeof lines / sizeof lines[0]));
    tcase_add_loop_test(tc, long_lines_break_softly_wherever_their_signs_stand, 0, 9);
    tcase_add_loop_test(tc, base64_is_that_of_rfc_4648, 0, 6);
    tcase_add_test(tc, base64_lines_hold_76_signs);
    tcase_add_loop_test(tc, fields_fold_within_their_lines, 0, 6);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
