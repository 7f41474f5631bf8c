#include "dispatcher/epoch.h"

#include "base/number.h"
#include "dispatcher/checkpoint.h"
#include "dispatcher/op.h"
#include "dispatcher/who_signed.h"
#include "store/advisory.h"
#include "store/log.h"

#include <stdio.h>
#include <string.h>

#define META_NAME "log.name"
#define META_PENDING "epoch.pending" /* what is to be signed; "": nothing */
#define META_FIRST "epoch.first"     /* person, fingerprint, SHA-256 of the signed text */
#define CLOCK_SLACK (10 * MS_MINUTE)

enum { ARG_BY = OP_ARG, ARG_REASON };
enum { ARG_NAME = OP_ARG, ARG_SIGNATURE };

void epoch_statement(struct str *out, const struct epoch_text *text, const char *signer,
                     int64_t at_ms)
{
    char at[CLOCK_TEXT];
    str_add(out, "Tocsin epoch end 1\n");
    str_addf(out, "log: %s\n", text->log);
    if (text->last_size >= 0)
        str_addf(out, "last-signed: %lld %s\n", (long long)text->last_size, text->last_root);
    else
        str_add(out, "last-signed: not remembered\n");
    str_addf(out, "head: %lld %s\n", (long long)text->head, text->head_prev);
    str_addf(out, "reason: %s\n", text->reason);
    str_addf(out, "signer: %s\n", signer);
    str_add(out, "meaning: history that was signed is lost; the log goes on in a new epoch\n");
    str_addf(out, "at: %s\n", clock_text(at, at_ms));
}

/* Two parts of path behind the domain are the first epoch: a third one counts. */
const char *epoch_next_name(struct arena *arena, const char *name)
{
    const char *last = strrchr(name, '/');
    const char *first = strchr(name, '/');
    const char *second = first != NULL ? strchr(first + 1, '/') : NULL;
    int64_t number = 1;
    if (second != NULL && last != second &&
        number_parse_within(&number, last + 1, 2, INT64_C(1000000)))
        return arena_printf(arena, "%.*s/%lld", (int)(last - name), name, (long long)number + 1);
    return arena_printf(arena, "%s/2", name);
}

struct ending {
    struct app *app;
    struct arena *arena;
    struct epoch_text text;
};

static enum status get(const char **out, struct ending *e, const char *name, struct err *err)
{
    enum status status = meta_get(out, e->arena, e->app->store, name, err);
    if (status == ERR_NOT_FOUND)
        *out = "";
    return status == ERR_NOT_FOUND ? OK : status;
}

/* The line behind *at; *at moves on. */
static const char *next_line(struct arena *arena, const char **at)
{
    size_t size = strcspn(*at, "\n");
    const char *line = arena_strndup(arena, *at, size);
    *at += size + ((*at)[size] == '\n');
    return line;
}

static bool is_hash(const char *text)
{
    struct sha256 hash;
    return sha256_parse(&hash, text, NULL) == OK;
}

void epoch_pending(struct str *out, const struct epoch_text *t)
{
    str_addf(out, "%s\n%lld\n%s\n%lld\n%s\n%s\n", t->log, (long long)t->last_size, t->last_root,
             (long long)t->head, t->head_prev, t->reason);
}

enum status epoch_pending_read(struct epoch_text *out, struct arena *arena, const char *text,
                               struct err *err)
{
    const char *at = text;
    *out = (struct epoch_text){.log = next_line(arena, &at)};
    bool good = number_parse_within(&out->last_size, next_line(arena, &at), -1, INT64_MAX);
    out->last_root = next_line(arena, &at);
    good = number_parse_within(&out->head, next_line(arena, &at), 0, INT64_MAX) && good;
    out->head_prev = next_line(arena, &at);
    out->reason = next_line(arena, &at);
    good = good && at[0] == '\0' && at > text && at[-1] == '\n' && out->log[0] != '\0' &&
           out->reason[0] != '\0' && is_hash(out->head_prev) &&
           (out->last_size < 0 ? out->last_root[0] == '\0' : is_hash(out->last_root));
    return good ? OK : err_set(err, ERR_CORRUPT, "store: meta epoch.pending: not understood");
}

