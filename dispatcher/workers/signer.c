/*
 * dispatcher/workers/signer - the child that holds the log's key. It reads the store, and has no
 * network.
 *
 * It believes neither its parent nor the store: it reads the entries itself, holds them against
 * what it remembers of the last tree that it signed (two files, synced one after the other), and
 * signs only what extends that. It remembers before it hands a note out: killed between the two, it
 * has signed nothing that it would contradict.
 */
#include "base/file.h"
#include "base/log.h"
#include "dispatcher/record/log_row.h"
#include "dispatcher/run/child.h"
#include "dispatcher/run/job.h"
#include "dispatcher/workers/signer_inner.h"
#include "store/checkpoint.h"
#include "store/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define SLICE 500
#define LOCK_TRIES 100 /* 2 s */
#define LOCK_PAUSE_NS 20000000

static void close_signer(struct signer *s)
{
    store_close(s->store);
    note_signer_free(s->key);
    if (s->lock >= 0)
        (void)close(s->lock);
    free(s->secret);
    free(s->origin);
    free(s->lock_path);
    free(s->key_path);
    free(s->next_path);
    free(s->state_path[0]);
    free(s->state_path[1]);
}

/* Two signers at once could sign two histories. */
static enum status take_lock(struct signer *s, struct err *err)
{
    s->lock = open(s->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (s->lock < 0)
        return err_set(err, ERR_IO, "%s: %s", s->lock_path, strerror(errno));
    /* The one before us, whose dispatcher was killed, may still be on its way out. */
    for (int tries = LOCK_TRIES; flock(s->lock, LOCK_EX | LOCK_NB) != 0; tries--) {
        if (tries == 0 || errno != EWOULDBLOCK)
            return err_set(err, ERR_IO, "%s: another signer is at work", s->lock_path);
        (void)nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE_NS}, NULL);
    }
    return OK;
}

/* The first checkpoint of an installation: nothing may have been signed before. */
static enum status check_first(struct signer *s, struct err *err)
{
    struct arena *arena = arena_new();
    struct checkpoint_row row;
    enum status status = checkpoint_last(&row, arena, s->store, err);
    arena_free(arena);
    if (status == OK)
        (void)err_set(&s->refusal, ERR_REFUSED,
                      "%s: it is missing, but checkpoints were signed: nothing is signed",
                      s->state_path[0]);
    return status == ERR_NOT_FOUND ? OK : status;
}

/* What is remembered must be of this log, unless two persons have ended its epoch. */
static enum status check_memory(struct signer *s, struct err *err)
{
    bool begins = false;
    if (s->known && strcmp(s->state.origin, s->origin) == 0)
        return OK;
    enum status status = signer_begins_epoch(&begins, s, err);
    if (status != OK)
        return status;
    if (begins) {
        s->known = false;
        s->refusal = (struct err){0};
    } else if (s->known) {
        (void)err_set(&s->refusal, ERR_REFUSED, "log of %s: what was signed before is of %s",
                      s->origin, s->state.origin);
    } else if (s->refusal.code == OK) {
        status = check_first(s, err);
    }
    return status;
}

/* Without a key, too, the signer can say what it remembers. */
static enum status take_key(struct signer *s, struct err *err)
{
    struct err cause = {0};
    enum status status = signer_take_key(s, &cause);
    if ((status == ERR_NOT_FOUND || status == ERR_INVALID) && s->refusal.code == OK)
        s->refusal = cause;
    if (status == OK || s->refusal.code != OK)
        return OK;
    *err = cause;
    return status;
}

