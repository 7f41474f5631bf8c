#include "dispatcher/run/work.h"

#include "base/log.h"
#include "base/random.h"
#include "dispatcher/release/supersede.h"
#include "dispatcher/routine/digest.h"
#include "dispatcher/run/backoff.h"
#include "dispatcher/run/job.h"
#include "dispatcher/run/state.h"
#include "dispatcher/run/window.h"

#include <stdlib.h>

#define TRIES_BEFORE_LATE 3

enum status work_begin(struct frame_out *job, int64_t *attempt_id, struct app *app,
                       struct notice *notice, const char *endpoint, struct err *err)
{
    struct arena *arena = arena_new();
    struct parcel_row parcel;
    struct str message;
    bool gone = false;
    *attempt_id = 0;
    str_init(&message, STR_LIMIT_MAIL);
    enum status status = supersede_notice(&gone, app, notice, err);
    if (status == OK && !gone)
        status = digest_put_off(&gone, app, notice, err);
    if (status != OK || gone)
        goto done;
    status = parcel_get(&parcel, arena, app->store, notice->parcel_id, err);
    if (status == OK && (parcel.level != notice->level || parcel.notice_id != notice->id))
        status = err_set(err, ERR_CORRUPT, "notice %s: its parcel is of another level: not sent",
                         notice->uid);
    /* A lane that leads to the wrong carrier must never make a mail look sent. */
    bool file = text_equal(endpoint, RECIPIENT_OUTBOX);
    if (status == OK && notice->route != (file ? ROUTE_FILE : ROUTE_SMTP))
        status = err_set(err, ERR_INVALID, "notice %s: goes by %s, not by %s: not sent",
                         notice->uid, route_word(notice->route), endpoint);
    if (status == OK && notice->crashes >= app->settings->retry.crashes * WORK_CRASH_WORKER) {
        status = move_to_task(app, notice, TASK_POISON,
                              "set aside after carriers were lost over it", err);
        goto done;
    }
    if (status == OK)
        status = blob_get(&message, app->store, parcel.sha256, err);
    struct attempt attempt = {
        .notice_id = notice->id, .parcel_id = parcel.id, .begin_ms = app_now(app)};
    if (status == OK)
        status = attempt_add(&attempt, app->store, err);
    if (status != OK)
        goto done;
    notice->attempt_id = attempt.id;
    notice->tries++;
    notice->crashes += WORK_CRASH_CLAIM;
    struct entry *entry = entry_new("attempt.begin", app->actor, notice->uid);
    entry_at(entry, attempt.begin_ms);
    entry_int(entry, "attempt", attempt.id);
    entry_text(entry, "endpoint", endpoint);
    entry_text(entry, "parcel_sha256", parcel.sha256);
    entry_int(entry, "sending", notice->sendings + 1);
    entry_text(entry, "why",
               notice->sendings > 0
                   ? "the outcome of an earlier sending is not known or it came back"
                   : NULL);
    status = move_notice(app, notice, EVENT_BEGIN, entry, err);
    if (status == OK) {
        char *from = compose_return_address(app->settings, notice->token);
        char *id = arena_printf(arena, "%s.%lld", notice->uid, (long long)attempt.id);
        frame_begin(job, JOB_PARCEL);
        frame_int(job, attempt.id);
        frame_text(job, id);
        frame_text(job, notice->uid);
        frame_text(job, parcel.message_id);
        frame_text(job, from);
        frame_text(job, parcel.address);
        frame_bytes(job, str_bytes(&message));
        free(from);
        *attempt_id = attempt.id;
    }
done:
    str_dispose(&message);
    arena_free(arena);
    return status;
}

/* The notice whose open attempt this is. ERR_STALE when the attempt is not open any more. */
static enum status find_attempt(struct notice *notice, struct attempt *attempt, struct arena *arena,
                                struct app *app, int64_t attempt_id, struct err *err)
{
    enum status status = attempt_get(attempt, arena, app->store, attempt_id, err);
    if (status == OK)
        status = notice_get(notice, arena, app->store, attempt->notice_id, err);
    if (status == OK && (notice->attempt_id != attempt_id || attempt->end_ms != 0))
        status = err_set(err, ERR_STALE, "attempt %lld is over", (long long)attempt_id);
    return status;
}

