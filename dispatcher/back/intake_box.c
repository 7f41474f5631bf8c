#include "dispatcher/back/intake_box.h"

#include "base/log.h"
#include "base/sha256.h"
#include "channels/inbound.h"
#include "dispatcher/back/intake.h"
#include "dispatcher/cli.h"
#include "dispatcher/op.h"
#include "dispatcher/run/child.h"
#include "dispatcher/run/job.h"
#include "dispatcher/run/move.h"
#include "seal/sign.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK_EVERY (10 * MS_SECOND)
#define DEADLINE_MS (90 * MS_SECOND) /* GnuPG ends by itself after a minute */
#define CHILDREN_MOST 2              /* lost over one mail: then nobody reads it any more */
#define STUCK_MOST 64                /* mails that stay, in one round */
#define LOST "reading it ended two workers"

struct intake_box {
    struct app *app;
    struct child child;
    struct frame *answer;      /* what the child said of the mail; NULL: nothing yet */
    char asked[SHA256_HEX];    /* the mail that the child has, or had; "": none */
    int lost;                  /* children over that mail */
    bool busy;                 /* the child has it now */
    bool looked, again, wrote; /* since the start; at once; in this look */
    bool failed;               /* it was our store that stopped this look */
    char *taken;               /* the mail taken last, in this round; NULL: none */
    char *stuck[STUCK_MOST];   /* mails that stay: tried again in the next round */
    size_t stuck_count;
    bool told; /* a person knows that something stays */
    int64_t next_up_ms;
};

struct intake_box *intake_box_open(struct app *app)
{
    struct intake_box *box = xcalloc(1, sizeof *box);
    box->app = app;
    box->child.fd = -1;
    return box;
}

/* A round begins when nothing was in hand: then what stays is tried once more. */
static void begin_round(struct intake_box *box)
{
    for (size_t i = 0; i < box->stuck_count; i++)
        free(box->stuck[i]);
    box->stuck_count = 0;
    free(box->taken);
    box->taken = NULL;
}

/* One that stays must not keep those behind it: in this round it is passed over from now on. */
static void leave(struct intake_box *box, const char *name)
{
    if (box->stuck_count < STUCK_MOST)
        box->stuck[box->stuck_count++] = xstrdup(name);
}

static bool is_left(struct intake_box *box, const char *name)
{
    for (size_t i = 0; i < box->stuck_count; i++)
        if (text_equal(box->stuck[i], name))
            return true;
    if (!text_equal(box->taken, name))
        return false;
    leave(box, name); /* it was taken, and its file could not be moved */
    return true;
}

/* The agent that it may have started is not its child any more. */
static void end_child(struct intake_box *box)
{
    char *home = opened_home(box->app->settings);
    if (box->child.pid != 0) {
        child_kill(&box->child);
        sign_home_close(home);
    }
    free(box->answer);
    box->answer = NULL;
    box->busy = false;
    free(home);
}

void intake_box_close(struct intake_box *box)
{
    if (box == NULL)
        return;
    end_child(box);
    begin_round(box);
    free(box);
}

static const char *mailbox(const struct intake_box *box)
{
    return box->app->settings->reports.mailbox;
}

struct pollfd intake_box_poll(const struct intake_box *box)
{
    const bool writes = box->busy && child_wants_write(&box->child);
    return (struct pollfd){.fd = box->busy ? box->child.fd : -1,
                           .events = (short)(writes ? POLLIN | POLLOUT : POLLIN)};
}

bool intake_box_idle(const struct intake_box *box)
{
    return mailbox(box) == NULL || (box->looked && !box->busy && !box->again);
}

int64_t intake_box_next(const struct intake_box *box)
{
    if (mailbox(box) == NULL)
        return INT64_MAX;
    if (box->busy)
        return box->child.progress_ms + DEADLINE_MS;
    return box->next_up_ms;
}

static enum status ask(struct intake_box *box, struct bytes raw, struct err *err)
{
    struct frame_out frame;
    const int64_t up = clock_up_ms(&box->app->clock);
    enum status status = box->child.pid != 0 ? OK : child_start(&box->child, "opener", up, err);
    if (status != OK)
        return status;
    opened_ask(&frame, box->app->settings, raw);
    box->child.progress_ms = up;
    box->busy = true;
    struct err fault = {0};
    if (child_send(&box->child, &frame, &fault) != OK)
        child_hush(&box->child); /* it is heard that it has ended */
    return OK;
}

