#include "dispatcher/run/work.h"

#include "dispatcher/release/supersede.h"
#include "dispatcher/routine/digest.h"
#include "dispatcher/run/backoff.h"
#include "dispatcher/run/job.h"
#include "dispatcher/submit/keys.h"
#include "seal/cert.h"

#define TRIES_BEFORE_TOLD 3

static enum task_kind task_of_route(enum route route)
{
    switch (route) {
    case ROUTE_PORTAL:
        return TASK_PORTAL;
    case ROUTE_LETTER:
        return TASK_LETTER;
    case ROUTE_SMTP:
    case ROUTE_FILE:
    case ROUTE_PHONE:
    case ROUTE_COUNT:
        break;
    }
    return TASK_PHONE;
}

static bool is_poison(const struct app *app, const struct notice *notice)
{
    return notice->crashes >= app->settings->retry.crashes * WORK_CRASH_WORKER;
}

/*
 * The pinned key cannot be used any more: that is written down on the key, a task asks for a new
 * one, and the same contact is reached as one without a key, never in clear by accident.
 */
static enum status key_failed(struct app *app, struct notice *notice, const char *text,
                              struct err *err)
{
    struct arena *arena = arena_new();
    struct key key;
    enum status status = ERR_NOT_FOUND;
    const char *reason = arena_printf(arena, "found unusable when sealing: %.150s", text);
    if (notice->key != NULL)
        status = key_get(&key, arena, app->store, notice->party, notice->key, err);
    /* That a key ended is seen from its row each time: another clock, or date, and it is good. */
    bool ended = status == OK && key.expires_ms > 0 && key.expires_ms <= app_now(app);
    if (status == OK) {
        if (!ended && keys_usable(key.state)) /* found by another notice before: that instant */
            key.failed_ms = app_now(app);
        key.state = cert_state_word(ended ? CERT_EXPIRED : CERT_INVALID);
        key.reason = reason;
        if (!ended)
            status = key_put(app->store, &key, err);
        struct entry *entry = entry_new("key.refused", app->actor, notice->uid);
        entry_personal(entry, "fpr", key.fpr);
        entry_personal(entry, "party", key.party);
        entry_text(entry, "reason", "unusable when sealing");
        entry_text(entry, "state", key.state);
        if (status == OK)
            status = app_record(app, entry, err);
        else
            entry_free(entry);
    } else if (status == ERR_NOT_FOUND)
        status = OK;
    if (status == OK) {
        struct task task = {
            .kind = TASK_KEY,
            .cause = "key not usable",
            .title = "Keys that cannot be used: ask for new ones",
            .todo = "Ask for a new key, check its fingerprint by telephone, then: tocsin key "
                    "import FILE --party PARTY"};
        struct task_item item = {.about = notice->party, .notice_id = notice->id, .detail = reason};
        status = move_task(app, &task, &item, notice->uid, err);
    }
    if (status == OK)
        status = move_to_route(app, notice, true, reason, NULL, err);
    arena_free(arena);
    return status;
}

enum status work_may_claim(bool *may, struct app *app, struct notice *notice, struct err *err)
{
    bool gone = false;
    *may = false;
    enum status status = supersede_notice(&gone, app, notice, err);
    if (status != OK || gone)
        return status;
    if (notice->level == LEVEL_TASK)
        return move_to_task(app, notice, task_of_route(notice->route),
                            notice->why != NULL ? notice->why : "no mail reaches it", err);
    if (is_poison(app, notice))
        return move_to_task(app, notice, TASK_POISON, "set aside after workers were lost over it",
                            err);
    bool off = false;
    status = digest_put_off(&off, app, notice, err);
    *may = status == OK && !off;
    return status;
}

enum status work_tell_doubt(struct app *app, const struct composer *composer, struct err *err)
{
    const struct err *doubt = composer_doubt(composer);
    struct task task = {
        .kind = TASK_CONFIG,
        .cause = "an older version does not read",
        .title = "Updates leave without the list of what changed",
        .todo = "An older version of an advisory does not read: see `tocsin evidence check`, and "
                "restore the store from the backup if it says so. Updates say that the list is "
                "not there, and are whole otherwise. When it reads, close this task."};
    if (doubt == NULL)
        return OK;
    const struct task_item item = {.about = "older version", .detail = doubt->text};
    return move_task_once(app, &task, &item, err);
}

enum status work_not_composed(struct app *app, struct notice *notice, enum status status,
                              const struct err *cause, struct err *err)
{
    if (status == ERR_REFUSED)
        return key_failed(app, notice, cause->text, err);
    if (status == ERR_NOT_FOUND)
        return move_to_route(app, notice, false, "its contact was taken out of the register", NULL,
                             err);
    *err = *cause;
    return status;
}

enum status work_claim(struct frame_out *job, bool *claimed, struct app *app,
                       struct composer *composer, struct notice *notice, struct err *err)
{
    bool may = false;
    struct err cause = {0};
    *claimed = false;
    enum status status = work_may_claim(&may, app, notice, err);
    if (status != OK || !may)
        return status;
    status = compose_notice(job, composer, notice, &cause);
    if (status != OK)
        return work_not_composed(app, notice, status, &cause, err);
    notice->crashes += WORK_CRASH_CLAIM;
    status = move_notice(app, notice, EVENT_CLAIM, NULL, err);
    if (status == OK)
        status = work_tell_doubt(app, composer, err);
    *claimed = status == OK;
    return status;
}

