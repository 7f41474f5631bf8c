/* What mail servers of the old kind and answering machines write: bounces without a report, and
 * automatic replies, which are never an answer. */
#include "inbox.h"

static const struct want bounces[] = {
    {"bounce-qmail.eml", INBOUND_BOUNCE, .from = "MAILER-DAEMON@qmail.hospital.example",
     .id = "qmail.1@qmail.hospital.example", .original_id = NOTICE_ID,
     .final = "devices@hospital.example", .status = "5.1.1",
     .diagnostic = "Sorry, no mailbox here by that name."},
    {"bounce-exim-old.eml", INBOUND_BOUNCE, .from = "Mailer-Daemon@mx.klinik.example",
     .id = "E0oldexim-0001Zx-2b@mx.klinik.example", .original_id = NOTICE_ID,
     .final = "medizintechnik@klinik.example", .diagnostic = "Unrouteable address"},
    {"bounce-exchange-old.eml", INBOUND_BOUNCE, .from = "postmaster@hospital.example",
     .id = "oldexchange.1@hospital.example", .final = "devices@hospital.example", .status = "5.1.1",
     .diagnostic = "on Fri, 27 Nov 2026 18:41:55 -0000 The e-mail account"},
    {"bounce-sendmail-old.eml", INBOUND_BOUNCE, .from = "MAILER-DAEMON@gw.spital.example",
     .id = "200.oldsendmail@gw.spital.example", .original_id = NOTICE_ID,
     .final = "mt@spital.example"},
    {"bounce-groupwise.eml", INBOUND_BOUNCE, .from = "Mailer-Daemon@gw.hospital.example",
     .id = "groupwise.1@gw.hospital.example", .final = "devices@hospital.example",
     .diagnostic = "(User unknown)"},
    {"bounce-gmail-old.eml", INBOUND_BOUNCE, .from = "mailer-daemon@mailhost.example",
     .id = "oldgmail.1@mailhost.example", .original_id = NOTICE_ID,
     .final = "biomed@practice.example"},
    {"bounce-gateway-de.eml", INBOUND_BOUNCE, .from = "postmaster@gateway.klinik.example",
     .id = "gateway-de.1@gateway.klinik.example", .final = "medizintechnik@klinik.example",
     .status = "5.2.1", .diagnostic = "550 5.2.1 Postfach gesperrt"},
    {"bounce-status-only.eml", INBOUND_BOUNCE, .from = "postmaster@appliance.hospital.example",
     .id = "appliance.2@appliance.hospital.example", .status = "5.7.1"},
    /* Each of these lacks one thing: a person looks. */
    {"bounce-without-token.eml", INBOUND_OTHER, .from = "MAILER-DAEMON@qmail.hospital.example",
     .id = "qmail.2@qmail.hospital.example", .final = "devices@hospital.example", .status = "5.1.1",
     .diagnostic = "Sorry, no mailbox", .no_token = true},
    {"bounce-names-nobody.eml", INBOUND_OTHER, .from = "postmaster@appliance.hospital.example",
     .id = "appliance.3@appliance.hospital.example"},
    {"bounce-still-trying.eml", INBOUND_OTHER, .from = "postmaster@appliance.hospital.example",
     .id = "appliance.4@appliance.hospital.example", .final = "devices@hospital.example",
     .status = "5.1.1", .diagnostic = "550 5.1.1 try again"},
    {"bounce-temporary-status.eml", INBOUND_OTHER, .from = "postmaster@appliance.hospital.example",
     .id = "appliance.5@appliance.hospital.example", .final = "devices@hospital.example",
     .status = "4.2.2", .diagnostic = "(4.2.2 mailbox full)"},
    {"bounce-told-by-person.eml", INBOUND_OTHER, .from = "jane.doe@hospital.example",
     .id = "told.1@hospital.example"},
};
#define BOUNCES (sizeof bounces / sizeof bounces[0])

