#include "dispatcher/back/intake.h"

#include "base/random.h"
#include "base/sha256.h"
#include "cases/intake.h"
#include "dispatcher/back/answer.h"
#include "dispatcher/back/reply.h"
#include "dispatcher/cases/case_act.h"
#include "dispatcher/duties/duty_keep.h"
#include "dispatcher/op.h"
#include "dispatcher/run/move.h"
#include "seal/header.h"
#include "store/report.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One mail on its way in; texts in the arena, or borrowed from what was opened. */
struct intake {
    struct app *app;
    struct arena *arena;
    const char *name;
    struct bytes raw;
    const struct opened_mail *opened;
    struct report_row row;
    struct case_file matter; /* id 0: none */
    struct intake_choice choice;
    char sha256[SHA256_HEX], text[SHA256_HEX], parts[SHA256_HEX];
    char notice[RANDOM_UID]; /* of the automatic answer; "": none */
    bool known;              /* these bytes were read before */
};

/* What is not there is no fault. */
static enum status perhaps(enum status status)
{
    return status == ERR_NOT_FOUND ? OK : status;
}

/* The case of an automatic answer of ours; 0: it is none. */
static enum status case_of_notice(int64_t *out, struct intake *in, const struct notice *notice,
                                  struct err *err)
{
    struct report_row report;
    if (notice->kind != NOTICE_ACKNOWLEDGEMENT)
        return OK;
    enum status status = report_of_notice(&report, in->arena, in->app->store, notice->id, err);
    if (status == OK)
        *out = report.case_id;
    return perhaps(status);
}

static enum status case_of_message(int64_t *out, struct intake *in, const char *id, struct err *err)
{
    struct parcel_row parcel;
    struct notice notice;
    enum status status = case_message_find(out, in->app->store, id, err);
    if (status != ERR_NOT_FOUND)
        return status;
    *out = 0;
    status = parcel_by_message_id(&parcel, in->arena, in->app->store, id, err);
    if (status == OK)
        status = notice_get(&notice, in->arena, in->app->store, parcel.notice_id, err);
    if (status == OK)
        status = case_of_notice(out, in, &notice, err);
    return perhaps(status);
}

/*
 * The thread that it goes on from: a mail of ours or of the reporter that it names, or the address
 * that only our answer had. A number in the subject is none: anybody can count.
 */
static enum status find_thread(struct intake *in, struct err *err)
{
    const struct report_mail *m = &in->opened->mail;
    int64_t id = 0;
    enum status status = OK;
    for (size_t i = 0; status == OK && id == 0 && i < m->reference_count; i++)
        status = case_of_message(&id, in, m->references[i], err);
    if (status == OK && id == 0 && m->token != NULL) {
        struct notice notice;
        status = notice_by_token(&notice, in->arena, in->app->store, m->token, err);
        if (status == OK)
            status = case_of_notice(&id, in, &notice, err);
        status = perhaps(status);
    }
    if (status == OK && id != 0)
        status = case_get(&in->matter, in->arena, in->app->store, id, err);
    return status;
}

/* Address of ours, the return address of a notice among them. */
static bool is_ours(const struct settings *s, const char *address)
{
    const char *hole = strstr(s->mail.reply, "{token}");
    const size_t before = hole == NULL ? 0 : (size_t)(hole - s->mail.reply);
    if (address == NULL)
        return false;
    if (strcasecmp(address, s->mail.from) == 0 ||
        (s->policy.contact != NULL && strcasecmp(address, s->policy.contact) == 0))
        return true;
    const char *at = strchr(address, '@');
    return hole != NULL && before > 0 && at != NULL &&
           strncasecmp(address, s->mail.reply, before) == 0 &&
           strcasecmp(at, strchr(hole, '@') != NULL ? strchr(hole, '@') : "") == 0;
}

static enum intake_voice voice_of(enum report_voice voice)
{
    switch (voice) {
    case VOICE_PERSON:
        return INTAKE_PERSON;
    case VOICE_MACHINE:
        return INTAKE_MACHINE;
    case VOICE_REPLY:
        return INTAKE_REPLY;
    case VOICE_DELIVERY:
        break;
    }
    return INTAKE_DELIVERY;
}