/*
 * A mail of the mailbox. The one that the child has told of is taken; the next one is given to it,
 * and the look ends there: ERR_IO is what stops it, and `again` says that it was no fault.
 */
static enum status look_at(void *context, const char *name, struct bytes raw, struct err *err)
{
    struct intake_box *box = context;
    char sha256[SHA256_HEX];
    struct opened_mail opened;
    struct str words;
    if (box->stuck_count == STUCK_MOST)
        return err_set(err, ERR_IO, "%d mails cannot be taken", STUCK_MOST);
    if (is_left(box, name))
        return err_set(err, ERR_INVALID, "%s: stays in the mailbox: see the log", name);
    sha256_hex_of(sha256, raw);
    const bool known = strcmp(sha256, box->asked) == 0;
    const bool unread = known && box->lost >= CHILDREN_MOST;
    if (known && !unread && box->answer != NULL && !opened_get(&opened, box->answer, 0)) {
        end_child(box);
        box->lost = CHILDREN_MOST;
        return look_at(context, name, raw, err);
    }
    if (!known || (box->answer == NULL && !unread)) {
        if (!known)
            box->lost = 0;
        memcpy(box->asked, sha256, sizeof box->asked);
        free(box->answer);
        box->answer = NULL;
        enum status status = ask(box, raw, err);
        return status == OK ? err_set(err, ERR_IO, "%s: is being read", name) : status;
    }
    if (unread)
        opened_unread(&opened, LOST);
    str_init(&words, STR_LIMIT_TEXT);
    enum status status = intake_message(box->app, name, raw, &opened, &words, err);
    box->failed = status == ERR_IO || status == ERR_CORRUPT;
    if (status == OK) {
        log_line(LOG_INFO, "report=%s", log_quote(str_text(&words)));
        box->wrote = true;
        free(box->taken);
        box->taken = xstrdup(name);
    } else if (!box->failed) {
        leave(box, name);
    }
    free(box->answer);
    box->answer = NULL;
    box->asked[0] = '\0';
    str_dispose(&words);
    return status;
}

/* A file that cannot be taken stays where it is: a person has to know. */
static enum status tell_stuck(struct app *app, void *context, struct err *err)
{
    struct task task = {.kind = TASK_INBOUND,
                        .cause = "reports stay",
                        .title = "A mail in the mailbox of reports cannot be taken",
                        .todo =
                            "Read it there with a mail program, open a case for it (tocsin case "
                            "open), take it out, then close the task."};
    const struct task_item item = {.about = "mailbox of reports", .detail = context};
    return move_task(app, &task, &item, NULL, err);
}

static enum status look(struct intake_box *box, struct err *err)
{
    struct err fault = {0};
    size_t count = 0;
    box->again = false;
    box->wrote = false;
    box->failed = false;
    enum status status = inbound_each(mailbox(box), look_at, box, &count, &fault);
    box->looked = true;
    box->next_up_ms = clock_up_ms(&box->app->clock) + LOOK_EVERY;
    if (box->failed) {
        *err = fault;
        return status;
    }
    if (box->busy)
        return OK;
    if (status == OK || status == ERR_NOT_FOUND) { /* no mailbox yet */
        box->told = false;
        return OK;
    }
    log_line(LOG_WARNING, "reports=stay said=%s", log_quote(fault.text));
    if (box->told)
        return OK;
    status = app_transact(box->app, tell_stuck, fault.text, err);
    box->told = status == OK;
    return status;
}

