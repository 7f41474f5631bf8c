/* The words of what refers back: reminders, escalations, and that an embargo is over. */
#include "tests/templates/facts.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* On a sealed way, too: it is about the notice that went first, by that one's code. */
START_TEST(what_refers_back_names_neither_product_nor_flaw)
{
    static const enum notice_kind again[] = {NOTICE_REMINDER, NOTICE_ESCALATION, NOTICE_RELEASE};
    static const enum level levels[] = {LEVEL_SEALED, LEVEL_TLS, LEVEL_WAITING};
    static const char *const never[] = {"ExampleInfuse", "P100", "CVE-", "CVSS", "2.3."};
    struct sample sample;
    struct notice_text notice;
    sample_init(&sample);
    sample.facts.kind = again[_i % 3];
    sample.facts.level = levels[_i / 3 % 3];
    sample.facts.language = _i / 9 == 0 ? "en" : "de";
    sample.facts.first_sent_ms = sample.facts.now_ms - 7 * MS_DAY;
    sample_render(&notice, &sample.facts);
    const struct str *const texts[] = {&notice.subject, &notice.outer_subject, &notice.text,
                                       &notice.html};
    for (size_t t = 0; t < 4; t++)
        for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
            ck_assert_msg(strstr(str_text(texts[t]), never[i]) == NULL, "%s in %s", never[i],
                          str_text(texts[t]));
    ck_assert_ptr_nonnull(strstr(str_text(&notice.text), sample.facts.code));
    ck_assert_ptr_nonnull(strstr(str_text(&notice.outer_subject), "EXM-2026-0007"));
    notice_text_dispose(&notice);
    sample_dispose(&sample);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("templates.again");
    TCase *tc = tcase_create("again");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, what_refers_back_names_neither_product_nor_flaw, 0, 18);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