static enum status put_parcel(struct parcel_row *parcel, struct app *app,
                              const struct work_sealed *sealed, char sha256[65], char plain[65],
                              struct err *err)
{
    enum status status = blob_put(sha256, app->store, sealed->message, err);
    parcel->plain = sealed->plain_sha256;
    if (status == OK && sealed->plain.size > 0) {
        status = blob_put(plain, app->store, sealed->plain, err);
        parcel->plain = plain;
    }
    parcel->sha256 = sha256;
    return status == OK ? parcel_add(parcel, app->store, err) : status;
}

enum status work_sealed(struct app *app, const struct work_sealed *sealed, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice notice;
    char sha256[65];
    char plain[65];
    enum status status = notice_get(&notice, arena, app->store, sealed->notice_id, err);
    if (status == OK && notice.state != STATE_SEALING)
        status =
            err_set(err, ERR_STALE, "notice %s is %s", notice.uid, notice_state_word(notice.state));
    if (status != OK)
        goto done;
    struct parcel_row parcel = {.notice_id = notice.id,
                                .message_id = sealed->message_id,
                                .address = notice.address,
                                .key = notice.key,
                                .level = notice.level,
                                .created_ms = app_now(app)};
    status = put_parcel(&parcel, app, sealed, sha256, plain, err);
    if (status != OK)
        goto done;
    const int64_t due = app_now(app);
    struct entry *entry = entry_new("notice.sealed", app->actor, notice.uid);
    entry_personal(entry, "address", notice.address);
    entry_text(entry, "form", form_word(notice.form));
    entry_personal(entry, "key_fpr", notice.key);
    entry_text(entry, "level", level_word(notice.level));
    entry_text(entry, "message_id", sealed->message_id);
    entry_instant(entry, "next_at", due);
    entry_personal(entry, "plain_sha256", parcel.plain);
    entry_text(entry, "sha256", sha256);
    notice.parcel_id = parcel.id;
    notice.crashes = 0;
    notice.tries = 0;
    notice.next_at_ms = due;
    status = move_notice(app, &notice, EVENT_SEALED, entry, err);
done:
    arena_free(arena);
    return status;
}

/*
 * Not this notice's fault: no room, no agent, our own key at its end. It keeps its route; from the
 * third time on it waits longer each time, and a person is told.
 */
static enum status cannot_seal(struct app *app, struct notice *notice, const char *text,
                               struct err *err)
{
    const struct backoff backoff = {app->settings->retry.first_ms, app->settings->retry.most_ms};
    int64_t now = app_now(app);
    notice->tries++;
    if (notice->crashes >= WORK_CRASH_CLAIM)
        notice->crashes -= WORK_CRASH_CLAIM;
    notice->next_at_ms = now + (notice->tries < TRIES_BEFORE_TOLD
                                    ? MS_SECOND
                                    : backoff_delay(&backoff, notice->tries - TRIES_BEFORE_TOLD + 1,
                                                    notice->deadline_ms - now));
    if (notice->tries == TRIES_BEFORE_TOLD) {
        struct arena *arena = arena_new();
        struct task task = {
            .kind = TASK_CONFIG,
            .cause = "sealing",
            .title = arena_printf(arena, "Notices cannot be sealed: %.160s", text),
            .todo = "Check the maker's key (tocsin doctor) and the room in the runtime folder. "
                    "Notices wait meanwhile and go out by themselves."};
        struct task_item item = {.about = "sealing", .detail = text};
        enum status status = move_task(app, &task, &item, NULL, err);
        arena_free(arena);
        if (status != OK)
            return status;
    }
    return move_notice(app, notice, EVENT_DEFERRED, NULL, err);
}

enum status work_unsealed(struct app *app, int64_t notice_id, enum status cause, const char *text,
                          struct err *err)
{
    struct arena *arena = arena_new();
    struct notice notice;
    enum status status = notice_get(&notice, arena, app->store, notice_id, err);
    if (status == OK && notice.state != STATE_SEALING)
        status =
            err_set(err, ERR_STALE, "notice %s is %s", notice.uid, notice_state_word(notice.state));
    if (status != OK)
        goto done;
    if (cause == ERR_REFUSED)
        status = key_failed(app, &notice, text, err);
    else if (cause != ERR_IO)
        status = move_to_task(app, &notice, TASK_POISON, "could not be sealed safely", err);
    else
        status = cannot_seal(app, &notice, text, err);
done:
    arena_free(arena);
    return status;
}

enum status work_sealer_lost(struct app *app, int64_t notice_id, enum work_blame blame,
                             struct err *err)
{
    struct arena *arena = arena_new();
    struct notice notice;
    enum status status = notice_get(&notice, arena, app->store, notice_id, err);
    if (status == OK && notice.state == STATE_SEALING) {
        notice.crashes += blame == WORK_GUILTY     ? WORK_CRASH_WORKER
                          : blame == WORK_INNOCENT ? -WORK_CRASH_CLAIM
                                                   : 0;
        notice.next_at_ms = app_now(app);
        status = move_notice(app, &notice, EVENT_DEFERRED, NULL, err);
    }
    arena_free(arena);
    return status;
}
