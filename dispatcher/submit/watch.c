#include "dispatcher/submit/watch.h"

#include "base/log.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "dispatcher/submit/watch_board.h"
#include "dispatcher/submit/watch_set.h"
#include "store/advisory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define STEP_MS 200 /* judging in one step; then the loop does other things */
#define HINT_MS 250 /* at most one scan in this time, however often somebody writes */
#define AGAIN_MS (30 * MS_SECOND)
#define NEVER_STILL_MS (30 * MS_SECOND) /* --until-idle does not wait longer for a busy writer */

/* What is remembered of a set from scan to scan. */
struct known {
    char *stem;
    struct sha256 looks; /* names, sizes, times of all its files */
    int64_t still_up_ms; /* since when it looks so */
    int64_t again_up_ms; /* when to ask again; INT64_MAX: when something changes */
    int64_t since_ms;    /* wall clock of its oldest file, for people */
    bool judged;
    bool moving; /* judged, and could not be moved yet */
    struct watch_judged answer;
};

struct watch {
    struct app *app;
    const char *dir;
    int fd, wd;
    int64_t opened_up_ms, scanned_up_ms, next_up_ms;
    struct known *sets;
    size_t count;
    bool scanned;
    char fault[300]; /* why the folder itself cannot be read; "": none */
    struct sha256 board;
};

struct watch *watch_open(struct app *app)
{
    if (app->settings->watch == NULL)
        return NULL;
    struct watch *w = xcalloc(1, sizeof *w);
    w->app = app;
    w->dir = app->settings->watch;
    w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC); /* -1: the scan alone does it */
    w->wd = -1;
    w->opened_up_ms = clock_up_ms(&app->clock);
    return w;
}

static void forget(struct known *set)
{
    watch_judged_dispose(&set->answer);
    free(set->stem);
}

void watch_close(struct watch *w)
{
    if (w == NULL)
        return;
    for (size_t i = 0; i < w->count; i++)
        forget(&w->sets[i]);
    free(w->sets);
    if (w->fd >= 0)
        (void)close(w->fd);
    free(w);
}

int watch_fd(const struct watch *w)
{
    return w != NULL ? w->fd : -1;
}

int64_t watch_next(const struct watch *w)
{
    return w != NULL ? w->next_up_ms : INT64_MAX;
}

/* The folder may have gone and come back as another one: the watch is set anew at each scan. */
static void renew_hint(struct watch *w)
{
    if (w->fd < 0)
        return;
    int wd = inotify_add_watch(w->fd, w->dir,
                               IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE | IN_ONLYDIR);
    if (w->wd >= 0 && wd != w->wd)
        (void)inotify_rm_watch(w->fd, w->wd);
    w->wd = wd;
}

static void drain_hints(const struct watch *w)
{
    char buffer[4096];
    for (ssize_t got = 1; w->fd >= 0 && got > 0;)
        got = read(w->fd, buffer, sizeof buffer);
}

static void add_number(struct sha256_ctx *ctx, int64_t n)
{
    sha256_add(ctx, (struct bytes){(const unsigned char *)&n, sizeof n});
}

static void look_of(struct sha256 *out, int64_t *since_ms, const struct watch_file *files,
                    size_t count)
{
    struct sha256_ctx *ctx = sha256_new();
    *since_ms = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        const struct stat *s = &files[i].about;
        int64_t came = (int64_t)s->st_ctim.tv_sec * 1000;
        sha256_add(ctx,
                   (struct bytes){(const unsigned char *)files[i].name, strlen(files[i].name) + 1});
        add_number(ctx, (int64_t)s->st_dev);
        add_number(ctx, (int64_t)s->st_ino);
        add_number(ctx, (int64_t)s->st_size);
        add_number(ctx, (int64_t)s->st_mode);
        add_number(ctx, (int64_t)s->st_mtim.tv_sec);
        add_number(ctx, (int64_t)s->st_mtim.tv_nsec);
        add_number(ctx, (int64_t)s->st_ctim.tv_sec);
        add_number(ctx, (int64_t)s->st_ctim.tv_nsec);
        if (came < *since_ms)
            *since_ms = came;
    }
    sha256_end(ctx, out);
}

static size_t group_size(const struct watch_scan *scan, size_t at)
{
    size_t n = 1;
    while (at + n < scan->count && scan->files[at + n].stem_size == scan->files[at].stem_size &&
           memcmp(scan->files[at + n].name, scan->files[at].name, scan->files[at].stem_size) == 0)
        n++;
    return n;
}