bool epoch_follows(struct bytes line, const char *prev)
{
    char member[80];
    int size = snprintf(member, sizeof member, "\"prev\":\"%s\"", prev);
    return is_hash(prev) && memmem(line.data, line.size, member, (size_t)size) != NULL;
}

/* What was put by write_pending. ERR_NOT_FOUND: nothing waits. */
static enum status read_pending(struct ending *e, struct err *err)
{
    const char *text = "";
    enum status status = get(&text, e, META_PENDING, err);
    if (status == OK && text[0] == '\0')
        status = err_set(err, ERR_NOT_FOUND, "no end of an epoch was asked for");
    return status == OK ? epoch_pending_read(&e->text, e->arena, text, err) : status;
}

static enum status write_pending(struct ending *e, struct err *err)
{
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    epoch_pending(&text, &e->text);
    enum status status = meta_set(e->app->store, META_PENDING, str_text(&text), err);
    str_dispose(&text);
    return status == OK ? meta_set(e->app->store, META_FIRST, "", err) : status;
}

/* Does the log still have what the first person saw, and does the signer remember the same? */
static enum status still_true(bool *out, struct ending *e, struct err *err)
{
    struct log_head head;
    struct log_line *lines = NULL;
    size_t count = 0;
    struct checkpoint_memory memory = {0};
    enum status status = checkpoint_recall(&memory, e->app, err);
    if (status == OK)
        status = log_head_get(&head, e->app->store, err);
    if (status == OK && head.idx > e->text.head)
        status = log_list(&lines, &count, e->arena, e->app->store, e->text.head, NULL, 1, err);
    *out = status == OK && memory.size == e->text.last_size &&
           text_equal(memory.root, e->text.last_root) &&
           ((head.idx == e->text.head && text_equal(head.prev, e->text.head_prev)) ||
            (count == 1 && epoch_follows(lines[0].line, e->text.head_prev)));
    return status;
}

/* In the record, whatever comes of it; and something that the signer has not signed yet. */
static enum status record_wish(struct ending *e, const char *by, struct err *err)
{
    struct app *app = e->app;
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("admin.action", app->actor, app->settings->maker.id);
    entry_text(entry, "action", "epoch-end-asked");
    entry_personal(entry, "by", by);
    entry_personal(entry, "detail", e->text.reason);
    status = app_record(app, entry, err);
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

/* Only when the signer says no, and not for a moment only. */
static enum status must_refuse(struct ending *e, struct err *err)
{
    struct err cause = {0};
    enum status status = checkpoint_now(e->app, &cause);
    if (status == OK)
        return err_set(err, ERR_REFUSED, "the signer signs: no history is lost, and no epoch ends");
    if (status == ERR_IO)
        *err = cause;
    return status == ERR_IO ? status : OK;
}

static enum status propose(struct ending *e, const char *by, const char *reason, struct err *err)
{
    struct checkpoint_memory memory = {0};
    struct log_head head = {0};
    e->text.reason = reason;
    enum status status = record_wish(e, by, err);
    if (status == OK)
        status = must_refuse(e, err);
    if (status == OK)
        status = checkpoint_recall(&memory, e->app, err);
    if (status == OK)
        status = get(&e->text.log, e, META_NAME, err);
    if (status == OK)
        status = app_begin(e->app, err);
    if (status != OK)
        return status;
    status = log_head_get(&head, e->app->store, err);
    e->text.last_size = memory.size;
    e->text.last_root = arena_strdup(e->arena, memory.root);
    e->text.head = head.idx;
    e->text.head_prev = arena_strdup(e->arena, head.prev);
    if (status == OK)
        status = write_pending(e, err);
    if (status == OK)
        return app_commit(e->app, err);
    app_rollback(e->app);
    return status;
}

static enum status check_reason(const char *reason, struct err *err)
{
    size_t size = reason != NULL ? strlen(reason) : 0;
    if (size == 0)
        return err_set(err, ERR_INVALID, "--reason: is needed from the first person: both sign it");
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)reason[i] < ' ')
            return err_set(err, ERR_INVALID, "--reason: one line, without control signs");
    return size <= EPOCH_REASON && reason[0] != ' ' && reason[size - 1] != ' '
               ? OK
               : err_set(err, ERR_INVALID,
                         "--reason: at most %d bytes, and no blank at its begin and end",
                         EPOCH_REASON);
}

