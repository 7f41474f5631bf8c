/* An exercise never leaves without its mark, and nothing else leaves with one. */
#include "seal/mark.h"

#include "tests/seal/fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define MARK "[EXERCISE]"
#define REAL "5f0c.1@notices.example.com"
#define DRILL MAIL_EXERCISE REAL
#define HTML                                                                                       \
    "<!DOCTYPE html><title>" MARK "</title><body>\n<p class=\"alert\">" MARK " x</p></body>\n"

struct planned {
    const char *id, *mark, *outer, *subject, *text, *html;
    const char *says; /* NULL: it may leave */
};
static const struct planned marked = {
    DRILL, MARK, MARK " code", MARK " pump", "*** " MARK " This is an exercise. ***\n\nPump.\n",
    HTML,  NULL};

/* Everything that can be wrong with one mail, each alone. */
static const struct planned cases[] = {
    {DRILL, MARK, MARK " code", MARK " pump", "*** " MARK " so ***\nPump.\n", HTML, NULL},
    {DRILL, MARK, MARK " code", MARK " pump", "*** " MARK " so ***\nPump.\n", NULL, NULL},
    {REAL, NULL, "code", "pump", "Pump.\n", "<body><p>Pump</p></body>\n", NULL},
    {DRILL, NULL, MARK " code", MARK " pump", MARK "\n", HTML, "without a mark"},
    {DRILL, "", MARK " code", MARK " pump", MARK "\n", HTML, "without a mark"},
    {DRILL, MARK, "code", MARK " pump", MARK "\n", HTML, "its subject outside"},
    {DRILL, MARK, "code " MARK, MARK " pump", MARK "\n", HTML, "its subject outside"},
    {DRILL, MARK, MARK " code", "pump", MARK "\n", HTML, "its subject inside"},
    {DRILL, MARK, MARK " code", MARK " pump", "Pump.\n" MARK "\n", HTML, "its text"},
    {DRILL, MARK, MARK " code", MARK " pump", "Pump.\n", HTML, "its text"},
    {DRILL, MARK, MARK " code", MARK " pump", MARK "\n", "<body><p>x " MARK "</p></body>\n",
     "its HTML"},
    {DRILL, MARK, MARK " code", MARK " pump", MARK "\n",
     "<title>" MARK "</title><body><p>x</p></body>\n", "its HTML"},
    {REAL, MARK, MARK " code", MARK " pump", MARK "\n", HTML, "it is none"},
};
enum { CASES = sizeof cases / sizeof cases[0] };

static struct mail mail_of(const struct planned *p)
{
    struct mail mail = fixture_mail();
    mail.message_id = p->id;
    mail.mark = p->mark;
    mail.outer_subject = p->outer;
    mail.subject = p->subject;
    mail.text = p->text;
    mail.html = p->html;
    return mail;
}

static struct fixture f;
static struct cert cert;

static void begin(void)
{
    char fpr[65];
    fixture_begin(&f);
    fixture_recipient(&f, &cert, fpr, "one", "ed25519", "cv25519");
}

static void end(void)
{
    cert_dispose(&cert);
    fixture_end(&f);
}

static void judge(const struct planned *p, enum status status, const struct err *err)
{
    ck_assert_msg(status == (p->says == NULL ? OK : ERR_CORRUPT), "%s: %s",
                  p->says == NULL ? "good" : p->says, err->text);
    if (p->says != NULL)
        ck_assert_msg(strstr(err->text, p->says) != NULL, "wanted [%s], got [%s]", p->says,
                      err->text);
}

START_TEST(a_sealed_exercise_is_marked_outside_and_inside)
{
    struct sealer *sealer = fixture_sealer(&f);
    for (size_t i = 0; i < CASES; i++) {
        struct sealed_mail out = {0};
        struct err err = {0};
        const struct mail mail = mail_of(&cases[i]);
        judge(&cases[i],
              seal_encrypted(&out, sealer, &mail, str_bytes(&cert.stripped), cert.sub_fpr, &err),
              &err);
        ck_assert_int_eq(out.bytes.size > 0, cases[i].says == NULL);
        sealed_mail_dispose(&out);
    }
    sealer_close(sealer);
}
END_TEST

/* Its subject is the one inside: there is no other. */
START_TEST(a_signed_exercise_is_marked_in_its_subject_and_body)
{
    struct sealer *sealer = fixture_sealer(&f);
    for (size_t i = 0; i < CASES; i++) {
        struct sealed_mail out = {0};
        struct err err = {0};
        struct planned p = cases[i];
        p.subject = p.outer;
        if (p.says != NULL && strcmp(p.says, "its subject inside") == 0)
            p.says = NULL;
        const struct mail mail = mail_of(&p);
        judge(&p, seal_signed(&out, sealer, &mail, &err), &err);
        sealed_mail_dispose(&out);
    }
    sealer_close(sealer);
}
END_TEST

START_TEST(what_is_no_mail_is_not_proven)
{
    struct err err = {0};
    const struct bytes text = bytes_of(marked.text);
    ck_assert_int_eq(mark_prove(text, text, false, NULL, &err), ERR_CORRUPT);
    ck_assert_int_eq(mark_prove((struct bytes){0}, (struct bytes){0}, true, MARK, &err),
                     ERR_CORRUPT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.mark");
    TCase *tc = tcase_create("mark");
    tcase_set_timeout(tc, 60);
    tcase_add_unchecked_fixture(tc, begin, end);
    tcase_add_test(tc, a_sealed_exercise_is_marked_outside_and_inside);
    tcase_add_test(tc, a_signed_exercise_is_marked_in_its_subject_and_body);
    tcase_add_test(tc, what_is_no_mail_is_not_proven);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
