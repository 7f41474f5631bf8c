/* DSNs (RFC 3464) and MDNs (RFC 8098) in the shapes of the servers and programs that write them. */
#include "inbox.h"

static const struct want rows[] = {
    {"dsn-postfix-failed.eml", INBOUND_BOUNCE, .from = "MAILER-DAEMON@mail.example.com",
     .id = "20261127184007.4T8wQz2kX3zJ1@mail.example.com", .original_id = NOTICE_ID,
     .envelope = "a1796755200.1", .final = "devices@hospital.example",
     .original = "devices@hospital.example", .status = "5.1.1",
     .diagnostic = "550 5.1.1 <devices@hospital.example>: Recipient address rejected: User"},
    {"dsn-postfix-delayed.eml", INBOUND_DELAYED, .from = "MAILER-DAEMON@mail.example.com",
     .id = "20261127224009.4T8wQz2kX3zJ2@mail.example.com", .original_id = NOTICE_ID,
     .envelope = "a1796755200.2", .final = "devices@hospital.example",
     .original = "devices@hospital.example", .status = "4.4.1",
     .diagnostic = "X-Postfix; connect to mx.hospital.example[192.0.2.25]:25: Connection timed"},
    {"dsn-postfix-delivered.eml", INBOUND_DELIVERED, .from = "MAILER-DAEMON@mail.example.com",
     .id = "20261127224009.4T8wQz2kX3zJ2@mail.example.com", .original_id = NOTICE_ID,
     .envelope = "a1796755200.2", .final = "devices@hospital.example",
     .original = "devices@hospital.example", .status = "2.0.0", .diagnostic = "250 2.0.0 Ok"},
    {"dsn-postfix-relayed.eml", INBOUND_RELAYED, .from = "MAILER-DAEMON@mail.example.com",
     .id = "20261127224009.4T8wQz2kX3zJ2@mail.example.com", .original_id = NOTICE_ID,
     .envelope = "a1796755200.2", .final = "devices@hospital.example",
     .original = "devices@hospital.example", .status = "2.0.0",
     .diagnostic = "250 Message accepted"},
    {"dsn-expanded.eml", INBOUND_RELAYED, .from = "MAILER-DAEMON@mail.example.com",
     .id = "20261127224009.4T8wQz2kX3zJ2@mail.example.com", .original_id = NOTICE_ID,
     .envelope = "a1796755200.2", .final = "devices@hospital.example",
     .original = "devices@hospital.example", .status = "2.1.5",
     .diagnostic = "X-Postfix; alias expanded"},
    /* Delivered, says the action; failed, says the status: never better than what was said. */
    {"dsn-contradiction.eml", INBOUND_OTHER, .from = "MAILER-DAEMON@mail.example.com",
     .id = "20261127224009.4T8wQz2kX3zJ2@mail.example.com", .original_id = NOTICE_ID,
     .envelope = "a1796755200.2", .final = "devices@hospital.example",
     .original = "devices@hospital.example", .status = "5.1.1", .diagnostic = "550 5.1.1 no such"},
    {"dsn-unknown-action.eml", INBOUND_OTHER, .from = "MAILER-DAEMON@mail.example.com",
     .id = "20261127224009.4T8wQz2kX3zJ2@mail.example.com", .original_id = NOTICE_ID,
     .envelope = "a1796755200.2", .final = "devices@hospital.example",
     .original = "devices@hospital.example", .status = "2.0.0", .diagnostic = "250 2.0.0 held"},
    {"dsn-exim-failed.eml", INBOUND_BOUNCE, .from = "Mailer-Daemon@mx.klinik.example",
     .id = "E1tGabc-0001Zx-2b@mx.klinik.example", .original_id = NOTICE_ID,
     .final = "medizintechnik@klinik.example", .status = "5.0.0",
     .diagnostic = "552 5.2.2 Mailbox full"},
    {"dsn-m365-failed.eml", INBOUND_BOUNCE, .from = "postmaster@hospital.example",
     .id = "b61c0f52-4a5e-4c1e-9d43-000000000001@mail-out.hospital.example",
     .original_id = NOTICE_ID, .final = "devices@hospital.example", .status = "5.1.10",
     .diagnostic = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient devices@hospital.example"},
    /* Given up after days of 4.4.7: the action decides. */
    {"dsn-exchange-expired.eml", INBOUND_BOUNCE, .from = "postmaster@klinikum.example",
     .id = "7f81d0c2-1b4b-4c2f-8f3e-000000000002@klinikum.example", .original_id = NOTICE_ID,
     .final = "mt-team@klinikum.example", .original = "medizintechnik@klinikum.example",
     .status = "4.4.7"},
    {"dsn-exchange-relayed.eml", INBOUND_RELAYED, .from = "postmaster@hospital.example",
     .id = "1d00ab00-0000-4000-8000-000000000003@hospital.example", .original_id = NOTICE_ID,
     .envelope = "a1796755200.3", .final = "devices@hospital.example", .status = "2.0.0"},
    {"dsn-sendmail-failed.eml", INBOUND_BOUNCE, .from = "MAILER-DAEMON@gw.spital.example",
     .id = "202611271840.4ARIeD3s012345@gw.spital.example", .original_id = NOTICE_ID,
     .envelope = "a1796755200.4", .final = "mt@spital.example", .original = "mt@spital.example",
     .status = "5.7.1", .diagnostic = "550 5.7.1 <mt@spital.example>... Access denied"},
    {"dsn-gmail-failed.eml", INBOUND_BOUNCE, .from = "mailer-daemon@mailhost.example",
     .id = "6747680f.050a0220.1.1.GMR@mailhost.example", .original_id = NOTICE_ID,
     .final = "biomed@practice.example", .status = "5.1.1",
     .diagnostic = "550-5.1.1 The email account that you tried to reach does not exist. Please try "
                   "550-5.1.1 double-checking"},
    /* Delivered to one, failed for one, delayed for one: the failed one wins. */
    {"dsn-two-recipients.eml", INBOUND_BOUNCE, .from = "MAILER-DAEMON@lists.hospital.example",
     .id = "two.1@lists.hospital.example", .original_id = NOTICE_ID,
     .final = "ward4@hospital.example", .original = "devices@hospital.example", .status = "5.2.1",
     .diagnostic = "550 5.2.1 Mailbox disabled"},
    {"dsn-gateway-wrapped.eml", INBOUND_BOUNCE, .from = "postmaster@gateway.hospital.example",
     .id = "wrapped.1@gateway.hospital.example", .original_id = NOTICE_ID,
     .final = "devices@hospital.example", .status = "5.7.509",
     .diagnostic = "550 5.7.509 Access denied"},
    {"dsn-no-empty-line.eml", INBOUND_BOUNCE, .from = "MAILER-DAEMON@appliance.hospital.example",
     .id = "appliance.1@appliance.hospital.example", .original_id = NOTICE_ID,
     .envelope = "a1796755200.5", .final = "devices@hospital.example", .status = "5.4.4"},
    {"dsn-international.eml", INBOUND_BOUNCE,
     .from = "MAILER-DAEMON@mx.universit\xC3\xA4tsklinik.example",
     .id = "intl.1@mx.universitaetsklinik.example", .original_id = NOTICE_ID,
     .final = "ger\xC3\xA4te@universit\xC3\xA4tsklinik.example", .status = "5.1.1",
     .diagnostic = "X-Postfix; unbekannter Empf\xC3\xA4nger"},
    {"dsn-status-missing.eml", INBOUND_OTHER, .from = "MAILER-DAEMON@mx.hospital.example",
     .id = "damaged.1@mx.hospital.example"},
    {"dsn-forwarded-by-person.eml", INBOUND_OTHER, .from = "jane.doe@hospital.example",
     .id = "fw.1@hospital.example"},
    {"arf-complaint.eml", INBOUND_OTHER, .from = "feedback@mailhost.example",
     .id = "arf.1@mailhost.example"},
    {"mdn-outlook-displayed.eml", INBOUND_DISPLAYED, .from = "jane.doe@hospital.example",
     .id = "mdn-outlook-displayed.eml@hospital.example", .original_id = NOTICE_ID,
     .final = "jane.doe@hospital.example", .original = "devices@hospital.example"},
    {"mdn-thunderbird-displayed.eml", INBOUND_DISPLAYED, .from = "jane.doe@hospital.example",
     .id = "mdn-thunderbird-displayed.eml@hospital.example", .original_id = NOTICE_ID,
     .final = "jane.doe@hospital.example", .original = "devices@hospital.example"},
    {"mdn-deleted.eml", INBOUND_OTHER, .from = "jane.doe@hospital.example",
     .id = "mdn-deleted.eml@hospital.example", .original_id = NOTICE_ID,
     .final = "jane.doe@hospital.example", .original = "devices@hospital.example"},
    {"mdn-error-modifier.eml", INBOUND_OTHER, .from = "jane.doe@hospital.example",
     .id = "mdn-error-modifier.eml@hospital.example", .original_id = NOTICE_ID,
     .final = "jane.doe@hospital.example", .original = "devices@hospital.example"},
};
#define ROWS (sizeof rows / sizeof rows[0])

START_TEST(each_report_says_what_its_server_meant)
{
    inbox_check(&rows[_i]);
}
END_TEST

START_TEST(each_fixture_of_a_report_has_its_row)
{
    inbox_check_complete("dsn-", rows, ROWS);
    inbox_check_complete("mdn-", rows, ROWS);
    inbox_check_complete("arf-", rows, ROWS);
}
END_TEST

/* What one group of a delivery status is taken for. */
static const struct {
    const char *group;
    enum inbound_kind kind;
} groups[] = {
    {"Action: failed\nStatus: 5.1.1\n", INBOUND_BOUNCE},
    {"Action: FAILED\n", INBOUND_BOUNCE},
    {"Action: failed\nStatus: 2.0.0\n", INBOUND_BOUNCE},
    {"Action: delayed\nStatus: 4.0.0\n", INBOUND_DELAYED},
    {"Action: delayed\nStatus: 4.4.7\n", INBOUND_OTHER}, /* "delivery time expired" */
    {"Action: delayed\nStatus: 4.4.7\nWill-Retry-Until: Fri, 4 Dec 2026 1:00:00 +0000\n",
     INBOUND_DELAYED},
    {"Action: delayed\nStatus: 4.4.1\n\nAction: maybe\n", INBOUND_OTHER},
    {"Action: delivered\n", INBOUND_DELIVERED},
    {"Action: delivered\nStatus: 4.2.2\n", INBOUND_OTHER},
    {"Action: relayed\nStatus: 5.0.0\n", INBOUND_OTHER},
    {"Action: expanded\nStatus: 2.0.0\n", INBOUND_RELAYED},
    {"Action: maybe\nStatus: 5.1.1\n", INBOUND_OTHER},
    {"Status: 5.1.1\n", INBOUND_BOUNCE},
    {"Status: 4.4.1\n", INBOUND_DELAYED},
    {"Status: 2.0.0\n", INBOUND_OTHER},
    {"Remote-MTA: dns; mx.hospital.example\n", INBOUND_OTHER},
    {"Action: delivered\n\nFinal-Recipient: rfc822; b@hospital.example\n", INBOUND_OTHER},
    {"Action: delivered\n\nAction: relayed\n", INBOUND_RELAYED},
    {"Action: delivered\n\nAction: delayed\n", INBOUND_DELAYED},
    {"Action: delayed\n\nAction: failed\n\nAction: delivered\n", INBOUND_BOUNCE},
};

START_TEST(the_worst_group_of_a_report_counts)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    str_init(&raw, STR_LIMIT_TEXT);
    str_addf(&raw,
             "Return-Path: <>\nContent-Type: multipart/report; report-type=delivery-status; "
             "boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
             "Final-Recipient: rfc822; a@hospital.example\n%s\n--b--\n",
             groups[_i].group);
    inbox_read(&in, arena, str_bytes(&raw));
    ck_assert_msg(in.kind == groups[_i].kind, "%s: %s", groups[_i].group,
                  inbound_kind_word(in.kind));
    str_dispose(&raw);
    arena_free(arena);
}
END_TEST