static enum status find_text(struct ending *e, const struct person *person, const char *reason,
                             struct err *err)
{
    bool good = false;
    enum status status = read_pending(e, err);
    if (status == OK)
        status = still_true(&good, e, err);
    if (status != OK && status != ERR_NOT_FOUND)
        return status;
    if (good && reason != NULL && !text_equal(reason, e->text.reason))
        return err_set(err, ERR_REFUSED,
                       "--reason: another one stands in what was asked already: \"%s\": leave "
                       "--reason out to sign that",
                       e->text.reason);
    if (good)
        return OK;
    status = check_reason(reason, err);
    return status == OK ? propose(e, person->id, reason, err) : status;
}

enum status op_epoch_ask(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct ending e = {.app = app, .arena = arena_new()};
    const char *by = frame_get_text(in, ARG_BY);
    const struct person *person = by != NULL ? settings_person(app->settings, by) : NULL;
    enum status status =
        person != NULL ? OK
                       : err_set(err, ERR_INVALID, "--by %s: not a person of the configuration",
                                 by != NULL ? by : "");
    if (status == OK)
        status = find_text(&e, person, frame_get_text(in, ARG_REASON), err);
    if (status == OK)
        epoch_statement(out, &e.text, person->name, app_now(app));
    arena_free(e.arena);
    return status;
}

/* The whole text is compared; its instant is the signer's. */
static enum status check_text(struct ending *e, const struct person *person, const char *text,
                              const char *name, struct err *err)
{
    struct str wanted;
    int64_t at_ms = 0;
    const char *at = strstr(text, "\nat: ");
    at = at != NULL ? arena_strndup(e->arena, at + 5, strcspn(at + 5, "\n")) : "";
    if (clock_parse(&at_ms, at, NULL) != OK)
        at_ms = 0;
    str_init(&wanted, STR_LIMIT_LINE);
    epoch_statement(&wanted, &e->text, person->name, at_ms);
    bool same = text_equal(str_text(&wanted), text);
    str_dispose(&wanted);
    if (!same)
        return err_set(err, ERR_REFUSED,
                       "%s: the signed text is not the one that is asked of %s: make it with "
                       "`tocsin evidence epoch end --by %s --print`",
                       name, person->name, person->id);
    return at_ms <= app_now(e->app) + CLOCK_SLACK
               ? OK
               : err_set(err, ERR_REFUSED,
                         "%s: signed in the future (%s): check the clock of the signer", name, at);
}

struct signer_row {
    const char *person, *fpr, *sha256;
};

/* empty: nobody has signed yet. */
static enum status read_first(struct signer_row *out, struct ending *e, struct err *err)
{
    const char *at = "";
    enum status status = get(&at, e, META_FIRST, err);
    out->person = next_line(e->arena, &at);
    out->fpr = next_line(e->arena, &at);
    out->sha256 = next_line(e->arena, &at);
    return status;
}

