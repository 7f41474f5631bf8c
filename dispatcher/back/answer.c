#include "dispatcher/back/answer.h"
#include "store/party.h"

#include "base/utf8.h"
#include "channels/inbound.h"
#include "dispatcher/op.h"
#include "dispatcher/routine/remind.h"
#include "dispatcher/run/state.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A message on its way in; texts in the arena. */
struct letter {
    struct arena *arena;
    struct app *app;
    const char *name;
    struct bytes raw;
    struct inbound in;
    struct notice notice; /* id 0: unmatched */
    bool earlier;         /* a report about a route that is not the one in force any more */
    char sha256[65];
    const char *outcome, *reason;
};

static void suspect(struct letter *l, const char *reason)
{
    l->outcome = "suspect";
    l->reason = reason;
}

/* Did it leave once, perhaps by another route? Who answers or reports what never left? */
static bool has_left(const struct notice *notice)
{
    return state_is_out(notice->state) || notice->sendings > 0;
}

/* Does what the report says of itself fit the notice that its token names? */
static enum status check_report(struct letter *l, struct err *err)
{
    const struct inbound *in = &l->in;
    struct parcel_row parcel;
    const char *sent_to = l->notice.address;
    if (!has_left(&l->notice)) {
        suspect(l, "a report about a notice that has not left");
        return OK;
    }
    if (in->original_message_id != NULL) {
        enum status status =
            parcel_by_message_id(&parcel, l->arena, l->app->store, in->original_message_id, err);
        if (status == ERR_NOT_FOUND || (status == OK && parcel.notice_id != l->notice.id)) {
            suspect(l, "names a Message-ID that is not of this notice");
            return OK;
        }
        if (status != OK)
            return status;
        sent_to = parcel.address;
        l->earlier = parcel.id != l->notice.parcel_id;
    }
    const char *named =
        in->original_recipient != NULL ? in->original_recipient : in->final_recipient;
    bool fits = named == NULL || sent_to == NULL || strcasecmp(named, sent_to) == 0 ||
                (in->final_recipient != NULL && strcasecmp(in->final_recipient, sent_to) == 0);
    if (named == NULL && in->original_message_id == NULL)
        suspect(l, "names neither a recipient nor a Message-ID");
    /* A forwarded mailbox reports another recipient. The Message-ID must prove it then, and good
     * news must not say that the mail was for somebody else to begin with. */
    if (!fits && (in->original_message_id == NULL ||
                  (in->kind != INBOUND_BOUNCE && in->original_recipient != NULL)))
        suspect(l, "names a recipient that this notice did not go to");
    return OK;
}

static enum grade report_grade(enum inbound_kind kind)
{
    switch (kind) {
    case INBOUND_BOUNCE:
        return GRADE_BOUNCED;
    case INBOUND_DELIVERED:
        return GRADE_DELIVERED;
    case INBOUND_RELAYED:
        return GRADE_PASSED_ON;
    case INBOUND_DISPLAYED:
        return GRADE_DISPLAYED;
    case INBOUND_DELAYED:
    case INBOUND_ANSWER:
    case INBOUND_AUTO:
    case INBOUND_OTHER:
    case INBOUND_KIND_COUNT:
        break;
    }
    return GRADE_NONE;
}

static struct entry *report_entry(struct letter *l, enum grade grade, enum notice_state next)
{
    const char *kind = grade == GRADE_BOUNCED     ? "bounce.received"
                       : grade == GRADE_DISPLAYED ? "mdn.received"
                                                  : "dsn.received";
    struct entry *entry = entry_new(kind, l->app->actor, l->notice.uid);
    entry_text(entry, "best", grade_word(l->notice.grade));
    entry_personal(entry, "detail", l->in.diagnostic);
    entry_text(entry, "grade", grade_word(grade));
    entry_text(entry, "how", grade == GRADE_DISPLAYED ? "mdn" : "dsn");
    entry_instant(entry, "next_at", l->notice.next_at_ms);
    entry_personal(entry, "sha256", l->sha256);
    entry_text(entry, "state", notice_state_word(next));
    entry_text(entry, "status", l->in.status);
    return entry;
}

/* A bounce ends the route in force and no other; false: it changes nothing, l says why. */
static bool bounce_counts(struct letter *l)
{
    enum notice_state state = l->notice.state;
    if (state == STATE_DOTTED && !l->earlier) {
        suspect(l, "a bounce that came before the relay's own answer");
        return false;
    }
    if (!l->earlier &&
        (state == STATE_ACCEPTED || state == STATE_PASSED || state == STATE_UNCERTAIN))
        return true;
    l->outcome = "no-change";
    l->reason = l->earlier ? "a bounce of an earlier route: another one is in force"
                           : "the notice does not wait for a bounce any more";
    return false;
}

