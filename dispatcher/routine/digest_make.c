/* One digest for one party: its document, its notice, the entry of its run. */
#include "base/random.h"
#include "base/sha256.h"
#include "dispatcher/back/task_close.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/routine/digest.h"
#include "dispatcher/run/move.h"
#include "dispatcher/run/state.h"

#include <stdlib.h>
#include <string.h>

#define TELL_WITHIN MS_DAY

const char *digest_name(struct arena *arena, const struct settings_digest *digest)
{
    const char *kind = party_kind_word(digest->for_kind);
    return digest->only == NULL ? arena_strdup(arena, kind)
                                : arena_printf(arena, "%s:%s", kind, digest->only);
}

const struct settings_digest *digest_for(const struct app *app, const struct party *party)
{
    const struct settings_digest *found = NULL;
    int best = 0;
    for (size_t i = 0; i < app->settings->digest_count; i++) {
        const struct settings_digest *d = &app->settings->digests[i];
        const int fits = d->for_kind != party->kind                                  ? 0
                         : d->only == NULL                                           ? 1
                         : text_equal(d->only, party->id)                            ? 3
                         : party->group != NULL && text_equal(d->only, party->group) ? 2
                                                                                     : 0;
        if (fits > best) {
            best = fits;
            found = d;
        }
    }
    return found;
}

static struct advisory name_issue(struct arena *arena, const char *schedule, int64_t run_ms,
                                  const char *sha256)
{
    char stamp[CLOCK_TEXT];
    return (struct advisory){
        .tracking = arena_printf(arena, "digest:%s", schedule),
        .version = arena_printf(arena, "%s-%.12s", clock_text(stamp, run_ms), sha256)};
}

enum status digest_issue(struct advisory *out, struct str *text, struct arena *arena,
                         const struct app *app, const struct digest_content *content,
                         const char *schedule, int64_t run_ms, struct err *err)
{
    char hex[SHA256_HEX];
    digest_write(text, content);
    if (!str_ok(text))
        return err_set(err, ERR_LIMIT, "a digest grows larger than %zu bytes", text->limit);
    sha256_hex_of(hex, str_bytes(text));
    const struct advisory name = name_issue(arena, schedule, run_ms, hex);
    *out = (struct advisory){.tracking = name.tracking,
                             .version = name.version,
                             .sha256 = arena_strdup(arena, hex),
                             .tlp = content->tlp,
                             .state = ADVISORY_RELEASED,
                             .submitted_ms = app_now(app),
                             .approved_ms = app_now(app),
                             .deadline_ms = app_now(app) + TELL_WITHIN,
                             .digest = true};
    return OK;
}

static enum status record_issue(struct app *app, const struct advisory *row, size_t items,
                                struct err *err)
{
    struct entry *entry = entry_new("digest.issued", app->actor, row->uid);
    entry_int(entry, "items", (int64_t)items);
    entry_text(entry, "sha256", row->sha256);
    entry_text(entry, "tlp", tlp_word(row->tlp));
    entry_personal(entry, "tracking", row->tracking);
    entry_text(entry, "version", row->version);
    return app_record(app, entry, err);
}

/* Who is told the same at the same instant has the same row. */
static enum status ensure_issue(struct advisory *out, struct arena *arena, struct app *app,
                                struct shelf *shelf, const struct shelf_digest *d,
                                const char *schedule, int64_t run_ms, struct err *err)
{
    const struct digest_content *content = &d->content;
    struct str text;
    struct advisory there;
    char sha256[SHA256_HEX];
    char uid[RANDOM_UID];
    str_init(&text, STR_LIMIT_TEXT);
    enum status status = digest_issue(out, &text, arena, app, content, schedule, run_ms, err);
    if (status != OK)
        goto done;
    shelf_remember(shelf, d, out->sha256);
    status = advisory_find(&there, arena, app->store, out->tracking, out->version, err);
    if (status == OK) {
        *out = there;
        goto done;
    }
    if (status != ERR_NOT_FOUND)
        goto done;
    out->uid = arena_strdup(arena, random_uid_in_order(uid, app_now(app)));
    status = blob_put(sha256, app->store, str_bytes(&text), err);
    if (status == OK)
        status = advisory_add(out, app->store, err);
    if (status == OK)
        status = record_issue(app, out, content->count, err);
done:
    str_dispose(&text);
    return status;
}

