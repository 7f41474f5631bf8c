#include "dispatcher/signed/stamper_inner.h"

#include "base/file.h"
#include "base/log.h"
#include "dispatcher/run/backoff.h"
#include "dispatcher/signed/stamped.h"
#include "store/checkpoint.h"

#include <stdlib.h>

#define ROOTS_LIMIT ((size_t)256 * 1024)
#define GRACE_MS (2 * MS_SECOND)   /* a fetcher that is silent so long past its time is stuck */
#define RENEW_WITHIN (30 * MS_DAY) /* of the end of the certificate */
#define LOOK_MS MS_HOUR

struct stamper {
    struct app *app;
    const struct checkpoint *checkpoint;
    struct authority list[STAMPER_FDS];
    size_t count;
    bool known; /* what the store says of them was read */
};

static const struct backoff pauses = {MS_MINUTE, MS_HOUR};
static const char nonsense[] = "the child that asks speaks nonsense";

struct stamper *stamper_open(struct app *app, const struct checkpoint *c)
{
    struct stamper *s = xcalloc(1, sizeof *s);
    const struct settings_evidence *conf = &app->settings->evidence;
    s->app = app;
    s->checkpoint = c;
    for (; s->count < conf->timestamp_count && s->count < STAMPER_FDS; s->count++) {
        struct authority *a = &s->list[s->count];
        a->conf = &conf->timestamps[s->count];
        a->name = settings_authority_name(a->conf);
        a->child.fd = -1;
        a->judged = -1;
        str_init(&a->note, STR_LIMIT_LINE);
        str_init(&a->request, STR_LIMIT_LINE);
        str_init(&a->roots, ROOTS_LIMIT);
    }
    return s;
}

void stamper_close(struct stamper *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++) {
        struct authority *a = &s->list[i];
        child_kill(&a->child);
        free(a->name);
        str_dispose(&a->note);
        str_dispose(&a->request);
        str_dispose(&a->roots);
    }
    free(s);
}

void stamper_poll_set(struct pollfd *fds, const struct stamper *s)
{
    for (size_t i = 0; i < STAMPER_FDS; i++) {
        bool asked = i < s->count && s->list[i].child.pid != 0;
        fds[i] = (struct pollfd){.fd = asked ? s->list[i].child.fd : -1, .events = POLLIN};
    }
}

/* Is there a checkpoint that was not held against this authority's time-stamps yet? */
static bool is_open(const struct stamper *s, const struct authority *a)
{
    int64_t covered = checkpoint_covered(s->checkpoint);
    return covered > 0 && covered != a->judged;
}

static int64_t deadline_of(const struct stamper *s, const struct authority *a)
{
    return a->child.started_ms + s->app->settings->evidence.timestamp_timeout_ms + GRACE_MS;
}

int64_t stamper_next(const struct stamper *s)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < s->count; i++) {
        const struct authority *a = &s->list[i];
        int64_t mine = a->next_up_ms;
        if (a->child.pid != 0)
            mine = deadline_of(s, a);
        else if (checkpoint_covered(s->checkpoint) <= 0)
            mine = INT64_MAX;
        else if (!is_open(s, a) && a->look_up_ms > mine)
            mine = a->look_up_ms;
        if (mine < next)
            next = mine;
    }
    return next;
}

bool stamper_idle(const struct stamper *s)
{
    int64_t up_ms = clock_up_ms(&s->app->clock);
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].child.pid != 0 ||
            (is_open(s, &s->list[i]) && up_ms >= s->list[i].next_up_ms))
            return false;
    return true;
}

/* Only faults of our store end a round; all others are the authority's, or its settings'. */
static enum status own_fault(enum status status)
{
    return status == ERR_IO || status == ERR_CORRUPT ? status : OK;
}

static enum status fail(struct stamper *s, struct authority *a, const char *text, struct err *err)
{
    int64_t delay = backoff_delay(&pauses, ++a->failures, 0);
    a->next_up_ms = clock_up_ms(&s->app->clock) + delay;
    log_line(LOG_WARNING, "stamp=failed url=%s failures=%lld next_try_ms=%lld said=%s",
             log_quote(a->name), (long long)a->failures, (long long)delay, log_quote(text));
    enum status status = own_fault(stamper_blame(a, s->app, text, err));
    child_kill(&a->child); /* text may be what it said */
    return status;
}

/* What is asked about, and what the answer will be judged with. */
static enum status prepare(struct stamper *s, struct authority *a, struct err *err)
{
    struct arena *arena = arena_new();
    struct checkpoint_row row;
    struct str file;
    int64_t end_ms = 0;
    str_init(&file, ROOTS_LIMIT);
    str_reset(&a->note);
    str_reset(&a->request);
    str_reset(&a->roots);
    enum status status = checkpoint_last(&row, arena, s->app->store, err);
    if (status == OK) {
        a->size = row.size;
        str_add_n(&a->note, row.note.data, row.note.size);
        status = file_read(&file, a->conf->ca_file, ROOTS_LIMIT, err);
        if (status == ERR_IO) /* that is no fault of our store */
            status = ERR_NOT_FOUND;
    }
    if (status == OK) {
        status = stamp_roots(&a->roots, &end_ms, str_bytes(&file), err);
        if (status != OK)
            (void)err_prefix(err, "%s", a->conf->ca_file);
    }
    if (status == OK)
        status = stamp_request(&a->request, a->conf->policy, str_bytes(&a->note), err);
    str_dispose(&file);
    arena_free(arena);
    return status;
}