static enum status apply_bounce(struct letter *l, struct err *err)
{
    struct notice *n = &l->notice;
    n->grade = GRADE_BOUNCED;
    const char *reason = arena_printf(l->arena, "bounced%s%s", l->in.status != NULL ? ": " : "",
                                      l->in.status != NULL ? l->in.status : "");
    return move_to_route(l->app, n, false, reason, report_entry(l, GRADE_BOUNCED, STATE_PLANNED),
                         err);
}

static enum status apply_report(struct letter *l, struct err *err)
{
    struct notice *n = &l->notice;
    enum grade grade = report_grade(l->in.kind);
    enum status status = check_report(l, err);
    if (status != OK || text_equal(l->outcome, "suspect"))
        return status;
    if (grade == GRADE_BOUNCED && !bounce_counts(l))
        return OK;
    struct receipt_row row = {.notice_id = n->id,
                              .grade = grade,
                              .how = l->in.kind == INBOUND_DISPLAYED ? "mdn" : "dsn",
                              .detail = l->in.diagnostic,
                              .units = -1,
                              .sha256 = l->sha256,
                              .at_ms = app_now(l->app)};
    l->outcome = "applied";
    status = receipt_add(&row, l->app->store, err);
    if (status != OK)
        return status;
    if (grade == GRADE_BOUNCED)
        return apply_bounce(l, err);
    /* What happened to an earlier route is kept as a receipt; the grade is of the one in force. */
    if (grade > n->grade && n->grade != GRADE_BOUNCED && !l->earlier)
        n->grade = grade;
    /* A delivery report is the word that an uncertain sending waited for. */
    if (n->state == STATE_UNCERTAIN && grade >= GRADE_DELIVERED && !l->earlier) {
        n->accepted_ms = app_now(l->app);
        n->next_at_ms = n->accepted_ms + l->app->settings->mail.bounce_watch_ms;
        return move_notice(l->app, n, EVENT_ACCEPTED, report_entry(l, grade, STATE_ACCEPTED), err);
    }
    return move_save(l->app, n, report_entry(l, grade, n->state), err);
}

/* Nobody can be asked for a code that stands outside of a text for many, where their program may
 * not show it. It would prove nothing that the token does not: both travel in the open. */
static bool may_lack_code(const struct letter *l)
{
    return l->notice.form == FORM_BROADCAST && l->in.has_answer && l->in.code == NULL;
}

/* Who supplies others tells them in turn, and says how many; of anybody else a number is prose. */
static enum status find_units(int64_t *out, struct letter *l, struct err *err)
{
    struct party party;
    *out = -1;
    if (l->in.told < 0)
        return OK;
    enum status status = party_get(&party, l->arena, l->app->store, l->notice.party, err);
    if (status == OK && answer_of_supplier(party.kind))
        *out = l->in.told;
    return status == ERR_NOT_FOUND ? OK : status;
}

static enum status apply_answer(struct letter *l, struct err *err)
{
    if (!may_lack_code(l) && !text_equal(l->in.code, l->notice.code)) {
        suspect(l, l->in.code == NULL ? "an answer without a code"
                                      : "its code is not the one of this notice");
        return OK;
    }
    enum notice_state next = l->notice.state;
    if (!has_left(&l->notice) || !state_next(&next, next, EVENT_ANSWERED)) {
        suspect(l, "an answer to a notice that has not left");
        return OK;
    }
    struct answer_note note = {.answer = l->in.answer,
                               .how = "mail",
                               .detail = l->in.text,
                               .sha256 = l->sha256,
                               .units = -1};
    l->outcome = "applied";
    enum status status = find_units(&note.units, l, err);
    return status == OK ? answer_note(l->app, &l->notice, &note, err) : status;
}

static enum status match(struct letter *l, struct err *err)
{
    l->outcome = "unmatched";
    l->reason = "its address holds no token of ours";
    if (l->in.token == NULL)
        return OK;
    enum status status = notice_by_token(&l->notice, l->arena, l->app->store, l->in.token, err);
    if (status == ERR_NOT_FOUND) {
        l->reason = "no notice has this token";
        return OK;
    }
    if (status == OK)
        l->outcome = l->reason = NULL;
    return status == OK ? remind_to_first(&l->notice, l->arena, l->app, l->in.code, err) : status;
}