START_TEST(good_news_in_a_report_that_is_too_long_to_read_whole_is_not_believed)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    str_init(&raw, STR_LIMIT_TEXT);
    str_add(&raw, "Return-Path: <>\nContent-Type: multipart/report; boundary=b\n\n--b\n"
                  "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n");
    for (int i = 0; i < 1200; i++)
        str_addf(&raw, "Final-Recipient: rfc822; a%d@hospital.example\nAction: delivered\n\n", i);
    str_add(&raw, "Final-Recipient: rfc822; z@hospital.example\nAction: failed\n\n--b--\n");
    inbox_read(&in, arena, str_bytes(&raw));
    ck_assert_int_eq(in.kind, INBOUND_OTHER);
    str_dispose(&raw);
    arena_free(arena);
}
END_TEST

START_TEST(each_kind_has_its_word)
{
    static const char *const words[] = {"bounce",    "delayed", "delivered", "relayed",
                                        "displayed", "answer",  "auto",      "other"};
    ck_assert_uint_eq(sizeof words / sizeof words[0], INBOUND_KIND_COUNT);
    for (int i = 0; i < INBOUND_KIND_COUNT; i++)
        ck_assert_str_eq(inbound_kind_word((enum inbound_kind)i), words[i]);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, each_report_says_what_its_server_meant, 0, (int)ROWS);
    tcase_add_test(tc, each_fixture_of_a_report_has_its_row);
    tcase_add_loop_test(tc, the_worst_group_of_a_report_counts, 0,
                        (int)(sizeof groups / sizeof groups[0]));
    tcase_add_test(tc, good_news_in_a_report_that_is_too_long_to_read_whole_is_not_believed);
    tcase_add_test(tc, each_kind_has_its_word);
}

int main(void)
{
    return inbox_run("channels.inbound_reports", add);
}