static enum status setup(struct signer *s, const struct frame *f, struct err *err)
{
    const char *url = frame_get_text(f, SETUP_SIGNER_STORE);
    const char *secret = frame_get_text(f, SETUP_SIGNER_SECRET);
    const char *origin = frame_get_text(f, SETUP_SIGNER_ORIGIN);
    if (f->type != JOB_SETUP || url == NULL || secret == NULL || origin == NULL)
        return err_set(err, ERR_CORRUPT, "setup: not understood");
    s->secret = xstrdup(secret);
    s->origin = xstrdup(origin);
    s->lock_path = path_join(secret, "log.lock");
    s->key_path = path_join(secret, "log.pem");
    s->next_path = path_join(secret, "log.pem.next");
    s->state_path[0] = path_join(secret, "log.state");
    s->state_path[1] = path_join(secret, "log.state.2");
    enum status status = take_lock(s, err);
    if (status == OK) {
        file_sweep(secret); /* halves of keys, too, that a killed one left */
        status = store_open(&s->store, url, STORE_READ, err);
    }
    if (status == OK)
        status = signer_recall(s, err);
    if (status == OK)
        status = check_memory(s, err);
    return status == OK ? take_key(s, err) : status;
}

static enum status walk(struct signed_walk *walk, const struct signer *s, bool whole,
                        struct err *err)
{
    struct log_head head;
    struct sha256 prev;
    enum status status = log_head_get(&head, s->store, err);
    if (status == OK)
        status = sha256_parse(&prev, head.prev, err);
    signed_begin(walk, s->known ? &s->state : NULL, whole);
    for (size_t count = 1; status == OK && count > 0 && walk->check.head.idx < head.idx;) {
        struct arena *arena = arena_new();
        struct log_line *lines = NULL;
        int64_t left = head.idx - walk->check.head.idx;
        status = log_list(&lines, &count, arena, s->store, walk->check.head.idx, NULL,
                          left < SLICE ? (size_t)left : SLICE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            status = signed_step(walk, lines[i].line, err);
            if (status == OK)
                status = log_row_check(&lines[i], err);
        }
        arena_free(arena);
    }
    return status == OK ? signed_end(walk, head.idx, &prev, err) : status;
}

/* The whole log is read again once a day: what was changed behind our back is found then. */
static enum status sign(struct frame_out *out, struct signer *s, int64_t now_ms, struct err *err)
{
    struct signed_walk over;
    struct sha256 root;
    bool whole = !s->known || now_ms - s->state.whole_ms >= MS_DAY || now_ms < s->state.whole_ms;
    enum status status = walk(&over, s, whole, err);
    struct signed_state next = {.tree = over.tree,
                                .prev = over.check.head.prev,
                                .at_ms = now_ms,
                                .whole_ms = whole ? now_ms : s->state.whole_ms};
    memcpy(next.origin, note_signer_public(s->key)->name, sizeof next.origin);
    if (status == OK)
        status = signer_remember(s, &next, err);
    if (status != OK)
        return status;
    struct str note;
    str_init(&note, NOTE_LIMIT);
    tree_root(&root, &next.tree);
    note_sign(&note, s->key, next.tree.size, &root);
    frame_begin(out, JOB_CHECKPOINTED);
    frame_int(out, next.tree.size);
    frame_bytes(out, str_bytes(&note));
    str_dispose(&note);
    return OK;
}

static enum status send(struct frame_out *frame, struct err *err)
{
    enum status status = frame_send(CHILD_FD, frame_end(frame), err);
    frame_dispose(frame);
    return status;
}

/* What is refused is said, and the next request may fare better: the parent decides. */
static enum status send_refusal(enum status cause, const char *text, struct err *err)
{
    struct frame_out out;
    frame_begin(&out, JOB_UNSIGNED);
    frame_int(&out, cause);
    frame_text(&out, text);
    return send(&out, err);
}

/* "HEX  NAME" to begin with: an origin has no blank, so this is never the text of a checkpoint. */
static bool is_sums(struct bytes data)
{
    if (data.size < SHA256_HEX + 2)
        return false;
    for (size_t i = 0; i < SHA256_HEX - 1; i++)
        if (strchr("0123456789abcdef", data.data[i]) == NULL || data.data[i] == '\0')
            return false;
    return memcmp(data.data + SHA256_HEX - 1, "  ", 2) == 0;
}