static const struct want automatic[] = {
    {"auto-exim-warning.eml", INBOUND_AUTO, .from = "Mailer-Daemon@mx.klinik.example",
     .id = "E1warning-0001Zx-2b@mx.klinik.example"},
    /* Words and code stand in it, and it changes nothing all the same. */
    {"auto-outlook-en.eml", INBOUND_AUTO, .from = "jane.doe@hospital.example",
     .id = "oof.1@hospital.example", .original_id = NOTICE_ID},
    {"auto-outlook-de.eml", INBOUND_AUTO, .from = "juergen.muster@klinik.example",
     .id = "oof.2@klinik.example", .original_id = NOTICE_ID},
    {"auto-gmail-vacation.eml", INBOUND_AUTO, .from = "biomed@practice.example",
     .id = "gmailvac.1@mailhost.example", .original_id = NOTICE_ID},
    {"auto-sieve.eml", INBOUND_AUTO, .from = "mt@spital.example",
     .id = "dovecot-sieve-1796755260-1-0@spital.example"},
    {"auto-precedence.eml", INBOUND_AUTO, .from = "helpdesk@hospital.example",
     .id = "prec.1@hospital.example"},
    {"auto-ticket-system.eml", INBOUND_AUTO, .from = "noreply@helpdesk.hospital.example",
     .id = "ticket.1@helpdesk.hospital.example"},
    {"auto-subject-and-text.eml", INBOUND_AUTO, .from = "jane.doe@hospital.example",
     .id = "oldoof.1@hospital.example"},
    {"auto-null-path.eml", INBOUND_AUTO, .from = "devices@hospital.example",
     .id = "nullpath.1@hospital.example"},
    {"auto-suppress.eml", INBOUND_AUTO, .from = "portal@hospital.example",
     .id = "suppress.1@hospital.example"},
    {"auto-own-notice.eml", INBOUND_AUTO, .from = "psirt@example.com", .id = NOTICE_ID,
     .no_token = true},
    /* One weak sign takes no answer, and does not throw the mail away either. */
    {"auto-perhaps-answer.eml", INBOUND_OTHER, .from = "jane.doe@hospital.example",
     .id = "perhaps.1@hospital.example"},
    /* Headers that say "no" are no sign. */
    {"auto-submitted-no.eml", INBOUND_ANSWER, .from = "jane.doe@hospital.example",
     .id = "submitted-no.1@hospital.example", .answer = "done", .code = "K7PQ2MX"},
};
#define AUTOMATIC (sizeof automatic / sizeof automatic[0])

START_TEST(a_bounce_without_a_report_is_taken_only_with_all_that_it_needs)
{
    inbox_check(&bounces[_i]);
}
END_TEST

START_TEST(an_automatic_reply_is_never_an_answer)
{
    inbox_check(&automatic[_i]);
}
END_TEST

START_TEST(each_fixture_of_a_machine_has_its_row)
{
    inbox_check_complete("bounce-", bounces, BOUNCES);
    inbox_check_complete("auto-", automatic, AUTOMATIC);
}
END_TEST

/* One header, or two weak signs, above a reply that would be an answer. */
static const struct {
    const char *header;
    const char *text;
    enum inbound_kind kind;
} signs[] = {
    {"X-Person: yes\n", "DONE K7PQ2MX", INBOUND_ANSWER},
    {"Auto-Submitted: auto-replied\n", "DONE K7PQ2MX", INBOUND_AUTO},
    {"Auto-Submitted: auto-notified; owner-email=a@b.example\n", "DONE K7PQ2MX", INBOUND_AUTO},
    {"Auto-Submitted:\n", "DONE K7PQ2MX", INBOUND_AUTO},
    {"AUTO-SUBMITTED: NO\n", "DONE K7PQ2MX", INBOUND_ANSWER},
    {"auto-submitted: no; x=y\n", "DONE K7PQ2MX", INBOUND_ANSWER},
    {"X-Autoreply: yes\n", "DONE K7PQ2MX", INBOUND_AUTO},
    {"X-Autoreply: no\n", "DONE K7PQ2MX", INBOUND_ANSWER},
    {"X-Autorespond: x\n", "DONE K7PQ2MX", INBOUND_AUTO},
    {"X-Auto-Response-Suppress: All\n", "DONE K7PQ2MX", INBOUND_AUTO},
    {"Precedence: bulk\n", "DONE K7PQ2MX", INBOUND_AUTO},
    {"Precedence: junk\n", "DONE K7PQ2MX", INBOUND_AUTO},
    {"Precedence: auto_reply\n", "DONE K7PQ2MX", INBOUND_AUTO},
    {"Precedence: list\n", "DONE K7PQ2MX", INBOUND_ANSWER},
    {"Return-Path: <>\n", "DONE K7PQ2MX", INBOUND_AUTO},
    {"Return-Path: < >\n", "DONE K7PQ2MX", INBOUND_AUTO},
    {"Subject: Automatic reply: x\n", "DONE K7PQ2MX", INBOUND_OTHER},
    {"Subject: Abwesenheitsnotiz: x\n", "DONE K7PQ2MX", INBOUND_OTHER},
    {"Subject: Re: Out of office\n", "DONE K7PQ2MX", INBOUND_ANSWER},
    {"Subject: Abwesend: x\n", "DONE K7PQ2MX\nIch bin nicht im B\xC3\xBCro.", INBOUND_AUTO},
    {"Subject: Re: x\n", "DONE K7PQ2MX\nThis is an automated reply.", INBOUND_OTHER},
    {"From: no-reply@x.example\n", "DONE K7PQ2MX", INBOUND_OTHER},
    {"From: No-Reply@x.example\n", "DONE K7PQ2MX\nPlease do not reply.", INBOUND_AUTO},
};