/* Shorter first when one begins the other: the order of watch_dir_scan. */
static int compare_stem(const struct known *known, const struct watch_file *file)
{
    size_t size = strlen(known->stem);
    size_t least = size < file->stem_size ? size : file->stem_size;
    int order = memcmp(known->stem, file->name, least);
    return order != 0 ? order : size < file->stem_size ? -1 : size > file->stem_size;
}

/* What was known goes over to the sets that are there now; both lists are in the same order. */
static void remember(struct watch *w, const struct watch_scan *scan, int64_t up)
{
    struct known *now = scan->count > 0 ? xcalloc(scan->count, sizeof *now) : NULL;
    size_t n = 0;
    size_t old = 0;
    for (size_t at = 0; at < scan->count; at += group_size(scan, at)) {
        const struct watch_file *first = &scan->files[at];
        struct sha256 looks;
        int64_t since = 0;
        look_of(&looks, &since, first, group_size(scan, at));
        while (old < w->count && compare_stem(&w->sets[old], first) < 0)
            forget(&w->sets[old++]);
        bool same = old < w->count && compare_stem(&w->sets[old], first) == 0;
        if (same)
            now[n] = w->sets[old++];
        else
            now[n].stem = xstrndup(first->name, first->stem_size);
        if (!same || !sha256_equal(&now[n].looks, &looks)) {
            watch_judged_dispose(&now[n].answer);
            now[n].looks = looks;
            now[n].still_up_ms = up;
            now[n].judged = false;
            now[n].moving = false;
        }
        now[n++].since_ms = since;
    }
    while (old < w->count)
        forget(&w->sets[old++]);
    free(w->sets);
    w->sets = now;
    w->count = n;
}

/* Approved or waived by hand meanwhile, or another version of it: the register knows. */
static bool has_moved_on(struct watch *w, const struct known *set)
{
    struct arena *arena = arena_new();
    struct advisory row;
    struct err err = {0};
    bool moved = set->answer.tracking != NULL &&
                 advisory_find(&row, arena, w->app->store, set->answer.tracking,
                               set->answer.version, &err) == OK &&
                 (set->answer.held || row.state != ADVISORY_SUBMITTED);
    arena_free(arena);
    return moved;
}

static bool is_due(struct watch *w, const struct known *set, int64_t up)
{
    if (set->judged)
        return up >= set->again_up_ms ||
               (set->answer.outcome == WATCH_WAITS && has_moved_on(w, set));
    return up - set->still_up_ms >= WATCH_SETTLE_MS;
}

static void move_away(struct watch *w, struct known *set, const struct watch_file *files,
                      size_t count, int64_t up)
{
    struct err err = {0};
    enum status status = watch_set_move(w->app, w->dir, files, count, &set->answer, &err);
    set->moving = status == ERR_IO;
    set->again_up_ms = up + AGAIN_MS;
    if (status != ERR_IO)
        return;
    (void)snprintf(set->answer.why, sizeof set->answer.why, "%.290s", err.text);
    log_line(LOG_ERROR, "watch=stuck set=%s said=%s", log_quote(set->stem), log_quote(err.text));
}

static enum status judge(struct watch *w, struct known *set, const struct watch_file *files,
                         size_t count, bool *did, struct err *err)
{
    int64_t up = clock_up_ms(&w->app->clock);
    if (set->moving) {
        move_away(w, set, files, count, up);
        return OK;
    }
    bool may_grow = up - set->still_up_ms < WATCH_PATIENCE_MS;
    watch_judged_dispose(&set->answer);
    enum status status = watch_set_judge(&set->answer, w->app, w->dir, files, count, may_grow, err);
    set->judged = true;
    set->again_up_ms = INT64_MAX;
    if (status != OK)
        return status;
    switch (set->answer.outcome) {
    case WATCH_RELEASED:
        *did = true;
        move_away(w, set, files, count, up);
        break;
    case WATCH_REFUSED:
        move_away(w, set, files, count, up);
        break;
    case WATCH_GROWS:
        set->again_up_ms = set->still_up_ms + WATCH_PATIENCE_MS;
        break;
    case WATCH_AGAIN:
        set->again_up_ms = up + AGAIN_MS;
        break;
    case WATCH_WAITS:
        break;
    }
    return OK;
}