static enum status sign_sums(struct frame_out *out, const struct signer *s, struct bytes sums,
                             struct err *err)
{
    unsigned char signature[64];
    if (!is_sums(sums))
        return err_set(err, ERR_REFUSED, "only checkpoints and lists of sums are signed");
    note_sign_bytes(signature, s->key, sums);
    frame_begin(out, JOB_SIGNED);
    frame_bytes(out, (struct bytes){signature, sizeof signature});
    return OK;
}

static enum status next_key(struct frame_out *out, struct signer *s, struct err *err)
{
    struct str line;
    str_init(&line, STR_LIMIT_LINE);
    enum status status = signer_next_key(&line, s, err);
    if (status == OK) {
        frame_begin(out, JOB_KEY_MADE);
        frame_text(out, str_text(&line));
    }
    str_dispose(&line);
    return status;
}

static void tell_memory(struct frame_out *out, const struct signer *s)
{
    struct sha256 root;
    char hex[SHA256_HEX];
    tree_root(&root, &s->state.tree);
    frame_begin(out, JOB_REMEMBERED);
    frame_int(out, s->known ? s->state.tree.size : -1);
    frame_text(out, s->known ? sha256_hex(hex, &root) : NULL);
    frame_int(out, s->known ? s->state.at_ms : 0);
}

static enum status answer(struct signer *s, const struct frame *f, struct err *err)
{
    struct frame_out out;
    struct err cause = s->refusal;
    enum status status = cause.code;
    if (f->type == JOB_MEMORY) {
        tell_memory(&out, s);
        return send(&out, err);
    }
    if (f->type != JOB_CHECKPOINT && f->type != JOB_SIGN && f->type != JOB_NEW_KEY)
        return err_set(err, ERR_CORRUPT, "unexpected message");
    if (status == OK && f->type == JOB_CHECKPOINT)
        status = sign(&out, s, frame_get_int(f, CHECKPOINT_NOW), &cause);
    else if (status == OK && f->type == JOB_SIGN)
        status = sign_sums(&out, s, frame_get_bytes(f, SIGN_BYTES), &cause);
    else if (status == OK)
        status = next_key(&out, s, &cause);
    return status == OK ? send(&out, err) : send_refusal(status, cause.text, err);
}

static enum status send_ready(const struct signer *s, struct err *err)
{
    struct frame_out ready;
    struct str line;
    str_init(&line, STR_LIMIT_LINE);
    if (s->key != NULL)
        note_verifier_write(&line, note_signer_public(s->key));
    frame_begin(&ready, JOB_READY);
    frame_text(&ready, s->key != NULL ? str_text(&line) : NULL);
    frame_int(&ready, s->refusal.code);
    frame_text(&ready, s->refusal.text);
    str_dispose(&line);
    return send(&ready, err);
}

int signer_main(void)
{
    struct frame_reader reader;
    struct frame frame;
    struct signer signer = {.lock = -1};
    struct err err = {0};
    bool ready = false;
    frame_reader_init(&reader);
    enum status status = frame_receive(&reader, CHILD_FD, &frame, &err);
    if (status == OK) {
        struct err cause = {0};
        ready = setup(&signer, &frame, &cause) == OK;
        status = ready ? send_ready(&signer, &err) : send_refusal(cause.code, cause.text, &err);
    }
    while (status == OK && ready) {
        status = frame_receive(&reader, CHILD_FD, &frame, &err);
        if (status == OK)
            status = answer(&signer, &frame, &err);
    }
    close_signer(&signer);
    frame_reader_dispose(&reader);
    if (status == OK || status == ERR_NOT_FOUND) /* the parent closed: we are done */
        return 0;
    log_line(LOG_ERROR, "ends=%s said=%s", status_word(status), log_quote(err.text));
    return 3;
}
