/* The whole corpus of inbound mails, read by an installation that sent the notice they are about:
 * each changes what it should. And by installations where one thing does not fit: nothing changes.
 */
#include "base/file.h"
#include "channels/inbound.h"
#include "dispatcher/back/answer.h"
#include "dispatcher/run/state.h"
#include "store/party.h"
#include "tests/dispatcher/world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER TEST_SOURCE_DIR "/tests/fixtures/inbound"
#define RETURN_SHAPE "psirt+{token}@example.com"
/* What the mails of the corpus say. */
#define TOKEN "k3v9x2m7q4w8z6t5r1y0c8b2"
#define CODE "K7PQ2MX"
#define NOTICE_ID "5f0c2d9e.1@example.com"

static struct world w;
static struct notice ours;

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email,phone\n"
                      "h1,hdo,DE,devices@hospital.example,+49 30 1\n"
                      "h1,hdo,DE,two@h1.example,\n"
                      "h2,hdo,DE,other@h2.example,\n");
}

static void teardown(void)
{
    world_close(&w);
}

struct mail {
    char *name;
    struct str raw;
    enum inbound_kind kind;
    bool has_id, has_original, has_recipient;
    bool is_ours; /* token and, in an answer, the code */
};

static struct mail mail_read(const char *name)
{
    struct mail mail = {.name = xstrdup(name)};
    struct arena *arena = arena_new();
    struct inbound in;
    struct err err = {0};
    char *path = path_join(FOLDER, name);
    str_init(&mail.raw, STR_LIMIT_MAIL);
    ck_assert_int_eq(file_read(&mail.raw, path, STR_LIMIT_MAIL, &err), OK);
    ck_assert_int_eq(inbound_read(&in, arena, str_bytes(&mail.raw), RETURN_SHAPE, &err), OK);
    mail.kind = in.kind;
    mail.has_id = in.original_message_id != NULL;
    mail.has_original = in.original_recipient != NULL;
    mail.has_recipient = mail.has_original || in.final_recipient != NULL;
    mail.is_ours = text_equal(in.token, TOKEN) &&
                   (in.kind != INBOUND_ANSWER || text_equal(in.code, CODE)) &&
                   (!mail.has_id || text_equal(in.original_message_id, NOTICE_ID));
    free(path);
    arena_free(arena);
    return mail;
}

static void each_mail(void (*one)(struct mail *mail))
{
    DIR *dir = opendir(FOLDER);
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (!text_ends(entry->d_name, ".eml"))
            continue;
        struct mail mail = mail_read(entry->d_name);
        one(&mail);
        str_dispose(&mail.raw);
        free(mail.name);
    }
    (void)closedir(dir);
}

