#include "base/utf8.h"
#include "tests/templates/facts.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const enum notice_kind kinds[] = {NOTICE_IMMEDIATE, NOTICE_UPDATE, NOTICE_WAITING};
static const enum party_kind audiences[] = {PARTY_HDO, PARTY_REGULATOR, PARTY_COMPLAINT};
static const char *const languages[] = {"en", "de"};
enum { TEXTS = 18 };

static size_t signs_in(const struct str *line)
{
    size_t at = 0;
    size_t signs = 0;
    for (; at < line->size; signs++)
        (void)utf8_next(str_bytes(line), &at);
    return signs;
}

static char *repeat(const char *text, int times)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    for (int i = 0; i < times; i++)
        str_add(&out, text);
    return str_take(&out);
}

/* One line, at most 200 signs, nothing that a header or an eye is fooled by. */
static void check_line(const struct str *line)
{
    ck_assert_uint_gt(line->size, 0);
    ck_assert_uint_le(signs_in(line), 200);
    ck_assert(utf8_valid(str_bytes(line), NULL));
    for (size_t i = 0; i < line->size; i++)
        ck_assert_msg((unsigned char)line->data[i] >= ' ' && line->data[i] != 0x7f,
                      "control sign in [%s]", line->data);
    ck_assert_ptr_null(strstr(line->data, "\u202e"));
    ck_assert_ptr_null(strstr(line->data, "\u2028"));
}

static void set_text(struct notice_facts *f, int index)
{
    f->language = languages[index % 2];
    f->kind = kinds[index / 2 % 3];
    f->audience = audiences[index / 6];
}

START_TEST(a_long_title_gives_way_and_the_date_stays)
{
    struct sample sample;
    struct notice_text notice;
    char *title = repeat("ungeprüfte Eingabe ", 500);
    sample_init(&sample);
    set_text(&sample.facts, _i);
    sample.csaf->title = title;
    for (int test = 0; test < 2; test++) {
        sample.facts.test = test == 1;
        sample_render(&notice, &sample.facts);
        check_line(&notice.subject);
        check_line(&notice.outer_subject);
        ck_assert(text_ends(str_text(&notice.subject), "2026"));
        ck_assert(text_ends(str_text(&notice.outer_subject), "2026"));
        if (sample.facts.kind != NOTICE_WAITING) {
            ck_assert_uint_ge(signs_in(&notice.subject), 195);
            ck_assert_ptr_nonnull(strstr(str_text(&notice.subject), "ungeprüfte"));
            ck_assert_ptr_nonnull(strstr(str_text(&notice.subject), "…"));
        }
        /* Only the subject is shortened. */
        ck_assert_ptr_null(strstr(str_text(&notice.text), "…"));
        notice_text_dispose(&notice);
    }
    sample_dispose(&sample);
    free(title);
}
END_TEST

START_TEST(a_long_makers_name_gives_way_after_the_title)
{
    struct sample sample;
    struct notice_text notice;
    char *maker = repeat("Example Medical Holding ", 40);
    sample_init(&sample);
    set_text(&sample.facts, _i);
    sample.facts.maker = maker;
    sample_render(&notice, &sample.facts);
    check_line(&notice.subject);
    check_line(&notice.outer_subject);
    ck_assert(text_starts(str_text(&notice.outer_subject), "Example Medical Holding"));
    ck_assert(text_ends(str_text(&notice.outer_subject), "2026"));
    ck_assert(text_ends(str_text(&notice.subject), "2026"));
    notice_text_dispose(&notice);
    sample_dispose(&sample);
    free(maker);
}
END_TEST

START_TEST(an_endless_id_is_cut)
{
    struct sample sample;
    struct notice_text notice;
    char *id = repeat("ID", 3000);
    sample_init(&sample);
    sample.csaf->tracking_id = id;
    sample_render(&notice, &sample.facts);
    check_line(&notice.subject);
    check_line(&notice.outer_subject);
    ck_assert(text_ends(str_text(&notice.outer_subject), "…"));
    notice_text_dispose(&notice);
    sample_dispose(&sample);
    free(id);
}
END_TEST

START_TEST(subjects_are_one_clean_line)
{
    static const char hostile[] =
        "a\r\nBcc: x@example.com\r\n\r\nbody\x01\x7f\u202egpj\u2066\u2028{{id}}\xff\t z";
    struct sample sample;
    struct notice_text notice;
    sample_init(&sample);
    set_text(&sample.facts, _i);
    sample.csaf->title = hostile;
    sample.csaf->tracking_id = hostile;
    sample.csaf->version = hostile;
    sample.facts.maker = hostile;
    sample_render(&notice, &sample.facts);
    check_line(&notice.subject);
    check_line(&notice.outer_subject);
    ck_assert_ptr_nonnull(
        strstr(str_text(&notice.outer_subject), "a Bcc: x@example.com body gpj{{id}}\uFFFD z"));
    notice_text_dispose(&notice);
    sample_dispose(&sample);
}
END_TEST

