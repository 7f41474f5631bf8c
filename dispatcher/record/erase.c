#include "dispatcher/record/erase.h"

#include "base/random.h"
#include "channels/channel.h"
#include "dispatcher/op.h"
#include "store/erase.h"
#include "store/party.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define META_DUE "erase.unfinished" /* "yes": rows are erased, the file still has their bytes */
#define TEXT_LEAST 4                /* shorter words stand in too many places by chance */
#define REASON_MOST 1000

enum { ARG_SUBJECT = OP_ARG, ARG_BY, ARG_REASON };

enum subject { SUBJECT_ADDRESS, SUBJECT_PARTY, SUBJECT_TEXT };
static const char *const subject_words[] = {"address", "party", "words"};

struct erasing {
    struct app *app;
    struct erase e;
    enum subject kind;
    const char *what;   /* without its prefix; an address as we write it */
    const char **texts; /* looked for in words and blobs */
    size_t count;
    const char *by, *reason;
};

static enum status read_subject(struct erasing *x, const char *text, struct err *err)
{
    char *address = NULL;
    if (text_starts(text, "party:") && text[6] != '\0') {
        x->kind = SUBJECT_PARTY;
        x->what = text + 6;
        return OK;
    }
    if (text_starts(text, "text:")) {
        x->kind = SUBJECT_TEXT;
        x->what = text + 5;
        if (strlen(x->what) < TEXT_LEAST)
            return err_set(err, ERR_INVALID, "text: fewer than %d signs stand in too many places",
                           TEXT_LEAST);
        return OK;
    }
    x->kind = SUBJECT_ADDRESS;
    enum status status = address_normal(&address, text, err);
    if (status == OK)
        x->what = arena_strdup(x->e.arena, address);
    else
        status = err_set(err, ERR_INVALID, "%s: say a mail address, party:ID or text:WORDS", text);
    free(address);
    return status;
}

static enum status check_request(const struct erasing *x, struct err *err)
{
    if (x->by == NULL || settings_person(x->app->settings, x->by) == NULL)
        return err_set(err, ERR_INVALID,
                       "--by %s: not a person of the configuration: see people in it",
                       x->by != NULL ? x->by : "");
    if (text_is_empty(x->reason) || strlen(x->reason) > REASON_MOST)
        return err_set(err, ERR_INVALID, "--reason: say why, in at most %d bytes", REASON_MOST);
    if (erase_has(bytes_of(x->reason), x->what))
        return err_set(err, ERR_INVALID,
                       "--reason: has in it what is to be erased, and would be kept: say it "
                       "without");
    return OK;
}

/* Persons of ours answer for what was decided: their names are the record. */
static enum status check_people(const struct erasing *x, struct err *err)
{
    const struct settings *s = x->app->settings;
    for (size_t i = 0; i < s->people_count && x->kind != SUBJECT_PARTY; i++)
        if (erase_has(bytes_of(s->people[i].mail), x->what) ||
            erase_has(bytes_of(s->people[i].name), x->what) ||
            erase_has(bytes_of(s->people[i].id), x->what))
            return err_set(err, ERR_REFUSED,
                           "it is of %s, a person of the configuration, and stands in approvals "
                           "and decisions: that record is kept",
                           s->people[i].id);
    return OK;
}

static enum status check_register(struct erasing *x, struct err *err)
{
    struct party row;
    const char *party = x->what;
    enum status status = x->kind == SUBJECT_PARTY
                             ? party_get(&row, x->e.arena, x->app->store, x->what, err)
                             : erase_registered(&party, &x->e, x->what, err);
    if (status == ERR_NOT_FOUND)
        return OK;
    if (status == OK)
        status = err_set(
            err, ERR_REFUSED,
            "party %s still has it in the register, and is told there: take it out of "
            "parties.csv and import that with --full first (--believe, when it was corrected)",
            party);
    return status;
}

static bool is_over(enum notice_state state)
{
    return state == STATE_PASSED || state == STATE_ANSWERED || state == STATE_SUPERSEDED ||
           state == STATE_CANCELLED;
}

static enum status find_notices(struct erasing *x, struct err *err)
{
    struct erase *e = &x->e;
    struct notice_filter filter = {.party = x->what, .limit = 500};
    enum status status = OK;
    if (x->kind == SUBJECT_ADDRESS)
        return erase_find(e, x->what, err);
    for (size_t count = filter.limit;
         x->kind == SUBJECT_PARTY && status == OK && count == filter.limit;) {
        struct notice *rows = NULL;
        status = notice_list(&rows, &count, e->arena, e->store, &filter, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            filter.after_id = rows[i].id;
            arena_push(e->arena, &e->notices, &e->notice_count, sizeof rows[i].id, &rows[i].id);
        }
    }
    return status;
}

/* Who still has to be told, or may still answer, is not forgotten. */
static enum status check_notices(struct erasing *x, struct err *err)
{
    struct erase *e = &x->e;
    enum status status = OK;
    for (size_t i = 0; status == OK && i < e->notice_count; i++) {
        struct notice row;
        status = notice_get(&row, e->arena, e->store, e->notices[i], err);
        if (status == OK && !is_over(row.state))
            status = err_set(err, ERR_REFUSED,
                             "notice %s to it is %s: wait until it is over, or cancel it", row.code,
                             notice_state_word(row.state));
    }
    int64_t task = 0;
    if (status == OK)
        status = erase_open_task(&task, e, err);
    if (status == OK)
        return err_set(err, ERR_REFUSED, "task %lld is about it and open: finish that first",
                       (long long)task);
    return status == ERR_NOT_FOUND || (status == OK && e->notice_count == 0) ? OK : status;
}

