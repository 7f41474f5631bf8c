#include "channels/parcel.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

#define HEAD                                                                                       \
    "Date: Fri, 27 Nov 2026 18:40:00 +0000\r\nFrom: a@example.com\r\nMessage-ID: "                 \
    "<m@example.com>\r\n"
#define X100                                                                                       \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
    "xxxxxxxx"
#define X900 X100 X100 X100 X100 X100 X100 X100 X100 X100

static const struct {
    const char *text;
    size_t size;     /* 0: strlen */
    const char *why; /* NULL: it may be carried */
} messages[] = {
    {HEAD "\r\nbody\r\n", 0, NULL},
    {HEAD "\r\n", 0, NULL},
    {HEAD "To: b@example.com\r\nSubject: a\r\n b\r\n\tc\r\n\r\n.\r\n..\r\n", 0, NULL},
    {"date: x\r\nFROM: a\r\nmessage-Id:\r\n\t<m@example.com> \r\n\r\n", 0, NULL},
    {HEAD "\r\n" X900 X100 "\r\n", 0, "998"},
    {HEAD
     "\r\n" X900
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxx\r\n",
     0, NULL},
    {HEAD
     "\r\n" X900
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxx\r\n",
     0, "998"},
    {"", 0, "empty line"},
    {HEAD, 0, "empty line"},
    {"\r\nbody\r\n", 0, "no name and colon"},
    {HEAD "\r\nbody", 0, "not ended by CRLF"},
    {HEAD "\r\nbody\r", 0, "not ended by CRLF"},
    {HEAD "\r\nbare\nlf\r\n", 0, "not ended by CRLF"},
    {HEAD "\r\nbare\rcr\r\n", 0, "not ended by CRLF"},
    {HEAD "\r\nend\n.\r\nRCPT TO:<x@example.com>\r\n", 0, "not ended by CRLF"},
    {HEAD "\r\nend\r\n.\nMAIL\r\n", 0, "not ended by CRLF"},
    {HEAD "\r\nend\r.\r\n", 0, "not ended by CRLF"},
    {HEAD "\r\nnul\0byte\r\n", sizeof(HEAD "\r\nnul\0byte\r\n") - 1, "not ended by CRLF"},
    {HEAD "\r\neight\xc3\xbc\r\n", 0, "not ASCII"},
    {HEAD "Subject: \xc3\xbc\r\n\r\n", 0, "not ASCII"},
    {HEAD "no colon\r\n\r\n", 0, "no name and colon"},
    {HEAD ": no name\r\n\r\n", 0, "no name and colon"},
    {HEAD "Sub ject: x\r\n\r\n", 0, "no name and colon"},
    {" folded: x\r\n" HEAD "\r\n", 0, "no name and colon"},
    {HEAD HEAD "\r\n", 0, "Date stands in it 2 times"},
    {"From: a\r\nMessage-ID: <m@example.com>\r\n\r\n", 0, "Date stands in it 0 times"},
    {"Date: x\r\nMessage-ID: <m@example.com>\r\n\r\n", 0, "From stands in it 0 times"},
    {"Date: x\r\nFrom: a\r\n\r\n", 0, "Message-ID stands in it 0 times"},
    {"Date: x\r\nFrom: a\r\nMessage-ID: <other@example.com>\r\n\r\n", 0, "not the one"},
    {"Date: x\r\nFrom: a\r\nMessage-ID: m@example.com\r\n\r\n", 0, "not the one"},
    {"Date: x\r\nFrom: a\r\nMessage-ID: <m@example.com> <b>\r\n\r\n", 0, "not the one"},
    {HEAD "To: a\r\nTo: b\r\n\r\n", 0, "To stands in it 2 times"},
    {HEAD "Subject: a\r\nsubject: b\r\n\r\n", 0, "Subject stands in it 2 times"},
    {HEAD "Reply-To: a\r\nReply-To: b\r\n\r\n", 0, "Reply-To stands in it 2 times"},
    {HEAD "Bcc: a\r\n\r\n", 0, "Bcc stands in it 1 times"},
    {HEAD "Return-Path: <>\r\n\r\n", 0, "Return-Path stands in it 1 times"},
    {HEAD "Original-Recipient: rfc822;a\r\n\r\n", 0, "Original-Recipient stands in it 1 times"},
    {HEAD "Resent-From: a\r\n\r\n", 0, "Resent-"},
    {HEAD "\r\nTo: a\r\nTo: b\r\nBcc: c\r\n", 0, NULL}, /* in the body it is only text */
};

