#include "dispatcher/submit/watch_set.h"

#include "base/log.h"
#include "base/utf8.h"
#include "dispatcher/op.h"
#include "dispatcher/release/approve.h"
#include "dispatcher/submit/submit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADVISORY_LIMIT ((size_t)16 * 1024 * 1024)
#define SIDE_LIMIT ((size_t)1024 * 1024)

struct judging {
    struct watch_judged *out;
    struct app *app;
    const char *dir;
    const struct watch_file *files;
    size_t count;
    struct arena *arena;
    struct submitted row;
};

void watch_judged_dispose(struct watch_judged *judged)
{
    str_dispose(&judged->words);
    free(judged->tracking);
    free(judged->version);
    *judged = (struct watch_judged){0};
}

static void settle_for(struct watch_judged *out, enum watch_outcome outcome, const char *why)
{
    out->outcome = outcome;
    size_t size = strnlen(why, sizeof out->why - 1); /* the beginning will do */
    memcpy(out->why, why, size);
    out->why[size] = '\0';
    utf8_make_line(out->why);
}

/* Names are any bytes; what is shown or stored of them is one harmless line. */
static const char *shown(const struct judging *j, const struct watch_file *file)
{
    struct str line;
    str_init(&line, STR_LIMIT_LINE);
    utf8_add_line(&line, bytes_of(file->name));
    const char *text = arena_strdup(j->arena, str_text(&line));
    str_dispose(&line);
    return text;
}

static const struct watch_file *find_part(const struct judging *j, enum watch_part part)
{
    for (size_t i = 0; i < j->count; i++)
        if (j->files[i].part == part)
            return &j->files[i];
    return NULL;
}

static void begin_words(struct judging *j, struct str *words, const struct watch_file *file)
{
    char at[CLOCK_TEXT];
    str_addf(words, "%s was refused at %s.\n\n", shown(j, file), clock_text(at, app_now(j->app)));
}

static void refuse_set(struct judging *j, const struct watch_file *file, const char *findings,
                       const char *why)
{
    settle_for(j->out, WATCH_REFUSED, why);
    begin_words(j, &j->out->words, file);
    str_addf(&j->out->words, "%s%s\n", findings, why);
}

/* What an answer of the reader means for the whole set; true: it is settled. */
static bool unreadable(struct judging *j, const struct watch_file *file, enum status status,
                       const struct err *err)
{
    if (status == OK)
        return false;
    if (status == ERR_INVALID || status == ERR_LIMIT)
        refuse_set(j, file, "", err->text);
    else
        settle_for(j->out, WATCH_AGAIN, err->text);
    return true;
}

/* A failure of ours is tried again; what the store cannot do ends the look at the folder. */
static enum status ours(struct judging *j, enum status status, const struct err *err)
{
    if (status == ERR_CORRUPT)
        return status;
    settle_for(j->out, WATCH_AGAIN, err->text);
    return OK;
}

/* The tables first, as `tocsin submit` does: who is told depends on them. */
static enum status refresh(struct judging *j, bool *settled, struct err *err)
{
    struct str words;
    struct err fault = {0};
    str_init(&words, STR_LIMIT_TEXT);
    enum status status = op_refresh(j->app, NULL, &words, &fault);
    str_dispose(&words);
    *settled = status != OK;
    if (status == OK)
        return OK;
    *err = fault;
    return ours(j, status, &fault);
}