static enum status erase_all(struct erasing *x, struct err *err)
{
    struct erase *e = &x->e;
    char alias[RANDOM_UID + sizeof "erased-"];
    char uid[RANDOM_UID];
    enum status status = OK;
    if (x->kind != SUBJECT_PARTY)
        arena_push(e->arena, &x->texts, &x->count, sizeof x->what, &x->what);
    else
        status = erase_addresses(&x->texts, &x->count, e, err);
    if (status == OK)
        status = erase_notices(e, err);
    for (size_t i = 0; status == OK && i < x->count; i++) {
        status = erase_keys(e, x->texts[i], err);
        if (status == OK)
            status = erase_words(e, x->texts[i], err);
    }
    if (status == OK && x->kind == SUBJECT_PARTY) {
        (void)snprintf(alias, sizeof alias, "erased-%s", random_uid(uid));
        status = erase_party(e, x->what, alias, err);
        if (status == OK)
            status = erase_words(e, x->what, err);
    }
    if (status == OK)
        status = erase_blobs(e, x->texts, x->count, err);
    if (status == OK && e->values + e->rows == 0 && e->erased_count == 0)
        status = err_set(err, ERR_NOT_FOUND, "nothing is kept of it%s",
                         e->kept > 0 ? " but in advisories and approvals, which stay" : "");
    return status;
}

static enum status record(struct erasing *x, struct err *err)
{
    char names[SHA256_HEX];
    enum status status = erase_names(names, &x->e, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("personal.erased", x->app->actor, NULL);
    entry_int(entry, "blobs", (int64_t)x->e.erased_count);
    entry_personal(entry, "by", x->by);
    entry_int(entry, "kept", x->e.kept);
    entry_personal(entry, ERASED_NAMES, names[0] != '\0' ? names : NULL);
    entry_int(entry, "notices", (int64_t)x->e.notice_count);
    entry_personal(entry, "reason", x->reason);
    entry_int(entry, "rows", x->e.rows);
    entry_text(entry, "subject", subject_words[x->kind]);
    entry_int(entry, "values", x->e.values);
    status = app_record(x->app, entry, err);
    return status == OK ? meta_set(x->app->store, META_DUE, "yes", err) : status;
}

static enum status erase_in_transaction(struct erasing *x, struct err *err)
{
    enum status status = app_begin(x->app, err);
    if (status != OK)
        return status;
    x->e.idx = x->app->head.idx; /* what is written next */
    status = check_register(x, err);
    if (status == OK)
        status = find_notices(x, err);
    if (status == OK)
        status = check_notices(x, err);
    if (status == OK)
        status = erase_all(x, err);
    if (status == OK)
        status = record(x, err);
    if (status == OK)
        return app_commit(x->app, err);
    app_rollback(x->app);
    return status;
}

static bool is_due(struct app *app)
{
    struct arena *arena = arena_new();
    const char *due = NULL;
    struct err none;
    bool yes = meta_get(&due, arena, app->store, META_DUE, &none) == OK && text_equal(due, "yes");
    arena_free(arena);
    return yes;
}

enum status erase_finish(struct app *app, struct err *err)
{
    if (!is_due(app))
        return OK;
    enum status status = store_scrub(app->store, err);
    return status == OK ? meta_set(app->store, META_DUE, "no", err) : status;
}

enum status op_erase(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    const char *subject = frame_get_text(in, ARG_SUBJECT);
    struct err why = {0};
    struct erasing x = {.app = app,
                        .e = {.store = app->store, .arena = arena_new()},
                        .by = frame_get_text(in, ARG_BY),
                        .reason = frame_get_text(in, ARG_REASON)};
    enum status status = read_subject(&x, subject != NULL ? subject : "", err);
    if (status == OK)
        status = check_request(&x, err);
    if (status == OK)
        status = check_people(&x, err);
    if (status == OK)
        status = erase_in_transaction(&x, err);
    if (status == OK ||
        status == ERR_NOT_FOUND) { /* asked again: an earlier one may be unfinished */
        const bool due = is_due(app);
        enum status finished = erase_finish(app, &why);
        if (finished != OK)
            status = err_set(err, finished,
                             "erased, but the store could not be written anew, and its file still "
                             "has the old bytes: %s: say it again, or restart the dispatcher",
                             why.text);
        else if (status == ERR_NOT_FOUND && due) {
            str_add(out, "nothing is kept of it; the store was written anew\n");
            x.e.idx = 0;
            status = OK;
        }
    }
    if (status == OK && x.e.idx > 0)
        str_addf(out,
                 "erased: %lld values behind entries, %lld rows, %lld texts and mails, of %zu "
                 "notices; the store was written anew\n",
                 (long long)x.e.values, (long long)x.e.rows, (long long)x.e.erased_count,
                 x.e.notice_count);
    if (status == OK && x.e.kept > 0)
        str_addf(out, "kept: %lld records of ours that have it in them (advisories, approvals)\n",
                 (long long)x.e.kept);
    arena_free(x.e.arena);
    return status;
}
