/* What readers make of addresses: hosts of another script, and parts that look like code. */
#include "seal/check.h"

#include "seal/mime.h"
#include "tests/seal/fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static enum status carry(const char *from, const char *to, const char *reply_to, bool sealed,
                         struct err *err)
{
    struct arena *arena = arena_new();
    struct plan plan;
    struct str payload;
    struct mail mail = fixture_mail();
    mail.from = from;
    mail.to = to;
    mail.reply_to = reply_to;
    str_init(&payload, STR_LIMIT_MAIL);
    enum status status = plan_make(&plan, arena, &mail, sealed, err);
    if (status == OK) {
        mime_write_payload(&payload, &plan, sealed);
        ck_assert_ptr_nonnull(strstr(str_text(&payload), to));
        status = check_payload(str_bytes(&payload), &plan, sealed, err);
    }
    str_dispose(&payload);
    arena_free(arena);
    return status;
}

static const char *const carried[] = {
    "device-safety@xn--bcher-kva.example",
    "a@post.xn--bcher-kva.xn--zckzah",
    "a@xn--fa-hia.example",
    "a@xn--bcher-kva.EXAMPLE",
    "A.B@Example.COM",
    "a@r3---sn.xn--bcher-kva.example",
    "a@xn--bcher-kva.ab--cd",
    "xn--bcher-kva@example.com",
    "=?utf-8?q?a?=@example.com",
    "a@1.2",
};

START_TEST(an_address_that_is_carried_reads_as_itself_in_every_field)
{
    for (int sealed = 0; sealed < 2; sealed++) {
        struct err err = {0};
        enum status status = carry(carried[_i], carried[_i], carried[_i], sealed == 1, &err);
        ck_assert_msg(status == OK, "%s: %s", carried[_i], err.text);
    }
}
END_TEST

static const char *const refused[] = {
    "!@xn--ample",
    "a@xn--ample.example",
    "a@example.xn--ample",
    "a@xn--bcher-kva.xn--ample.example",
    "a@XN--bcher-kva.example",
    "a@xn--Bcher-kva.example",
    "a@xn--xn---epa.example",
    "a@xn--.example",
    "a@b\303\274cher.example",
    "a@example.com.",
    "\"a b\"@example.com",
    "a@[127.0.0.1]",
};

START_TEST(an_address_that_readers_take_for_another_is_refused_before_a_mail_is_written)
{
    static const char good[] = "a@example.com";
    const char *bad = refused[_i];
    const struct {
        const char *field, *from, *to, *reply_to;
    } rows[] = {
        {"From", bad, good, good},
        {"To", good, bad, good},
        {"Reply-To", good, good, bad},
    };
    for (int i = 0; i < COUNT(rows); i++) {
        struct err err = {0};
        ck_assert_int_eq(carry(rows[i].from, rows[i].to, rows[i].reply_to, true, &err),
                         ERR_INVALID);
        ck_assert_msg(strstr(err.text, rows[i].field) != NULL &&
                          strstr(err.text, "registered xn-- form") != NULL,
                      "%s: %s", bad, err.text);
    }
}
END_TEST

/* Proves: P15 */
START_TEST(another_host_in_letters_is_not_the_planned_one)
{
    static const char planned[] = "a@xn--bcher-kva.example";
    static const char *const read_instead[] = {
        "a@xn--bchr-kva.example",  "a@xn--fa-hia.example", "b@xn--bcher-kva.example",
        "a@xn--bcher-kva.exampel", "a@example.com",        "a@xn--bcher-kva.example.com",
    };
    struct arena *arena = arena_new();
    struct plan plan;
    struct err err = {0};
    struct mail mail = fixture_mail();
    mail.to = planned;
    ck_assert_int_eq(plan_make(&plan, arena, &mail, false, &err), OK);
    for (int i = 0; i < COUNT(read_instead); i++) {
        struct str payload;
        struct str changed;
        str_init(&payload, STR_LIMIT_MAIL);
        str_init(&changed, STR_LIMIT_MAIL);
        mime_write_payload(&payload, &plan, false);
        const char *at = strstr(str_text(&payload), planned);
        ck_assert_ptr_nonnull(at);
        str_add_n(&changed, payload.data, (size_t)(at - payload.data));
        str_add(&changed, read_instead[i]);
        str_add(&changed, at + strlen(planned));
        ck_assert_msg(check_payload(str_bytes(&changed), &plan, false, &err) == ERR_CORRUPT, "%s",
                      read_instead[i]);
        ck_assert_ptr_nonnull(strstr(err.text, "To reads otherwise"));
        str_dispose(&changed);
        str_dispose(&payload);
    }
    arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.address");
    TCase *tcase = tcase_create("address");
    tcase_add_loop_test(tcase, an_address_that_is_carried_reads_as_itself_in_every_field, 0,
                        COUNT(carried));
    tcase_add_loop_test(
        tcase, an_address_that_readers_take_for_another_is_refused_before_a_mail_is_written, 0,
        COUNT(refused));
    tcase_add_test(tcase, another_host_in_letters_is_not_the_planned_one);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