static enum status judge_some(struct watch *w, const struct watch_scan *scan, bool *did,
                              struct err *err)
{
    enum status status = OK;
    int64_t begin = clock_up_ms(&w->app->clock);
    int64_t next = begin + WATCH_SCAN_MS;
    size_t at = 0;
    for (size_t i = 0; status == OK && i < w->count; i++) {
        struct known *set = &w->sets[i];
        size_t size = group_size(scan, at);
        int64_t up = clock_up_ms(&w->app->clock);
        if (is_due(w, set, up) && up - begin < STEP_MS) {
            status = judge(w, set, &scan->files[at], size, did, err);
            next = begin + HINT_MS; /* files have gone: look again */
        } else if (!set->judged && set->still_up_ms + WATCH_SETTLE_MS < next)
            next = set->still_up_ms + WATCH_SETTLE_MS;
        else if (set->judged && set->again_up_ms < next)
            next = set->again_up_ms;
        at += size;
    }
    w->next_up_ms = next > begin + HINT_MS ? next : begin + HINT_MS;
    return status;
}

static enum status publish(struct watch *w, const struct watch_scan *scan, struct err *err)
{
    struct watch_board board;
    watch_board_begin(&board, w->fault, scan->others, scan->other, scan->more);
    for (size_t i = 0; i < w->count; i++)
        if (w->sets[i].judged)
            watch_board_add(&board, w->sets[i].stem, w->sets[i].since_ms, w->sets[i].answer.why);
    return watch_board_end(&board, w->app, &w->board, err);
}

static void note_fault(struct watch *w, enum status status, const struct err *err)
{
    if (status != OK && strcmp(w->fault, err->text) != 0)
        log_line(LOG_ERROR, "watch=unreadable said=%s", log_quote(err->text));
    if (status == OK && w->fault[0] != '\0')
        log_line(LOG_INFO, "watch=readable-again");
    (void)snprintf(w->fault, sizeof w->fault, "%.290s", status == OK ? "" : err->text);
}

static enum status look(struct watch *w, bool *did, struct err *err)
{
    struct arena *arena = arena_new();
    struct watch_scan scan = {0};
    struct err fault = {0};
    int64_t up = clock_up_ms(&w->app->clock);
    renew_hint(w);
    drain_hints(w);
    enum status status = watch_dir_scan(&scan, arena, w->dir, &fault);
    note_fault(w, status, &fault);
    w->scanned_up_ms = up;
    w->next_up_ms = up + WATCH_SCAN_MS;
    if (status != OK)
        scan = (struct watch_scan){0}; /* nothing of it counts; it is read again */
    remember(w, &scan, up);
    status = judge_some(w, &scan, did, err);
    if (status == OK)
        status = publish(w, &scan, err);
    w->scanned = true;
    arena_free(arena);
    return status;
}

enum status watch_step(struct watch *w, bool hint, bool *did, struct err *err)
{
    struct err fault = {0};
    if (w == NULL)
        return OK;
    int64_t up = clock_up_ms(&w->app->clock);
    if (hint && w->next_up_ms > w->scanned_up_ms + HINT_MS)
        w->next_up_ms = w->scanned_up_ms + HINT_MS;
    if (hint)
        drain_hints(w);
    if (up < w->next_up_ms)
        return OK;
    const char *actor = w->app->actor;
    w->app->actor = "watch";
    enum status status = look(w, did, &fault);
    w->app->actor = actor;
    if (status == OK)
        return OK;
    log_line(LOG_ERROR, "watch=failed status=%s said=%s", status_word(status),
             log_quote(fault.text));
    if (status != ERR_CORRUPT)
        return OK; /* the loop meets a broken store by itself */
    *err = fault;
    return status;
}

bool watch_idle(const struct watch *w)
{
    if (w == NULL)
        return true;
    int64_t up = clock_up_ms(&w->app->clock);
    bool idle = w->scanned;
    for (size_t i = 0; idle && i < w->count; i++) {
        const struct known *set = &w->sets[i];
        bool open = !set->judged || set->answer.outcome == WATCH_GROWS;
        bool restless = up - set->still_up_ms < WATCH_SETTLE_MS;
        idle = !open || (restless && up - w->opened_up_ms > NEVER_STILL_MS);
    }
    return idle;
}
