#include "dispatcher/periodic.h"

#include "base/log.h"
#include "dispatcher/answer.h"
#include "dispatcher/keys.h"
#include "dispatcher/op.h"

static enum status read_inbox(struct app *app, bool *did, struct err *err)
{
    size_t count = 0;
    if (app->settings->mail.inbox == NULL)
        return OK;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = answer_read(app, app->settings->mail.inbox, &out, &count, err);
    str_dispose(&out);
    if (count > 0)
        *did = true;
    return status == ERR_NOT_FOUND ? OK : status; /* no inbox yet: doctor tells */
}

static enum status refresh_register(struct app *app, bool *did, struct err *err)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = op_refresh(app, NULL, &out, err);
    if (out.size > 0)
        *did = true;
    str_dispose(&out);
    return status;
}

static enum status warn_of_keys(struct app *app, bool *did, struct err *err)
{
    (void)did;
    return keys_warn(app, err);
}

static const struct {
    const char *name;
    int64_t every_ms;
    enum status (*run)(struct app *app, bool *did, struct err *err);
} table[] = {
    {"inbox", 10 * MS_SECOND, read_inbox},
    {"register", MS_MINUTE, refresh_register},
    {"keys", 6 * MS_HOUR, warn_of_keys},
};

/* Wall clock and uptime must run alike; a step is written down, nothing else depends on it. */
static enum status note_clock(struct periodic *p, struct app *app, struct err *err)
{
    int64_t now = app_now(app);
    int64_t up = clock_up_ms(&app->clock);
    int64_t by = p->last_up_ms == 0 ? 0 : (now - p->last_now_ms) - (up - p->last_up_ms);
    int64_t expected = p->last_now_ms + (up - p->last_up_ms);
    p->last_now_ms = now;
    p->last_up_ms = up;
    if (by > -MS_SECOND && by < MS_SECOND)
        return OK;
    log_line(LOG_WARNING, "clock=jumped by_ms=%lld", (long long)by);
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("clock.jump", app->actor, app->settings->maker.id);
    entry_int(entry, "by_ms", by);
    entry_instant(entry, "from", expected);
    entry_instant(entry, "to", now);
    status = app_record(app, entry, err);
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

enum status periodic_run(struct periodic *p, struct app *app, bool *did, struct err *err)
{
    enum status status = note_clock(p, app, err);
    int64_t up = clock_up_ms(&app->clock);
    for (size_t i = 0; status == OK && i < sizeof table / sizeof table[0]; i++) {
        if (p->next_up_ms[i] > up)
            continue;
        p->next_up_ms[i] = up + table[i].every_ms;
        struct err fault = {0};
        enum status done = table[i].run(app, did, &fault);
        if (done == OK)
            continue;
        log_line(LOG_ERROR, "periodic=%s failed=%s said=%s", table[i].name, status_word(done),
                 log_quote(fault.text));
        if (done == ERR_CORRUPT) {
            *err = fault;
            status = done;
        }
    }
    return status;
}

int64_t periodic_next(const struct periodic *p)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (p->next_up_ms[i] < next)
            next = p->next_up_ms[i];
    return next;
}