/* An automatic mail with these words is for a person: the notice is not where it should be. */
static const struct {
    const char *text;
    enum inbound_kind kind;
} held[] = {
    {"I am back on Monday.", INBOUND_AUTO},
    {"Your message has not yet been delivered and will be tried again.", INBOUND_AUTO},
    {"Your message was\nquarantined.", INBOUND_OTHER},
    {"Die Nachricht liegt in Quarant\xC3\xA4ne.", INBOUND_OTHER},
    {"Please confirm your\nmessage.", INBOUND_OTHER},
    {"This mailbox is no longer monitored.", INBOUND_OTHER},
    {"Frau Muster ist nicht mehr bei uns.", INBOUND_OTHER},
    {"The attachment was removed.", INBOUND_OTHER},
    {"-- \nThis mailbox is no longer read.", INBOUND_OTHER},
    {"> This mailbox is no longer read.", INBOUND_AUTO}, /* who quotes does not say it */
};

START_TEST(a_machine_that_keeps_the_notice_back_is_not_passed_over)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    str_init(&raw, STR_LIMIT_TEXT);
    str_addf(&raw,
             "To: " RETURN_ADDRESS "\nAuto-Submitted: auto-replied\n"
             "Content-Type: text/plain; charset=utf-8\n\n%s\nDONE K7PQ2MX\n",
             held[_i].text);
    inbox_read(&in, arena, str_bytes(&raw));
    ck_assert_msg(in.kind == held[_i].kind, "%s: %s", held[_i].text, inbound_kind_word(in.kind));
    ck_assert(!in.has_answer);
    ck_assert_ptr_null(in.code);
    str_dispose(&raw);
    arena_free(arena);
}
END_TEST

START_TEST(a_header_settles_it_and_two_weak_signs_do)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    str_init(&raw, STR_LIMIT_TEXT);
    str_addf(&raw, "To: " RETURN_ADDRESS "\n%sContent-Type: text/plain; charset=utf-8\n\n%s\n",
             signs[_i].header, signs[_i].text);
    inbox_read(&in, arena, str_bytes(&raw));
    ck_assert_msg(in.kind == signs[_i].kind, "%s%s: %s", signs[_i].header, signs[_i].text,
                  inbound_kind_word(in.kind));
    ck_assert(in.has_answer == (in.kind == INBOUND_ANSWER));
    str_dispose(&raw);
    arena_free(arena);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, a_machine_that_keeps_the_notice_back_is_not_passed_over, 0,
                        (int)(sizeof held / sizeof held[0]));
    tcase_add_loop_test(tc, a_bounce_without_a_report_is_taken_only_with_all_that_it_needs, 0,
                        (int)BOUNCES);
    tcase_add_loop_test(tc, an_automatic_reply_is_never_an_answer, 0, (int)AUTOMATIC);
    tcase_add_test(tc, each_fixture_of_a_machine_has_its_row);
    tcase_add_loop_test(tc, a_header_settles_it_and_two_weak_signs_do, 0,
                        (int)(sizeof signs / sizeof signs[0]));
}

int main(void)
{
    return inbox_run("channels.inbound_machines", add);
}