static enum status apply(struct letter *l, struct err *err)
{
    switch (l->in.kind) {
    case INBOUND_BOUNCE:
    case INBOUND_DELIVERED:
    case INBOUND_RELAYED:
    case INBOUND_DISPLAYED:
        return apply_report(l, err);
    case INBOUND_ANSWER:
        return apply_answer(l, err);
    case INBOUND_DELAYED:
        l->outcome = "no-change";
        l->reason = "delayed: the relay goes on trying";
        return OK;
    case INBOUND_AUTO:
        l->outcome = "no-change";
        l->reason = "an automatic reply";
        return OK;
    case INBOUND_OTHER:
        if (may_lack_code(l))
            return apply_answer(l, err);
        break;
    case INBOUND_KIND_COUNT:
        break;
    }
    suspect(l, "words that no program should decide on");
    return OK;
}

/* What was not applied and may matter goes to a person. */
static enum status hand_over(struct letter *l, struct err *err)
{
    bool matters = text_equal(l->outcome, "suspect") ||
                   (text_equal(l->outcome, "unmatched") && l->in.kind != INBOUND_AUTO);
    if (!matters)
        return OK;
    struct task task = {.kind = TASK_INBOUND,
                        .cause = "inbound to read",
                        .title = "Mail came back that a person has to read",
                        .todo = "tocsin receipt list shows them; log what they mean with tocsin "
                                "ack, then close the task."};
    struct task_item item = {.about = arena_printf(l->arena, "mail %.12s", l->sha256),
                             .notice_id = l->notice.id,
                             .detail = l->reason};
    return move_task(l->app, &task, &item, l->notice.id != 0 ? l->notice.uid : NULL, err);
}

static enum status keep(struct letter *l, struct err *err)
{
    struct inbound_row row = {.sha256 = l->sha256,
                              .kind = inbound_kind_word(l->in.kind),
                              .notice_id = l->notice.id,
                              .outcome = l->outcome,
                              .reason = l->reason,
                              .at_ms = app_now(l->app)};
    return inbound_add(&row, l->app->store, err);
}

static enum status process(struct app *app, void *context, struct err *err)
{
    struct letter *l = context;
    (void)app;
    enum status status = match(l, err);
    if (status == OK && l->notice.id != 0)
        status = apply(l, err);
    if (status == OK && l->outcome == NULL)
        l->outcome = "applied";
    return status;
}

enum status answer_message(struct app *app, const char *name, struct bytes raw, struct str *out,
                           struct err *err)
{
    struct letter l = {.arena = arena_new(), .app = app, .name = name, .raw = raw};
    struct err cause = {0};
    enum status status = inbound_read(&l.in, l.arena, raw, app->settings->mail.reply, err);
    if (status == OK)
        status = app_begin(app, err);
    if (status != OK)
        goto done;
    status = blob_put(l.sha256, app->store, raw, err);
    /* A move that came too late must not lose the message: it is kept as one to read. */
    if (status == OK) {
        status = app_item(app, process, &l, &cause);
        if (status == ERR_STALE) {
            suspect(&l, arena_strdup(l.arena, cause.text));
            status = OK;
        } else if (status != OK)
            *err = cause;
    }
    if (status == OK)
        status = keep(&l, err);
    if (status == ERR_EXISTS) {
        app_rollback(app);
        str_addf(out, "%s: read before, nothing changed\n", name);
        status = OK;
        goto done;
    }
    if (status == OK)
        status = hand_over(&l, err);
    if (status == OK)
        status = app_commit(app, err);
    else
        app_rollback(app);
    if (status == OK)
        str_addf(out, "%s: %s: %s%s%s\n", name, inbound_kind_word(l.in.kind), l.outcome,
                 l.reason != NULL ? ": " : "", l.reason != NULL ? l.reason : "");
done:
    arena_free(l.arena);
    return status;
}

struct reading {
    struct app *app;
    struct str *out;
};

static enum status read_one(void *context, const char *name, struct bytes raw, struct err *err)
{
    struct reading *r = context;
    return answer_message(r->app, name, raw, r->out, err);
}

enum status answer_read(struct app *app, const char *path, struct str *out, size_t *count,
                        struct err *err)
{
    struct reading r = {app, out};
    return inbound_each(path, read_one, &r, count, err);
}

enum { ARG_NAME = OP_ARG, ARG_RAW };

enum status op_inbound(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    return answer_message(app, frame_get_text(in, ARG_NAME), frame_get_bytes(in, ARG_RAW), out,
                          err);
}