static enum status write_end(struct ending *e, const struct signer_row *first,
                             const struct signer_row *second, struct err *err)
{
    struct store *store = e->app->store;
    const struct epoch_text *t = &e->text;
    const char *next = epoch_next_name(e->arena, t->log);
    enum status status = meta_set(store, META_NAME, next, err);
    if (status == OK)
        status = meta_set(store, META_PENDING, "", err);
    if (status == OK)
        status = meta_set(store, META_FIRST, "", err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("epoch.end", e->app->actor, NULL);
    entry_personal(entry, "first_by", first->person);
    entry_personal(entry, "first_fpr", first->fpr);
    entry_personal(entry, "first_sha256", first->sha256);
    entry_int(entry, "head", t->head);
    entry_text(entry, "head_prev", t->head_prev);
    entry_text(entry, "last_root", t->last_size >= 0 ? t->last_root : NULL);
    if (t->last_size >= 0)
        entry_int(entry, "last_size", t->last_size);
    else
        entry_null(entry, "last_size");
    entry_text(entry, "next", next);
    entry_text(entry, "origin", t->log);
    entry_personal(entry, "reason", t->reason);
    entry_personal(entry, "second_by", second->person);
    entry_personal(entry, "second_fpr", second->fpr);
    entry_personal(entry, "second_sha256", second->sha256);
    return app_record(e->app, entry, err);
}

static enum status take(struct ending *e, const struct signer_row *second, struct bytes bytes,
                        bool *complete, struct err *err)
{
    struct signer_row first = {0};
    char hex[SHA256_HEX];
    *complete = false;
    enum status status = read_first(&first, e, err);
    /* Two persons who share a key are one. */
    if (status == OK && first.person[0] != '\0' &&
        (text_equal(first.person, second->person) || text_equal(first.fpr, second->fpr)))
        status = err_set(err, ERR_EXISTS, "signed by %s already: another person has to sign",
                         first.person);
    if (status == OK)
        status = blob_put(hex, e->app->store, bytes, err);
    if (status != OK)
        return status;
    *complete = first.person[0] != '\0';
    if (*complete)
        return write_end(e, &first, &(struct signer_row){second->person, second->fpr, hex}, err);
    return meta_set(e->app->store, META_FIRST,
                    arena_printf(e->arena, "%s\n%s\n%s\n", second->person, second->fpr, hex), err);
}

static enum status sign_on(struct ending *e, struct str *out, struct err *err)
{
    enum status status = checkpoint_now(e->app, err);
    if (status == OK)
        str_addf(out, "the epoch has ended; the log is signed on as %s\n",
                 epoch_next_name(e->arena, e->text.log));
    else
        (void)err_prefix(err, "the epoch has ended, but the signer does not sign yet");
    return status;
}

static enum status take_signature(struct ending *e, const char *name, struct bytes bytes,
                                  struct str *out, struct err *err)
{
    struct signature signature = {0};
    const struct person *person = NULL;
    bool good = false;
    bool complete = false;
    enum status status = read_pending(e, err);
    if (status == OK)
        status = still_true(&good, e, err);
    if (status == OK && !good)
        status = err_set(err, ERR_REFUSED,
                         "what was asked for is not so any more: the store was changed again, or "
                         "the signer signs: begin anew with --reason");
    if (status == OK)
        status = who_signed(&person, &signature, e->app, NULL, bytes, name, err);
    if (status == OK)
        status = check_text(e, person, str_text(&signature.text), name, err);
    if (status == OK)
        status = app_begin(e->app, err);
    if (status == OK) {
        status =
            take(e, &(struct signer_row){person->id, signature.fpr, NULL}, bytes, &complete, err);
        if (status == OK)
            status = app_commit(e->app, err);
        else
            app_rollback(e->app);
    }
    signature_dispose(&signature);
    if (status == OK && !complete)
        str_addf(out,
                 "%s has signed; another person has to: tocsin evidence epoch end --by PERSON\n",
                 person->id);
    return status == OK && complete ? sign_on(e, out, err) : status;
}

enum status op_epoch_sign(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct ending e = {.app = app, .arena = arena_new()};
    const char *name = frame_get_text(in, ARG_NAME);
    enum status status = take_signature(&e, name != NULL ? name : "signature",
                                        frame_get_bytes(in, ARG_SIGNATURE), out, err);
    arena_free(e.arena);
    return status;
}