static enum status submit(struct judging *j, const struct watch_file *advisory,
                          const struct watch_file *order, bool may_grow, bool *settled,
                          struct err *err)
{
    struct str text;
    struct str order_text;
    struct str words;
    struct err fault = {0};
    str_init(&text, ADVISORY_LIMIT + 64 * 1024);
    str_init(&order_text, SIDE_LIMIT + 64 * 1024);
    str_init(&words, STR_LIMIT_TEXT);
    enum status status = OK;
    *settled =
        unreadable(j, advisory, watch_dir_read(&text, j->dir, advisory, ADVISORY_LIMIT, &fault),
                   &fault) ||
        (order != NULL &&
         unreadable(j, order, watch_dir_read(&order_text, j->dir, order, SIDE_LIMIT, &fault),
                    &fault));
    if (!*settled && order != NULL && order_text.size == 0) {
        settle_for(j->out, WATCH_WAITS, "the order is an empty file");
        *settled = true;
    }
    if (!*settled)
        status = refresh(j, settled, err);
    if (*settled || status != OK)
        goto done;
    const struct submission submission = {.name = shown(j, advisory),
                                          .order_name = order != NULL ? shown(j, order) : NULL,
                                          .text = str_bytes(&text),
                                          .order = str_bytes(&order_text),
                                          .may_grow = may_grow};
    status = submit_take(&j->row, j->arena, j->app, &submission, &words, &fault);
    *settled = status != OK;
    if (status == OK)
        goto done;
    *err = fault;
    if (status == ERR_REFUSED && may_grow && !j->row.readable) {
        settle_for(j->out, WATCH_GROWS, "is not CSAF yet: perhaps not all of it is there");
        status = OK;
    } else if (status == ERR_REFUSED && j->row.waits) {
        settle_for(j->out, WATCH_WAITS, fault.text);
        j->out->held = true;
        j->out->tracking = xstrdup(j->row.tracking);
        j->out->version = xstrdup(j->row.version);
        status = OK;
    } else if (status == ERR_IO || status == ERR_CORRUPT || status == ERR_STALE)
        status = ours(j, status, &fault);
    else {
        refuse_set(j, advisory, str_text(&words), fault.text);
        status = OK;
    }
done:
    str_dispose(&text);
    str_dispose(&order_text);
    str_dispose(&words);
    return status;
}

/* Does this text, whoever wrote it, speak of an order? Only a reason to wait, never one to trust.
 */
static bool names_order(struct bytes text)
{
    static const char line[] = "\norder-sha256: ";
    const unsigned char *at = text.size == 0 ? NULL : memmem(text.data, text.size, line, 15);
    size_t left = at == NULL ? 0 : (size_t)(text.data + text.size - at) - 15;
    return left >= 4 && memcmp(at + 15, "none", 4) != 0;
}

static void put_aside(struct judging *j, const struct watch_file *file, const char *why)
{
    struct str words;
    struct err err = {0};
    str_init(&words, STR_LIMIT_LINE);
    begin_words(j, &words, file);
    str_addf(&words, "%s\n", why);
    enum status status =
        watch_dir_aside(j->dir, "refused", &file, 1, str_text(&words), app_now(j->app), &err);
    log_line(LOG_WARNING, "watch=refused file=%s said=%s", log_quote(file->name), log_quote(why));
    if (status != OK)
        settle_for(j->out, WATCH_AGAIN, err.text);
    str_dispose(&words);
}

/* Somebody signed for an order that is not there yet: nothing is released before it comes. */
static void wait_for_order(struct judging *j)
{
    struct str text;
    struct err fault = {0};
    if (j->row.order_sha256 != NULL)
        return;
    str_init(&text, SIDE_LIMIT + 64 * 1024);
    for (size_t i = 0; i < j->count; i++) {
        str_reset(&text);
        if (j->files[i].part == WATCH_TEXT &&
            watch_dir_read(&text, j->dir, &j->files[i], SIDE_LIMIT, &fault) == OK &&
            names_order(str_bytes(&text)))
            settle_for(j->out, WATCH_WAITS, "the order that is signed for is missing");
    }
    str_dispose(&text);
}

/* One signature. What is wrong with it alone does not hold up the others. */
static enum status take_signature(struct judging *j, const struct watch_file *file, struct err *err)
{
    struct str text;
    struct str words;
    struct err fault = {0};
    str_init(&text, SIDE_LIMIT + 64 * 1024);
    str_init(&words, STR_LIMIT_LINE);
    enum status status = watch_dir_read(&text, j->dir, file, SIDE_LIMIT, &fault);
    if (status == ERR_INVALID || status == ERR_LIMIT)
        put_aside(j, file, fault.text);
    else if (status != OK)
        settle_for(j->out, WATCH_AGAIN, fault.text);
    if (status != OK) {
        status = OK;
        goto done;
    }
    status = approve_signature(j->app, j->row.tracking, j->row.version, shown(j, file),
                               str_bytes(&text), &words, &fault);
    switch (status) {
    case OK:
        log_line(LOG_INFO, "watch=signature file=%s said=%s", log_quote(file->name),
                 log_quote(str_text(&words)));
        break;
    case ERR_EXISTS: /* taken before: by us, or by hand */
        status = OK;
        break;
    case ERR_REFUSED:
    case ERR_INVALID:
    case ERR_LIMIT:
        put_aside(j, file, fault.text);
        status = OK;
        break;
    case ERR_NOT_FOUND:
    case ERR_STALE:
    case ERR_IO:
    case ERR_CORRUPT:
        *err = fault;
        status = ours(j, status, &fault);
        break;
    }
done:
    str_dispose(&text);
    str_dispose(&words);
    return status;
}