static enum status choose(struct intake *in, struct err *err)
{
    const struct settings *s = in->app->settings;
    const struct report_mail *m = &in->opened->mail;
    const int64_t now = app_now(in->app);
    const struct intake_limits limits = {.cases_per_hour = s->reports.cases_per_hour,
                                         .answers_per_hour = s->reports.answers_per_hour,
                                         .answers_per_sender = s->reports.answers_per_sender};
    struct report_tally tally;
    struct report_row twin;
    enum status status = OK;
    if (m->message_id != NULL && in->row.text != NULL) {
        status = report_twin(&twin, in->arena, in->app->store, m->message_id, in->row.text, err);
        if (status == OK) {
            in->choice = (struct intake_choice){INTAKE_PASSED, false, "the same mail came before"};
            return OK;
        }
        status = perhaps(status);
    }
    if (status == OK)
        status = find_thread(in, err);
    if (status == OK)
        status = report_count(&tally, in->app->store, m->from, now - MS_HOUR, now - MS_DAY, err);
    if (status != OK)
        return status;
    const struct intake_mail mail = {.voice = voice_of(m->voice),
                                     .robot = m->robot,
                                     .thread = in->matter.id != 0,
                                     .from_ourselves = is_ours(s, m->from),
                                     .address_usable =
                                         m->from != NULL && header_address_is_good(m->from),
                                     .opened = tally.opened,
                                     .answered = tally.answered,
                                     .answered_one = tally.answered_sender};
    in->choice = intake_choose(&mail, &limits);
    return OK;
}

/* Words, and what hangs on it: each a blob of its own. */
static enum status keep_words(struct intake *in, struct err *err)
{
    const char *text = in->opened->mail.text;
    enum status status = blob_put(in->sha256, in->app->store, in->raw, err);
    in->row.sha256 = in->sha256;
    if (status == OK && text[0] != '\0') {
        status = blob_put(in->text, in->app->store, bytes_of(text), err);
        in->row.text = in->text;
    }
    return status;
}

static enum status open_case(struct intake *in, struct err *err)
{
    const struct report_mail *m = &in->opened->mail;
    const struct case_opening opening = {.source =
                                             (enum case_source)in->app->settings->reports.source,
                                         .how = "mail",
                                         .title = m->subject,
                                         .reporter = m->name,
                                         .reporter_mail = m->from};
    return case_act_open(&in->matter, in->arena, in->app, &opening, err);
}

static enum status add_text(struct intake *in, struct err *err)
{
    const struct report_mail *m = &in->opened->mail;
    const struct case_text text = {
        .way = WAY_IN, .text = in->raw, .message_id = m->message_id, .address = m->from};
    return case_act_text(NULL, in->app, &in->matter, &text, err);
}

static enum status answer(struct intake *in, struct err *err)
{
    struct notice notice;
    enum status status =
        reply_plan(&in->row.notice_id, in->app, &in->matter, in->opened->mail.from, err);
    if (status == OK)
        status = notice_get(&notice, in->arena, in->app->store, in->row.notice_id, err);
    if (status == OK)
        memcpy(in->notice, notice.uid, strnlen(notice.uid, sizeof in->notice - 1));
    return status;
}

static enum status keep_parts(struct intake *in, struct err *err)
{
    const struct report_mail *m = &in->opened->mail;
    struct str list;
    enum status status = OK;
    str_init(&list, STR_LIMIT_TEXT);
    for (size_t i = 0; status == OK && i < m->piece_count; i++) {
        char sha256[SHA256_HEX];
        struct report_part part = {.report_id = in->row.id,
                                   .name = m->pieces[i].name,
                                   .type = m->pieces[i].type,
                                   .size = (int64_t)m->pieces[i].body.size,
                                   .sha256 = sha256};
        status = blob_put(sha256, in->app->store, m->pieces[i].body, err);
        if (status == OK)
            status = report_part_add(&part, in->app->store, err);
        report_part_line(&list, &part);
    }
    if (list.size > 0)
        sha256_hex_of(in->parts, str_bytes(&list));
    str_dispose(&list);
    return status;
}

static enum status record(struct intake *in, struct err *err)
{
    struct entry *entry =
        entry_new("report.received", in->app->actor, in->matter.id != 0 ? in->matter.uid : NULL);
    entry_at(entry, in->row.at_ms);
    entry_bool(entry, "encrypted", in->row.encrypted);
    entry_personal(entry, "message_id", in->row.message_id);
    entry_text(entry, "notice", in->notice[0] != '\0' ? in->notice : NULL);
    entry_text(entry, "outcome", in->row.outcome);
    entry_personal(entry, "parts_sha256", in->parts[0] != '\0' ? in->parts : NULL);
    entry_personal(entry, "reason", in->row.reason);
    entry_personal(entry, "sender", in->row.sender);
    entry_personal(entry, "sha256", in->row.sha256);
    entry_personal(entry, "text_sha256", in->row.text);
    return app_record(in->app, entry, err);
}