static struct parcel parcel_of(struct bytes message)
{
    return (struct parcel){.id = "a1",
                           .notice = "n1",
                           .message_id = "m@example.com",
                           .from = "psirt@example.com",
                           .to = "r@hospital.example",
                           .message = message};
}

START_TEST(a_message_is_carried_only_in_its_narrow_form)
{
    size_t size = messages[_i].size > 0 ? messages[_i].size : strlen(messages[_i].text);
    struct parcel parcel =
        parcel_of((struct bytes){(const unsigned char *)messages[_i].text, size});
    struct err err = {0};
    enum status status = parcel_check(&parcel, &err);
    if (messages[_i].why == NULL) {
        ck_assert_msg(status == OK, "%s", err.text);
        return;
    }
    ck_assert_int_eq(status, ERR_INVALID);
    ck_assert_msg(strstr(err.text, messages[_i].why) != NULL, "%s", err.text);
    ck_assert_msg(strncmp(err.text, "this message cannot be carried: ", 32) == 0, "%s", err.text);
}
END_TEST

START_TEST(a_message_cut_anywhere_is_never_carried_by_accident)
{
    static const char whole[] = HEAD "Subject: x\r\n\r\nline one\r\nline two\r\n";
    for (size_t size = 0; size < sizeof whole - 1; size++) {
        struct parcel parcel = parcel_of((struct bytes){(const unsigned char *)whole, size});
        bool at_line = size >= 2 && memcmp(whole + size - 2, "\r\n", 2) == 0;
        bool in_body = size >= strlen(HEAD "Subject: x\r\n\r\n");
        ck_assert_int_eq(parcel_check(&parcel, NULL) == OK, at_line && in_body);
    }
}
END_TEST

static const struct {
    const char *id, *from, *to;
} envelopes[] = {
    {"", "a@example.com", "b@example.com"},
    {NULL, "a@example.com", "b@example.com"},
    {"a b", "a@example.com", "b@example.com"},
    {"a\r\nRSET", "a@example.com", "b@example.com"},
    {"a>b", "a@example.com", "b@example.com"},
    {".a", "a@example.com", "b@example.com"},
    {"a/b", "a@example.com", "b@example.com"},
    {X100 "x", "a@example.com", "b@example.com"},
    {"a", NULL, "b@example.com"},
    {"a", "a@example.com\r\nRCPT TO:<x@example.com>", "b@example.com"},
    {"a", "<>", "b@example.com"},
    {"a", "a@example.com", NULL},
    {"a", "a@example.com", ""},
    {"a", "a@example.com", "b@example.com> ORCPT=rfc822;x"},
    {"a", "a@example.com", "b@example.com\nc@example.com"},
};

START_TEST(an_envelope_that_could_say_more_than_it_should_is_refused)
{
    struct parcel parcel = parcel_of(bytes_of(HEAD "\r\n"));
    struct err err = {0};
    parcel.id = envelopes[_i].id;
    parcel.from = envelopes[_i].from;
    parcel.to = envelopes[_i].to;
    ck_assert_int_eq(parcel_check(&parcel, &err), ERR_INVALID);
    ck_assert_msg(strncmp(err.text, "this message cannot be carried: ", 32) == 0, "%s", err.text);
}
END_TEST

START_TEST(an_id_of_a_hundred_bytes_and_the_null_sender_are_fine)
{
    struct parcel parcel = parcel_of(bytes_of(HEAD "\r\n"));
    struct err err = {0};
    parcel.id = X100;
    parcel.from = "";
    ck_assert_msg(parcel_check(&parcel, &err) == OK, "%s", err.text);
}
END_TEST

START_TEST(a_message_of_more_than_64_mebibytes_is_refused)
{
    struct parcel parcel = parcel_of(bytes_of(HEAD "\r\n"));
    parcel.message.size = STR_LIMIT_MAIL + 1; /* refused before it is looked at */
    ck_assert_int_eq(parcel_check(&parcel, NULL), ERR_LIMIT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.parcel");
    TCase *tc = tcase_create("parcel");
    tcase_add_loop_test(tc, a_message_is_carried_only_in_its_narrow_form, 0, COUNT(messages));
    tcase_add_test(tc, a_message_cut_anywhere_is_never_carried_by_accident);
    tcase_add_loop_test(tc, an_envelope_that_could_say_more_than_it_should_is_refused, 0,
                        COUNT(envelopes));
    tcase_add_test(tc, an_id_of_a_hundred_bytes_and_the_null_sender_are_fine);
    tcase_add_test(tc, a_message_of_more_than_64_mebibytes_is_refused);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