START_TEST(without_a_date_nobody_is_asked_to_answer_by_one)
{
    struct sample sample;
    struct notice_text notice;
    sample_init(&sample);
    sample.facts.answer_by_ms = 0;
    sample_render(&notice, &sample.facts);
    ck_assert_str_eq(str_text(&notice.outer_subject),
                     "Example Medical GmbH: security notice EXM-2026-0007");
    ck_assert_ptr_null(strstr(str_text(&notice.text), "1970"));
    notice_text_dispose(&notice);
    sample_dispose(&sample);
}
END_TEST

START_TEST(an_exercise_says_so_before_anything_else)
{
    static const char *const marks[] = {"[EXERCISE]", "[ÜBUNG]"};
    for (int test = 0; test < 2; test++) {
        struct sample sample;
        struct notice_text notice;
        sample_init(&sample);
        set_text(&sample.facts, _i);
        sample.facts.exercise = true;
        sample.facts.test = test == 1;
        sample_render(&notice, &sample.facts);
        const char *mark = marks[_i % 2];
        const char *body = strstr(str_text(&notice.html), "<body>\n<p class=\"alert\">");
        ck_assert_str_eq(str_text(&notice.mark), mark);
        ck_assert(text_starts(str_text(&notice.subject), mark));
        ck_assert(text_starts(str_text(&notice.outer_subject), mark));
        ck_assert(text_starts(str_text(&notice.text) + strlen("*** "), mark));
        ck_assert(body != NULL && text_starts(strchr(body, '"') + strlen("\"alert\">"), mark));
        check_line(&notice.subject);
        check_line(&notice.outer_subject);
        notice_text_dispose(&notice);
        sample.facts.exercise = false;
        sample_render(&notice, &sample.facts);
        ck_assert_uint_eq(notice.mark.size, 0);
        ck_assert_ptr_null(strstr(str_text(&notice.subject), mark));
        ck_assert_ptr_null(strstr(str_text(&notice.text), mark));
        notice_text_dispose(&notice);
        sample_dispose(&sample);
    }
}
END_TEST

START_TEST(the_device_table_is_defused_utf8_with_bom_and_crlf)
{
    static struct notice_device devices[] = {
        {"Example Medical GmbH", "ExampleInfuse P100", "2.3.6", "P1-000417", "04260000000017", 3,
         "affected", NULL},
        {"=1+1", "+49", "-2", "@SUM(A1)", "\t=cmd|' /C calc'!A0", 0, "a, \"quoted\"; b", NULL},
        {NULL, "Gerät\r\n=1\u202e", "", NULL, NULL, 0, NULL, NULL},
    };
    struct notice_facts facts = {.devices = devices, .device_count = 3, .devices_known = true};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    wording_devices_csv(&out, &facts);
    ck_assert_str_eq(
        str_text(&out),
        "\xef\xbb\xbfvendor,product,version,serial,udi_di,quantity,match\r\n"
        "Example Medical GmbH,ExampleInfuse P100,2.3.6,P1-000417,04260000000017,3,affected\r\n"
        "\"'=1+1\",\"'+49\",\"'-2\",\"'@SUM(A1)\",\"'=cmd|' /C calc'!A0\",,\"a, \"\"quoted\"\"; "
        "b\"\r\n"
        ",Gerät =1,,,,,\r\n");
    str_dispose(&out);
}
END_TEST

START_TEST(a_device_table_past_its_limit_fails)
{
    struct sample sample;
    struct str out;
    sample_init(&sample);
    str_init(&out, 200);
    wording_devices_csv(&out, &sample.facts);
    ck_assert(!str_ok(&out));
    str_dispose(&out);
    sample_dispose(&sample);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("templates.subject");
    TCase *tc = tcase_create("subject");
    tcase_add_loop_test(tc, a_long_title_gives_way_and_the_date_stays, 0, TEXTS);
    tcase_add_loop_test(tc, a_long_makers_name_gives_way_after_the_title, 0, TEXTS);
    tcase_add_test(tc, an_endless_id_is_cut);
    tcase_add_loop_test(tc, subjects_are_one_clean_line, 0, TEXTS);
    tcase_add_test(tc, without_a_date_nobody_is_asked_to_answer_by_one);
    tcase_add_loop_test(tc, an_exercise_says_so_before_anything_else, 0, TEXTS);
    tcase_add_test(tc, the_device_table_is_defused_utf8_with_bom_and_crlf);
    tcase_add_test(tc, a_device_table_past_its_limit_fails);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