/* Who has to look at what no program can, or should. */
static enum status hand_over(struct intake *in, struct err *err)
{
    const bool gathered = in->choice.outcome == INTAKE_GATHERED;
    const bool joined = in->choice.outcome == INTAKE_JOINED;
    const char *trouble = in->choice.outcome == INTAKE_PASSED ? NULL : in->opened->trouble;
    if (!gathered && !joined && trouble == NULL)
        return OK;
    const char *number = gathered ? NULL : in->matter.number;
    struct task task = {
        .kind = TASK_INBOUND,
        .cause = gathered ? "reports gathered" : arena_printf(in->arena, "report %s", number),
        .title = gathered ? "More reports came than cases are opened for in an hour: read them"
                          : arena_printf(in->arena, "Case %s: read what came by mail", number),
        .todo = gathered ? "Each is kept and none was answered. Read them in the mailbox, open "
                           "cases for what is one (tocsin case open), then close the task."
                         : arena_printf(in->arena,
                                        "tocsin case show %s has the words; what could not be read "
                                        "is in the mail itself. Then close the task.",
                                        number)};
    const struct task_item item = {.about = arena_printf(in->arena, "mail %.12s", in->sha256),
                                   .detail = trouble != NULL ? trouble : in->choice.reason};
    return move_task(in->app, &task, &item, gathered ? NULL : in->matter.uid, err);
}

static enum status take(struct intake *in, const struct duty_book *book, struct err *err)
{
    const struct report_mail *m = &in->opened->mail;
    enum status status = keep_words(in, err);
    if (status == OK)
        status = choose(in, err);
    if (status != OK)
        return status;
    const bool opens = in->choice.outcome == INTAKE_OPENED;
    const bool belongs = opens || in->choice.outcome == INTAKE_JOINED;
    if (opens)
        status = open_case(in, err);
    if (status == OK && belongs)
        status = add_text(in, err);
    if (status == OK && opens && in->choice.answer)
        status = answer(in, err);
    in->row.case_id = belongs ? in->matter.id : 0;
    in->row.outcome = intake_word(in->choice.outcome);
    in->row.reason = in->choice.reason != NULL ? in->choice.reason : in->opened->trouble;
    in->row.sender = m->from;
    in->row.message_id = m->message_id;
    in->row.encrypted = in->opened->encrypted;
    in->row.at_ms = app_now(in->app);
    if (!belongs)
        in->matter = (struct case_file){0};
    if (status == OK) { /* what else exists already, a case's number, is no reason to pass a mail */
        status = report_add(&in->row, in->app->store, err);
        in->known = status == ERR_EXISTS;
    }
    if (status == OK)
        status = keep_parts(in, err);
    if (status == OK)
        status = record(in, err);
    if (status == OK)
        status = hand_over(in, err);
    return status == OK && belongs ? duty_refresh(in->app, &in->matter, book, err) : status;
}

static bool is_shared(const struct settings *s)
{
    return s->mail.inbox != NULL && text_equal(s->mail.inbox, s->reports.mailbox);
}

/* An answer to a notice, or a report about one, came to this mailbox. */
static enum status is_of_a_notice(bool *out, struct intake *in, struct err *err)
{
    const struct report_mail *m = &in->opened->mail;
    struct notice notice;
    *out = false;
    if (m->token == NULL) /* of one mailbox for both: a person reads what became of a mail */
        *out = m->voice == VOICE_DELIVERY && is_shared(in->app->settings);
    if (m->token == NULL)
        return OK;
    enum status status = notice_by_token(&notice, in->arena, in->app->store, m->token, err);
    if (status == OK)
        *out = notice.kind != NOTICE_ACKNOWLEDGEMENT || m->voice == VOICE_DELIVERY;
    return perhaps(status);
}

enum status intake_message(struct app *app, const char *name, struct bytes raw,
                           const struct opened_mail *opened, struct str *out, struct err *err)
{
    struct intake in = {
        .app = app, .arena = arena_new(), .name = name, .raw = raw, .opened = opened};
    struct duty_book book;
    bool other = false;
    duty_book_open(&book, app);
    enum status status = is_of_a_notice(&other, &in, err);
    if (status == OK && other) {
        status = answer_message(app, name, raw, out, err);
        goto done;
    }
    if (status == OK)
        status = app_begin(app, err);
    if (status != OK)
        goto done;
    status = take(&in, &book, err);
    if (status == OK)
        status = app_commit(app, err);
    else
        app_rollback(app);
    if (status == ERR_EXISTS && in.known) {
        str_addf(out, "%s: read before, nothing changed\n", name);
        status = OK;
    } else if (status == OK) {
        str_addf(out, "%s: %s%s%s%s%s%s\n", name, in.row.outcome, in.matter.id != 0 ? " " : "",
                 in.matter.id != 0 ? in.matter.number : "",
                 in.row.notice_id != 0 ? ", answered" : "", in.row.reason != NULL ? ": " : "",
                 in.row.reason != NULL ? in.row.reason : "");
    }
done:
    duty_book_close(&book);
    arena_free(in.arena);
    return status;
}

enum { ARG_NAME = OP_ARG, ARG_RAW, ARG_OPENED };

enum status op_intake(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct opened_mail opened;
    const char *name = frame_get_text(in, ARG_NAME);
    if (name == NULL || !opened_get(&opened, in, ARG_OPENED))
        return err_set(err, ERR_INVALID,
                       "intake: command and dispatcher are of different versions: restart the "
                       "dispatcher");
    return intake_message(app, name, frame_get_bytes(in, ARG_RAW), &opened, out, err);
}