enum status work_dot(struct app *app, int64_t attempt_id, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice notice;
    struct attempt attempt;
    const int64_t now = app_now(app);
    bool held = false;
    enum status status = find_attempt(&notice, &attempt, arena, app, attempt_id, err);
    if (status == OK)
        status = supersede_forbids(app, &notice, err);
    if (status == OK)
        status = digest_is_held(&held, app, &notice, err);
    if (status == OK && held)
        status =
            err_set(err, ERR_STALE, "notice %s: a hold stands over what it tells of", notice.uid);
    if (status == OK)
        status = attempt_dot(app->store, attempt_id, now, err);
    if (status == OK) {
        notice.sendings++;
        struct entry *entry = entry_new("attempt.dot", app->actor, notice.uid);
        entry_at(entry, now);
        entry_int(entry, "attempt", attempt_id);
        status = move_notice(app, &notice, EVENT_DOT, entry, err);
    }
    arena_free(arena);
    return status;
}

struct outcome {
    const char *verdict;           /* as the attempt and the log have it */
    const struct receipt *receipt; /* NULL: there was none */
};

/* End the attempt's row and make the entry; `next` is the state that follows. */
static enum status end_attempt(struct entry **out, struct app *app, struct notice *notice,
                               int64_t attempt_id, const struct outcome *o, enum notice_state next,
                               struct err *err)
{
    static const struct receipt none;
    const struct receipt *r = o->receipt != NULL ? o->receipt : &none;
    char transcript[65] = "";
    enum status status = OK;
    if (r->transcript.size > 0)
        status = blob_put(transcript, app->store, str_bytes(&r->transcript), err);
    struct attempt attempt = {.id = attempt_id,
                              .end_ms = app_now(app),
                              .verdict = o->verdict,
                              .code = r->code,
                              .enhanced = r->enhanced[0] != '\0' ? r->enhanced : NULL,
                              .said = r->said[0] != '\0' ? r->said : NULL,
                              .tls = r->tls[0] != '\0' ? r->tls : NULL,
                              .peer = r->peer[0] != '\0' ? r->peer : NULL,
                              .transcript = transcript[0] != '\0' ? transcript : NULL};
    if (status == OK)
        status = attempt_end(app->store, &attempt, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("attempt.outcome", app->actor, notice->uid);
    entry_at(entry, attempt.end_ms);
    entry_int(entry, "attempt", attempt_id);
    if (r->code != 0)
        entry_int(entry, "code", r->code);
    else
        entry_null(entry, "code");
    entry_text(entry, "enhanced", attempt.enhanced);
    entry_instant(entry, "next_at",
                  next == STATE_READY || next == STATE_UNCERTAIN || next == STATE_ACCEPTED
                      ? notice->next_at_ms
                      : 0);
    entry_text(entry, "peer", attempt.peer);
    entry_personal(entry, "said", attempt.said);
    entry_text(entry, "state", notice_state_word(next));
    entry_text(entry, "tls", attempt.tls);
    entry_personal(entry, "transcript_sha256", attempt.transcript);
    entry_text(entry, "verdict", o->verdict);
    notice->attempt_id = 0;
    *out = entry;
    return OK;
}

static bool is_on_its_way(const struct notice *notice)
{
    return notice->state == STATE_SENDING || notice->state == STATE_DOTTED;
}

/* The notice went on without waiting (it was answered): the outcome is recorded, nothing moves. */
static enum status end_late(struct app *app, struct notice *notice, int64_t attempt_id,
                            const struct outcome *o, struct err *err)
{
    struct entry *entry = NULL;
    enum status status = end_attempt(&entry, app, notice, attempt_id, o, notice->state, err);
    return status == OK ? move_save(app, notice, entry, err) : status;
}

static enum status end_and_move(struct app *app, struct notice *notice, int64_t attempt_id,
                                const struct outcome *o, enum notice_event event, struct err *err)
{
    struct entry *entry = NULL;
    bool gone = false;
    enum notice_state next = notice->state;
    if (!state_next(&next, notice->state, event))
        return err_set(err, ERR_STALE, "notice %s: %s in state %s", notice->uid,
                       notice_event_word(event), notice_state_word(notice->state));
    enum status status = end_attempt(&entry, app, notice, attempt_id, o, next, err);
    if (status == OK)
        status = move_notice(app, notice, event, entry, err);
    return status == OK && next == STATE_READY ? supersede_notice(&gone, app, notice, err) : status;
}

static enum status accepted(struct app *app, struct notice *notice, int64_t attempt_id,
                            const struct outcome *o, struct err *err)
{
    int64_t now = app_now(app);
    struct receipt_row row = {.notice_id = notice->id,
                              .grade = GRADE_TAKEN,
                              .how = notice->route == ROUTE_FILE ? "file" : "smtp",
                              .detail = o->receipt->said,
                              .units = -1,
                              .at_ms = now};
    notice->grade = GRADE_TAKEN;
    notice->accepted_ms = now;
    notice->crashes = 0;
    notice->tries = 0;
    notice->next_at_ms =
        notice->route == ROUTE_FILE ? now : now + app->settings->mail.bounce_watch_ms;
    enum status status = receipt_add(&row, app->store, err);
    return status == OK ? end_and_move(app, notice, attempt_id, o, EVENT_ACCEPTED, err) : status;
}

static enum status uncertain(struct app *app, struct notice *notice, int64_t attempt_id,
                             const struct outcome *o, struct err *err)
{
    int64_t now = app_now(app);
    notice->next_at_ms =
        now + backoff_uncertain(app->settings->retry.uncertain_ms, notice->deadline_ms - now);
    return end_and_move(app, notice, attempt_id, o, EVENT_UNCERTAIN, err);
}

/* Nothing was taken: later again, or, past the deadline, another way. */
static enum status deferred(struct app *app, struct notice *notice, int64_t attempt_id,
                            const struct outcome *o, struct err *err)
{
    int64_t now = app_now(app);
    const struct backoff backoff = {app->settings->retry.first_ms, app->settings->retry.most_ms};
    bool endpoint_fault = o->receipt != NULL && o->receipt->endpoint_fault;
    bool less = o->receipt != NULL && window_read(o->receipt) == WINDOW_LESS;
    notice->crashes = 0;
    if (less && !endpoint_fault && now < notice->deadline_ms) {
        /* We came too often: the notice is not to blame, and waits a little. */
        notice->tries--;
        notice->next_at_ms = now + WINDOW_REST_MS + (int64_t)random_below(WINDOW_REST_MS);
    } else if (endpoint_fault) {
        /* Not this notice's fault: the endpoint rests, the notice keeps its tries. */
        notice->tries--;
        notice->next_at_ms = now;
    } else if (now >= notice->deadline_ms && notice->tries >= TRIES_BEFORE_LATE) {
        struct entry *entry = NULL;
        enum status status = end_attempt(&entry, app, notice, attempt_id, o, STATE_PLANNED, err);
        return status == OK ? move_to_route(app, notice, false,
                                            "still deferred when its time was over", entry, err)
                            : status;
    } else
        notice->next_at_ms =
            now + backoff_delay(&backoff, notice->tries, notice->deadline_ms - now);
    return end_and_move(app, notice, attempt_id, o, EVENT_DEFERRED, err);
}

static enum status refused(struct app *app, struct notice *notice, int64_t attempt_id,
                           const struct outcome *o, struct err *err)
{
    struct entry *entry = NULL;
    enum status status = end_attempt(&entry, app, notice, attempt_id, o, STATE_PLANNED, err);
    return status == OK
               ? move_to_route(app, notice, false, "refused by the mail server", entry, err)
               : status;
}

static enum status record_tls_refused(struct app *app, const struct notice *notice,
                                      int64_t attempt_id, const struct receipt *r,
                                      const char *endpoint, struct err *err)
{
    struct entry *entry = entry_new("tls.refused", app->actor, notice->uid);
    entry_int(entry, "attempt", attempt_id);
    entry_text(entry, "endpoint", endpoint);
    entry_text(entry, "peer", r->peer[0] != '\0' ? r->peer : NULL);
    entry_text(entry, "reason", r->said);
    return app_record(app, entry, err);
}

enum status work_done(struct app *app, int64_t attempt_id, const struct receipt *receipt,
                      const char *endpoint, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice notice;
    struct attempt attempt;
    struct outcome o = {verdict_word(receipt->verdict), receipt};
    enum status status = find_attempt(&notice, &attempt, arena, app, attempt_id, err);
    if (status != OK)
        goto done;
    enum verdict verdict = receipt->verdict;
    if (!is_on_its_way(&notice)) {
        status = end_late(app, &notice, attempt_id, &o, err);
        goto done;
    }
    /* What was never given leave for the dot was never taken, whatever is claimed. */
    if (notice.state == STATE_SENDING &&
        (verdict == VERDICT_ACCEPTED || verdict == VERDICT_UNCERTAIN)) {
        log_line(LOG_WARNING, "notice=%s attempt=%lld verdict=%s ignored=before-dot", notice.uid,
                 (long long)attempt_id, verdict_word(verdict));
        verdict = VERDICT_DEFERRED;
        o.verdict = verdict_word(verdict);
    }
    /* Without a reply and without TLS; a relay that offers no AUTH inside TLS is another matter. */
    if (receipt->config_fault && receipt->code == 0 && receipt->tls[0] == '\0')
        status = record_tls_refused(app, &notice, attempt_id, receipt, endpoint, err);
    if (status != OK)
        goto done;
    switch (verdict) {
    case VERDICT_ACCEPTED:
        status = accepted(app, &notice, attempt_id, &o, err);
        break;
    case VERDICT_DEFERRED:
        status = deferred(app, &notice, attempt_id, &o, err);
        break;
    case VERDICT_REFUSED:
        status = refused(app, &notice, attempt_id, &o, err);
        break;
    case VERDICT_UNCERTAIN:
    case VERDICT_COUNT:
        status = uncertain(app, &notice, attempt_id, &o, err);
        break;
    }
done:
    arena_free(arena);
    return status;
}

/* Whoever held an open attempt is gone: before the dot nothing was taken, behind it nobody knows.
 */
static enum status attempt_lost(struct app *app, struct notice *notice, int64_t attempt_id,
                                struct err *err)
{
    struct outcome lapsed = {"lapsed", NULL};
    struct outcome unknown = {verdict_word(VERDICT_UNCERTAIN), NULL};
    if (!is_on_its_way(notice))
        return end_late(app, notice, attempt_id, &unknown, err);
    if (notice->state == STATE_DOTTED)
        return uncertain(app, notice, attempt_id, &unknown, err);
    notice->next_at_ms = app_now(app);
    if (notice->tries > 0)
        notice->tries--;
    return end_and_move(app, notice, attempt_id, &lapsed, EVENT_DEFERRED, err);
}

enum status work_carrier_lost(struct app *app, int64_t attempt_id, bool guilty, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice notice;
    struct attempt attempt;
    enum status status = find_attempt(&notice, &attempt, arena, app, attempt_id, err);
    if (status == OK) {
        notice.crashes += guilty ? WORK_CRASH_WORKER : -WORK_CRASH_CLAIM;
        status = attempt_lost(app, &notice, attempt_id, err);
    }
    arena_free(arena);
    return status;
}

static enum status recover_one(struct app *app, void *context, struct err *err)
{
    struct notice *notice = context;
    if (notice->state == STATE_SEALING) {
        notice->next_at_ms = app_now(app);
        return move_notice(app, notice, EVENT_DEFERRED, NULL, err);
    }
    return attempt_lost(app, notice, notice->attempt_id, err);
}

enum status work_recover(struct app *app, bool *more, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice *list = NULL;
    size_t count = 0;
    struct notice_filter filter = {.states = STATE_BIT(STATE_SEALING) | STATE_BIT(STATE_SENDING) |
                                             STATE_BIT(STATE_DOTTED),
                                   .limit = 200};
    enum status status = app_begin(app, err);
    if (status == OK)
        status = notice_list(&list, &count, arena, app->store, &filter, err);
    for (size_t i = 0; status == OK && i < count; i++)
        status = app_item(app, recover_one, &list[i], err);
    if (status == OK)
        status = app_commit(app, err);
    else
        app_rollback(app);
    *more = count > 0;
    arena_free(arena);
    return status;
}
