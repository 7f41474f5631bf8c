#include "dispatcher/release/release.h"

#include "dispatcher/plan/recipient.h"
#include "dispatcher/release/embargo.h"
#include "dispatcher/release/supersede.h"

static enum status newer_is_out(bool *out, struct app *app, const struct advisory *row,
                                struct arena *arena, struct err *err)
{
    struct advisory *versions = NULL;
    size_t count = 0;
    *out = false;
    enum status status = advisory_list(&versions, &count, arena, app->store, row->tracking, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (versions[i].state != ADVISORY_SUBMITTED &&
            csaf_version_compare(versions[i].version, row->version) > 0)
            *out = true;
    return status;
}

/* Told within notify_within of the approval, or of the embargo's end when that is later. */
static void set_times(struct advisory *row, const struct settings *settings,
                      const struct order *order, int64_t now)
{
    int64_t start = row->embargo_ms > now ? row->embargo_ms : now;
    int64_t within =
        order->notify_within_ms > 0 ? order->notify_within_ms : settings->release.notify_within_ms;
    row->approved_ms = now;
    row->deadline_ms = start + within;
    row->answer_by_ms =
        order->answer_by_ms > 0 ? order->answer_by_ms : start + settings->release.answer_within_ms;
}

enum status release_if_signed(struct app *app, struct advisory *row, struct str *out,
                              struct err *err)
{
    struct arena *arena = arena_new();
    struct approval *list = NULL;
    struct dossier *dossier = NULL;
    size_t count = 0;
    bool newer = false;
    int64_t wanted = app->settings->release.approvals;
    enum status status = approval_list(&list, &count, arena, app->store, row->id, err);
    if (status != OK)
        goto done;
    if ((int64_t)count < wanted) {
        str_addf(out,
                 "%s %s: %zu of %lld signatures: waits for another person with a releasing role\n",
                 row->tracking, row->version, count, (long long)wanted);
        goto done;
    }
    status = newer_is_out(&newer, app, row, arena, err);
    if (status == OK && newer) {
        status =
            err_set(err, ERR_REFUSED,
                    "%s %s: a newer version is released already: an older one is not sent after it",
                    row->tracking, row->version);
        goto done;
    }
    if (status == OK)
        status = dossier_open(&dossier, app, row, err);
    if (status != OK)
        goto done;
    set_times(row, app->settings, &dossier->order, app_now(app));
    row->state = ADVISORY_APPROVED;
    status = advisory_update(app->store, row, ADVISORY_SUBMITTED, err);
    if (status == OK)
        status = supersede_older(app, row, err);
    if (status == OK) {
        char text[CLOCK_TEXT];
        str_addf(out, "%s %s: approved for release; everybody is to be told by %s\n", row->tracking,
                 row->version, clock_text(text, row->deadline_ms));
        embargo_warn(out, dossier, app_now(app));
    }
done:
    dossier_close(dossier);
    arena_free(arena);
    return status;
}