/* One that did not leave yet never leaves after a newer one: that tells all of it, too. */
static enum status supersede_older(struct app *app, const struct shelf_digest *d,
                                   const struct advisory *by, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < d->sent_count; i++) {
        struct arena *arena = arena_new();
        struct notice old;
        status = notice_get(&old, arena, app->store, d->sent[i].notice_id, err);
        if (status == OK && (old.state == STATE_PLANNED || old.state == STATE_SEALING ||
                             old.state == STATE_READY || old.state == STATE_TASKED)) {
            struct entry *entry = entry_new("notice.superseded", app->actor, old.uid);
            entry_text(entry, "by", by->uid);
            const int64_t task_id = old.state == STATE_TASKED ? old.task_id : 0;
            status = move_notice(app, &old, EVENT_SUPERSEDE, entry, err);
            if (status == OK && task_id != 0)
                status = task_settle(app, task_id, err);
        }
        arena_free(arena);
    }
    return status;
}

static enum status record_turn(struct app *app, const struct digest_turn *turn,
                               const struct digest_make *make, const struct advisory *issue,
                               struct err *err)
{
    struct entry *entry =
        entry_new("digest.turn", app->actor, issue->uid != NULL ? issue->uid : "digest");
    entry_personal(entry, "by", make->by);
    entry_int(entry, "missed", turn->missed);
    entry_text(entry, "outcome", turn->outcome);
    entry_personal(entry, "party", turn->party);
    entry_personal(entry, "reason", make->reason);
    entry_instant(entry, "run", turn->run_ms);
    entry_personal(entry, "schedule", turn->schedule);
    entry_int(entry, "wall", turn->wall);
    return app_record(app, entry, err);
}

static enum status plan_notice(struct digest_turn *turn, struct arena *arena, struct app *app,
                               const struct shelf_digest *d, const struct advisory *issue,
                               struct recipient *r, struct err *err)
{
    struct notice *made = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = issue->id, .party = r->party.id};
    const struct dossier dossier = {.row = *issue};
    enum status status = supersede_older(app, d, issue, err);
    if (status == OK)
        status = planner_add_notice(app, &dossier, r, err);
    if (status == OK)
        status = notice_list(&made, &count, arena, app->store, &filter, err);
    if (status == OK && count == 1) {
        turn->notice_id = made[0].id;
        turn->base_id = d->base_id;
    }
    return status;
}

/* What they are told; issue->id is set when a row that says just that stands in the store. */
static enum status tell_what(struct shelf_digest *d, struct advisory *issue, struct arena *arena,
                             struct app *app, struct shelf *shelf, const struct party *party,
                             const struct digest_make *make, struct err *err)
{
    const unsigned set = make->setting != NULL ? make->setting->what : 0;
    const unsigned what = set != 0 ? set : ~0u;
    enum status status = shelf_sum(d, arena, shelf, app, party, what, err);
    if (status != OK || d->sum.sha256[0] == '\0')
        return status;
    const struct advisory name = name_issue(arena, make->schedule, make->due.run_ms, d->sum.sha256);
    status = advisory_find(issue, arena, app->store, name.tracking, name.version, err);
    if (status != ERR_NOT_FOUND)
        return status;
    *issue = (struct advisory){0}; /* it was written for another schedule or run */
    return shelf_compare(d, arena, shelf, app, party, what, err);
}

enum status digest_make_one(const char **outcome, struct arena *arena, struct app *app,
                            struct shelf *shelf, const struct party *party,
                            const struct digest_make *make, struct err *err)
{
    struct shelf_digest d;
    struct advisory issue = {0};
    struct recipient r;
    struct digest_turn turn = {.schedule = make->schedule,
                               .party = party->id,
                               .wall = make->due.wall,
                               .run_ms = make->due.run_ms,
                               .outcome = "planned",
                               .missed = make->due.missed,
                               .at_ms = app_now(app)};
    enum status status = tell_what(&d, &issue, arena, app, shelf, party, make, err);
    if (status != OK)
        return status;
    const bool known = issue.id != 0;
    const bool empty = known ? d.sum.empty : digest_is_empty(&d.content);
    const enum tlp tlp = known ? d.sum.tlp : d.content.tlp;
    const struct dossier asked = {.row = {.tlp = tlp, .digest = true}};
    status = recipient_choose(&r, arena, app, &asked, party, 0, app_now(app), err);
    if (status != OK)
        return status;
    if (!r.told || r.level == LEVEL_TASK)
        turn.outcome = "no-mail";
    else if (empty && make->setting != NULL && !make->setting->empty)
        turn.outcome = "empty";
    else {
        if (!known)
            status = ensure_issue(&issue, arena, app, shelf, &d, make->schedule, turn.run_ms, err);
        if (status == OK)
            status = plan_notice(&turn, arena, app, &d, &issue, &r, err);
    }
    if (status == OK)
        status = digest_turn_add(&turn, app->store, err);
    if (turn.notice_id == 0)
        issue = (struct advisory){0}; /* known, and not told */
    if (status == OK)
        status = record_turn(app, &turn, make, &issue, err);
    *outcome = turn.outcome;
    return status;
}