static void hear(struct intake_box *box, int64_t up_ms)
{
    struct frame *frame = xcalloc(1, sizeof *frame);
    struct err fault = {0};
    const char *lost = NULL;
    if (child_flush(&box->child, &fault) != OK)
        child_hush(&box->child);
    enum status filled = frame_reader_fill(&box->child.in, box->child.fd, &fault);
    while (filled == OK) /* a mail with what hangs on it comes in many pieces */
        filled = frame_reader_fill(&box->child.in, box->child.fd, &fault);
    enum status taken = frame_take(&box->child.in, frame, &fault);
    if (taken == OK && frame->type == JOB_OPENED) {
        box->busy = false;
        box->again = true;
        box->answer = frame;
        return;
    }
    if (taken != ERR_NOT_FOUND)
        lost = "speaks nonsense";
    else if (filled != OK && filled != ERR_STALE)
        lost = "ended without an answer";
    else if (up_ms > box->child.progress_ms + DEADLINE_MS)
        lost = "was stuck";
    free(frame);
    if (lost == NULL)
        return;
    log_line(LOG_WARNING, "worker=opener pid=%d lost=%s", (int)box->child.pid, lost);
    end_child(box);
    box->lost++;
    box->again = true;
}

enum status intake_box_step(struct intake_box *box, bool *did, struct err *err)
{
    const int64_t up = clock_up_ms(&box->app->clock);
    enum status status = OK;
    if (mailbox(box) == NULL)
        return OK;
    if (box->busy)
        hear(box, up);
    if (!box->busy && (box->again || up >= box->next_up_ms)) {
        if (!box->again)
            begin_round(box);
        status = look(box, err);
        *did = *did || box->wrote;
        if (status == OK && !box->busy && box->child.pid != 0)
            end_child(box); /* nothing waits: it need not either */
    }
    return status;
}

/* One command, one child; its dispatcher, or this process, writes. */
struct reading {
    struct app *app;
    struct child child;
    struct str out;
    bool by_hand; /* one file, not a mailbox */
};

static enum status hear_one(struct opened_mail *out, struct reading *r, struct frame *frame,
                            struct bytes raw, struct err *err)
{
    struct frame_out question;
    enum status status =
        r->child.pid != 0 ? OK : child_start(&r->child, "opener", clock_up_ms(&r->app->clock), err);
    if (status != OK)
        return status;
    opened_ask(&question, r->app->settings, raw);
    status = frame_send(r->child.fd, frame_end(&question), err);
    frame_dispose(&question);
    if (status == OK)
        status = frame_receive(&r->child.in, r->child.fd, frame, err);
    if (status == OK && frame->type == JOB_OPENED && opened_get(out, frame, 0))
        return OK;
    child_kill(&r->child);
    opened_unread(out, "reading it ended a worker");
    return OK;
}

static enum status read_one(void *context, const char *name, struct bytes raw, struct err *err)
{
    struct reading *r = context;
    if (r->by_hand && !report_mail_is_one(raw))
        return err_set(err, ERR_INVALID,
                       "%s: is no mail (it has no header field such as From:): give the mail as it "
                       "came, or open a case by hand: tocsin case open",
                       name);
    struct frame *frame = xcalloc(1, sizeof *frame);
    struct opened_mail opened;
    enum status status = hear_one(&opened, r, frame, raw, err);
    if (status == OK) {
        struct frame_out request;
        op_begin(&request, r->app, "intake");
        frame_text(&request, name);
        frame_bytes(&request, raw);
        opened_put(&request, &opened);
        status = op_call(r->app, &request, &r->out, err);
    }
    free(frame);
    return status;
}

int intake_command(struct app *app, const char *path)
{
    struct stat st;
    struct reading r = {.app = app, .child = {.fd = -1}};
    /* In a mailbox nothing is passed over: it came there by mail. */
    r.by_hand = stat(path, &st) != 0 || !S_ISDIR(st.st_mode);
    struct err err = {0};
    str_init(&r.out, STR_LIMIT_TEXT);
    int code = EXIT_DONE;
    if (!cli_is_there(path, &code)) {
        str_dispose(&r.out);
        return code;
    }
    enum status status = app_need(app, &err);
    if (status == OK)
        status = inbound_each(path, read_one, &r, NULL, &err);
    if (r.child.pid != 0) {
        char *home = opened_home(app->settings);
        child_end(&r.child, MS_SECOND);
        sign_home_close(home);
        free(home);
    }
    const bool put = cli_put(&r.out);
    str_dispose(&r.out);
    return status != OK ? cli_fail(&err) : put ? EXIT_DONE : EXIT_AGAIN;
}