/* What the dispatcher says of it. */
static const char *deliver(struct bytes raw)
{
    struct err err = {0};
    struct str out;
    str_init(&out, STR_LIMIT_LINE);
    enum status status = answer_message(&w.app, "mail", raw, &out, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    const char *said = arena_strdup(w.arena, str_text(&out));
    str_dispose(&out);
    return said;
}

static size_t receipts(const struct notice *n)
{
    struct err err = {0};
    struct receipt_row *rows = NULL;
    size_t count = 0;
    ck_assert_int_eq(receipt_list(&rows, &count, w.arena, w.app.store, n->id, &err), OK);
    return count;
}

/* Entries of the log that say that something came back. */
static size_t noted(const struct notice *n)
{
    return world_entries(&w, "bounce.received", n->uid) +
           world_entries(&w, "dsn.received", n->uid) + world_entries(&w, "mdn.received", n->uid) +
           world_entries(&w, "ack.received", n->uid);
}

static bool same(const struct notice *a, const struct notice *b)
{
    return a->state == b->state && a->grade == b->grade && a->contact_id == b->contact_id &&
           text_equal(a->address, b->address) && text_equal(a->answer, b->answer) &&
           a->parcel_id == b->parcel_id && a->next_at_ms == b->next_at_ms &&
           a->sendings == b->sendings && a->tries == b->tries && a->accepted_ms == b->accepted_ms &&
           a->task_id == b->task_id;
}

/* A notice as the mails of the corpus mean it, but for what the world was told. */
static struct notice make(const struct advisory *advisory, const char *party,
                          enum notice_state state, const char *message_id, const char *address)
{
    struct notice n = world_notice(&w, advisory, party, 1, state, "relay");
    if (address != NULL)
        n.address = address;
    n.sendings = state_is_out(state) ? 1 : 0;
    n.grade = state_is_out(state) ? GRADE_TAKEN : GRADE_NONE;
    n.accepted_ms = state_is_out(state) ? WORLD_NOW : 0;
    world_parcel(&w, &n, message_id);
    return world_read(&w, &n);
}

static size_t applied, passed_over;

/* Every mail finds the notice as it was when it was sent. */
static void genuine(struct mail *mail)
{
    struct err err = {0};
    /* The corpus speaks of hospitals of many names; this one's is the recipient's of each mail. */
    struct arena *arena = arena_new();
    struct inbound in;
    ck_assert_int_eq(inbound_read(&in, arena, str_bytes(&mail->raw), RETURN_SHAPE, &err), OK);
    struct notice n = world_read(&w, &ours);
    enum notice_state from = n.state;
    n = ours;
    if (in.original_recipient != NULL || in.final_recipient != NULL)
        n.address = in.original_recipient != NULL ? in.original_recipient : in.final_recipient;
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    ck_assert_int_eq(notice_update(w.app.store, &n, from, &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    struct notice before = world_read(&w, &n);
    const char *said = deliver(str_bytes(&mail->raw));
    struct notice after = world_read(&w, &n);
    bool states = mail->has_id || mail->has_recipient || mail->kind == INBOUND_ANSWER;
    bool fits = mail->is_ours && states;
    bool changed = !same(&before, &after);
    static const enum grade grades[INBOUND_KIND_COUNT] = {[INBOUND_DELIVERED] = GRADE_DELIVERED,
                                                          [INBOUND_RELAYED] = GRADE_PASSED_ON,
                                                          [INBOUND_DISPLAYED] = GRADE_DISPLAYED};
    if (fits && mail->kind == INBOUND_BOUNCE)
        ck_assert_msg(after.state == STATE_PLANNED && after.grade == GRADE_BOUNCED &&
                          after.contact_id != before.contact_id,
                      "%s: %s", mail->name, said);
    else if (fits && mail->kind == INBOUND_ANSWER)
        ck_assert_msg(after.state == STATE_ANSWERED, "%s: %s", mail->name, said);
    else if (fits && grades[mail->kind] != GRADE_NONE)
        ck_assert_msg(after.state == STATE_ACCEPTED && after.grade == grades[mail->kind], "%s: %s",
                      mail->name, said);
    else
        ck_assert_msg(!changed, "%s: %s", mail->name, said);
    applied += changed;
    passed_over += !changed;

    /* Once more, the same bytes. */
    size_t count = receipts(&n);
    said = deliver(str_bytes(&mail->raw));
    ck_assert_msg(strstr(said, "read before") != NULL, "%s: %s", mail->name, said);
    struct notice again = world_read(&w, &n);
    ck_assert_msg(same(&after, &again) && receipts(&n) == count, "%s changed it twice", mail->name);
    arena_free(arena);
}

START_TEST(each_mail_that_fits_changes_what_it_should_once)
{
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    w.token = TOKEN;
    w.code = CODE;
    ours = make(&a, "h1", STATE_ACCEPTED, NOTICE_ID, NULL);
    each_mail(genuine);
    (void)printf(
        "inbound corpus: %zu mails changed the notice as they should, %zu changed nothing; "
        "each read twice, 0 counted twice\n",
        applied, passed_over);
    ck_assert_uint_gt(applied, 100);
    ck_assert_uint_gt(passed_over, 50);
}
END_TEST

/* What does not fit, and which mails it makes forged. */
enum forgery {
    WRONG_TOKEN,
    CODE_OF_ANOTHER,
    UNKNOWN_MESSAGE_ID,
    MESSAGE_ID_OF_ANOTHER,
    WRONG_RECIPIENT,
    NEVER_SENT,
    NOT_YET_DOTTED,
    CANCELLED,
    SUPERSEDED,
    FORGERIES
};

static const char *const forgery_words[FORGERIES] = {
    [WRONG_TOKEN] = "token of nobody",
    [CODE_OF_ANOTHER] = "code of another party",
    [UNKNOWN_MESSAGE_ID] = "Message-ID of nobody",
    [MESSAGE_ID_OF_ANOTHER] = "Message-ID of another notice",
    [WRONG_RECIPIENT] = "another recipient",
    [NEVER_SENT] = "a notice that was never sent",
    [NOT_YET_DOTTED] = "a notice that is being sent",
    [CANCELLED] = "a cancelled notice",
    [SUPERSEDED] = "a superseded notice",
};

static enum forgery forgery;
static struct notice others;
static size_t forged, changed;

static bool is_forged(const struct mail *mail)
{
    bool report = mail->kind == INBOUND_BOUNCE || mail->kind == INBOUND_DELIVERED ||
                  mail->kind == INBOUND_RELAYED || mail->kind == INBOUND_DISPLAYED;
    switch (forgery) {
    case CODE_OF_ANOTHER:
        return mail->kind == INBOUND_ANSWER;
    case UNKNOWN_MESSAGE_ID:
    case MESSAGE_ID_OF_ANOTHER:
        return report && mail->has_id;
    case WRONG_RECIPIENT: /* a bounce of a forwarded mailbox names another one, and is believed */
        return report && mail->has_recipient &&
               (!mail->has_id || (mail->has_original && mail->kind != INBOUND_BOUNCE));
    case WRONG_TOKEN:
    case NEVER_SENT:
    case NOT_YET_DOTTED:
    case CANCELLED:
    case SUPERSEDED:
    case FORGERIES:
        break;
    }
    return true;
}

static void forge(struct mail *mail)
{
    if (!is_forged(mail))
        return;
    const char *said = deliver(str_bytes(&mail->raw));
    struct notice now = world_read(&w, &ours);
    struct notice other = world_read(&w, &others);
    bool touched = !same(&now, &ours) || !same(&other, &others) ||
                   receipts(&ours) + receipts(&others) > 0 || noted(&ours) + noted(&others) > 0;
    if (touched)
        (void)fprintf(stderr, "%s, %s: %s", forgery_words[forgery], mail->name, said);
    forged++;
    changed += touched;
    ck_assert_msg(!touched, "%s, %s: %s", forgery_words[forgery], mail->name, said);
}

START_TEST(a_forged_mail_changes_nothing)
{
    static const enum notice_state states[FORGERIES] = {
        [WRONG_TOKEN] = STATE_ACCEPTED,        [CODE_OF_ANOTHER] = STATE_ACCEPTED,
        [UNKNOWN_MESSAGE_ID] = STATE_ACCEPTED, [MESSAGE_ID_OF_ANOTHER] = STATE_ACCEPTED,
        [WRONG_RECIPIENT] = STATE_ACCEPTED,    [NEVER_SENT] = STATE_READY,
        [NOT_YET_DOTTED] = STATE_SENDING,      [CANCELLED] = STATE_CANCELLED,
        [SUPERSEDED] = STATE_SUPERSEDED};
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    forgery = (enum forgery)_i;
    w.token = forgery == WRONG_TOKEN ? NULL : TOKEN;
    w.code = forgery == CODE_OF_ANOTHER ? NULL : CODE;
    bool foreign_id = forgery == UNKNOWN_MESSAGE_ID || forgery == MESSAGE_ID_OF_ANOTHER;
    ours = make(&a, "h1", states[forgery], foreign_id ? "another.1@example.com" : NOTICE_ID,
                forgery == WRONG_RECIPIENT ? "nobody@elsewhere.example" : NULL);
    w.token = NULL;
    w.code = forgery == CODE_OF_ANOTHER ? CODE : NULL;
    others = make(&a, "h2", STATE_ACCEPTED,
                  forgery == MESSAGE_ID_OF_ANOTHER ? NOTICE_ID : "theirs.1@example.com", NULL);
    each_mail(forge);
    (void)printf("%s: %zu forged, %zu changed\n", forgery_words[forgery], forged, changed);
    ck_assert_uint_gt(forged, 10);
}
END_TEST

/* A report about the route in force; serial keeps its bytes from being those of another. */
static const char *report(const char *action, const char *recipient, const char *message_id)
{
    static unsigned serial;
    char *raw = xprintf("To: psirt+%s@example.com\nSubject: %u\nMIME-Version: 1.0\nContent-Type: "
                        "multipart/report; boundary=b\n\n--b\nContent-Type: "
                        "message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: "
                        "rfc822; %s\nAction: %s\n\n--b\nContent-Type: text/rfc822-headers\n\n"
                        "Message-ID: <%s>\n\n--b--\n",
                        TOKEN, ++serial, recipient, action, message_id);
    const char *said = deliver(bytes_of(raw));
    free(raw);
    return said;
}

START_TEST(of_two_reports_that_conflict_the_bad_one_counts_in_any_order)
{
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    w.token = TOKEN;
    ours = make(&a, "h1", STATE_ACCEPTED, NOTICE_ID, NULL);
    if (_i == 0)
        (void)report("delivered", "devices@hospital.example", NOTICE_ID);
    (void)report("failed", "devices@hospital.example", NOTICE_ID);
    (void)report("delivered", "devices@hospital.example", NOTICE_ID);
    (void)report("relayed", "devices@hospital.example", NOTICE_ID);
    struct notice n = world_read(&w, &ours);
    ck_assert_int_eq(n.state, STATE_PLANNED);
    ck_assert_int_eq(n.grade, GRADE_BOUNCED);
    ck_assert_str_eq(n.address, "two@h1.example");
}
END_TEST

START_TEST(a_bounce_told_twice_in_other_bytes_ends_one_route_only)
{
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct err err = {0};
    w.token = TOKEN;
    ours = make(&a, "h1", STATE_ACCEPTED, NOTICE_ID, NULL);
    (void)report("failed", "devices@hospital.example", NOTICE_ID);
    struct notice n = world_read(&w, &ours);
    ck_assert_str_eq(n.address, "two@h1.example");
    n.state = STATE_ACCEPTED;
    n.grade = GRADE_TAKEN;
    ck_assert_int_eq(notice_update(w.app.store, &n, STATE_PLANNED, &err), OK);
    world_parcel(&w, &n, "second@example.com");
    (void)report("failed", "devices@hospital.example", NOTICE_ID);
    (void)report("delivered", "devices@hospital.example", NOTICE_ID);
    (void)report("failed", "devices@hospital.example", "");
    n = world_read(&w, &ours);
    ck_assert_int_eq(n.state, STATE_ACCEPTED);
    ck_assert_int_eq(n.grade, GRADE_TAKEN); /* what the first route came to is not the second's */
    ck_assert_str_eq(n.address, "two@h1.example");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.forged");
    TCase *tc = tcase_create("forged");
    tcase_set_timeout(tc, 240);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, each_mail_that_fits_changes_what_it_should_once);
    tcase_add_loop_test(tc, a_forged_mail_changes_nothing, 0, FORGERIES);
    tcase_add_loop_test(tc, of_two_reports_that_conflict_the_bad_one_counts_in_any_order, 0, 2);
    tcase_add_test(tc, a_bounce_told_twice_in_other_bytes_ends_one_route_only);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