static enum status ask(struct stamper *s, struct authority *a, int64_t up_ms, struct err *err)
{
    struct frame_out frame;
    struct err fault = {0};
    enum status status = prepare(s, a, &fault);
    if (own_fault(status) != OK) {
        *err = fault;
        return status;
    }
    if (status == OK)
        status = child_start(&a->child, "fetcher", up_ms, &fault);
    if (status == OK) {
        const struct stamped_question question = {
            .url = a->conf->url,
            .tls_ca = a->conf->tls_ca,
            .request = str_bytes(&a->request),
            .note = str_bytes(&a->note),
            .roots = str_bytes(&a->roots),
            .timeout_ms = s->app->settings->evidence.timestamp_timeout_ms};
        stamped_ask(&frame, &question);
        status = child_send(&a->child, &frame, &fault);
    }
    return status == OK ? OK : fail(s, a, fault.text, err);
}

/* Whom to ask: a log that grew, not more often than wanted; a certificate that is near its end. */
static enum status consider(struct stamper *s, struct authority *a, int64_t up_ms, struct err *err)
{
    int64_t covered = checkpoint_covered(s->checkpoint);
    int64_t every = s->app->settings->evidence.timestamp_every_ms;
    int64_t since = app_now(s->app) - a->newest_ms;
    bool news = false;
    if (covered <= 0 || up_ms < a->next_up_ms || (!is_open(s, a) && up_ms < a->look_up_ms))
        return OK;
    enum status status = stamper_has_news(&news, s->app, a->newest, covered, err);
    if (status != OK)
        return status;
    bool renew = a->newest > 0 && a->cert_end_ms > 0 && since >= MS_DAY &&
                 a->cert_end_ms - app_now(s->app) < RENEW_WITHIN;
    a->look_up_ms = up_ms + LOOK_MS;
    if (news && !renew && a->newest > 0 && since >= 0 && since < every) {
        a->next_up_ms = up_ms + every - since;
        return OK;
    }
    if (news || renew)
        return ask(s, a, up_ms, err);
    a->judged = covered;
    return OK;
}

/* Who took the child over could state any instant: this is held against our clock here. */
static enum status check_instant(const struct stamper *s, int64_t at_ms, struct err *err)
{
    char theirs[CLOCK_TEXT];
    char ours[CLOCK_TEXT];
    int64_t now = app_now(s->app);
    /* The clock of --now is nobody else's. */
    if (s->app->now_given_ms >= 0 ||
        (at_ms <= now + STAMPER_APART_MS && at_ms >= now - STAMPER_APART_MS))
        return OK;
    return err_set(err, ERR_REFUSED,
                   "time-stamp: it says %s, and our clock %s: set the one that is wrong",
                   clock_text(theirs, at_ms), clock_text(ours, now));
}

static enum status on_answer(struct stamper *s, struct authority *a, const struct frame *frame,
                             struct err *err)
{
    struct stamped told;
    struct err fault = {0};
    char text[CLOCK_TEXT];
    if (!stamped_get(&told, frame))
        return fail(s, a, nonsense, err);
    if (told.refused != NULL)
        return fail(s, a, told.refused, err);
    enum status status = check_instant(s, told.stamp.at_ms, &fault);
    if (status == OK)
        status = stamper_keep(a, s->app, &told.stamp, told.token, &fault);
    if (status != OK && own_fault(status) == OK)
        return fail(s, a, fault.text, err);
    child_kill(&a->child);
    if (status != OK) {
        *err = fault;
        return status;
    }
    log_line(LOG_INFO, "stamp=given size=%lld url=%s says=%s", (long long)a->size,
             log_quote(a->name), clock_text(text, told.stamp.at_ms));
    a->judged = -1;
    return OK;
}

static enum status hear(struct stamper *s, struct authority *a, int64_t up_ms, struct err *err)
{
    struct frame *frame = xcalloc(1, sizeof *frame);
    struct err fault = {0};
    enum status status = OK;
    if (child_flush(&a->child, &fault) != OK)
        child_hush(&a->child); /* it may have ended, and said why */
    enum status filled = frame_reader_fill(&a->child.in, a->child.fd, &fault);
    bool flood = a->child.in.buffer.size > STAMPED_FRAME;
    enum status taken = flood ? ERR_LIMIT : frame_take(&a->child.in, frame, &fault);
    if (taken == OK)
        status = on_answer(s, a, frame, err);
    else if (taken != ERR_NOT_FOUND)
        status = fail(s, a, nonsense, err);
    else if (filled != OK && filled != ERR_STALE)
        status = fail(s, a, "the child that asks ended without an answer", err);
    else if (up_ms > deadline_of(s, a))
        status = fail(s, a, "the child that asks was stuck", err);
    free(frame);
    return status;
}

enum status stamper_step(struct stamper *s, struct err *err)
{
    int64_t up_ms = clock_up_ms(&s->app->clock);
    enum status status = OK;
    for (size_t i = 0; i < s->count && status == OK && !s->known; i++)
        status = stamper_recall(&s->list[i], s->app, err);
    s->known = s->known || status == OK;
    for (size_t i = 0; i < s->count && status == OK; i++)
        status = s->list[i].child.pid != 0 ? hear(s, &s->list[i], up_ms, err)
                                           : consider(s, &s->list[i], up_ms, err);
    return status;
}