static enum status take_signatures(struct judging *j, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < j->count; i++)
        if (j->files[i].part == WATCH_DETACHED || j->files[i].part == WATCH_TEXT)
            status = take_signature(j, &j->files[i], err);
    return status;
}

/* The register has the last word on what the set has come to. */
static enum status look_up(struct judging *j, struct err *err)
{
    struct advisory row;
    struct approval *list = NULL;
    size_t count = 0;
    struct err fault = {0};
    enum status status =
        advisory_find(&row, j->arena, j->app->store, j->row.tracking, j->row.version, &fault);
    if (status == OK)
        status = approval_list(&list, &count, j->arena, j->app->store, row.id, &fault);
    if (status != OK) {
        *err = fault;
        return ours(j, status, &fault);
    }
    j->out->tracking = xstrdup(j->row.tracking);
    j->out->version = xstrdup(j->row.version);
    if (row.state != ADVISORY_SUBMITTED)
        j->out->outcome = WATCH_RELEASED;
    else if (j->out->why[0] == '\0')
        (void)snprintf(j->out->why, sizeof j->out->why, "signatures: %zu of %lld are there", count,
                       (long long)j->app->settings->release.approvals);
    return OK;
}

enum status watch_set_judge(struct watch_judged *out, struct app *app, const char *dir,
                            const struct watch_file *files, size_t count, bool may_grow,
                            struct err *err)
{
    *out = (struct watch_judged){.outcome = WATCH_WAITS};
    str_init(&out->words, STR_LIMIT_TEXT);
    struct judging j = {.out = out, .app = app, .dir = dir, .files = files, .count = count};
    j.arena = arena_new();
    const struct watch_file *advisory = find_part(&j, WATCH_ADVISORY);
    bool settled = advisory == NULL;
    enum status status = OK;
    if (advisory == NULL)
        settle_for(out, WATCH_WAITS, "the advisory itself (.json) is missing");
    else
        status = submit(&j, advisory, find_part(&j, WATCH_ORDER), may_grow, &settled, err);
    if (status == OK && !settled)
        wait_for_order(&j);
    if (status == OK && !settled && out->why[0] == '\0')
        status = take_signatures(&j, err);
    if (status == OK && j.row.tracking != NULL && !out->held)
        status = look_up(&j, err);
    arena_free(j.arena);
    return status;
}

/*
 * Refused: the advisory leaves first, the order last, so that whatever is left when we die in
 * between can never be taken as an advisory without its order. Released: the advisory leaves last;
 * what is left is told by it and harmless.
 */
enum status watch_set_move(struct app *app, const char *dir, const struct watch_file *files,
                           size_t count, const struct watch_judged *judged, struct err *err)
{
    bool refused = judged->outcome == WATCH_REFUSED;
    const struct watch_file **order = xcalloc(count, sizeof *order);
    size_t n = 0;
    static const enum watch_part last[] = {WATCH_ADVISORY, WATCH_DETACHED, WATCH_TEXT, WATCH_ORDER};
    for (size_t k = 0; k < 4; k++)
        for (size_t i = 0; i < count; i++)
            if (files[i].part == last[refused ? k : 3 - k])
                order[n++] = &files[i];
    enum status status =
        watch_dir_aside(dir, refused ? "refused" : "done", order, n,
                        refused ? str_text(&judged->words) : NULL, app_now(app), err);
    if (status == OK)
        log_line(refused ? LOG_WARNING : LOG_INFO, "watch=%s set=%s said=%s",
                 refused ? "refused" : "done", log_quote(order[0]->name), log_quote(judged->why));
    free(order);
    return status;
}
