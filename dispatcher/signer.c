/*
 * dispatcher/signer - the child that holds the log's key. It reads the store, and has no network.
 *
 * It believes neither its parent nor the store: it reads the entries itself, holds them against
 * what it remembers of the last tree that it signed (two files, synced one after the other), and
 * signs only what extends that. It remembers before it hands a note out: killed between the two, it
 * has signed nothing that it would contradict.
 */
#include "base/file.h"
#include "base/log.h"
#include "dispatcher/child.h"
#include "dispatcher/job.h"
#include "dispatcher/log_row.h"
#include "evidence/signed.h"
#include "store/checkpoint.h"
#include "store/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define SLICE 500
#define PEM_LIMIT ((size_t)4096)

struct signer {
    struct store *store;
    char *lock_path, *key_path;
    char *state_path[2];
    int lock;
    struct note_signer *key;
    struct signed_state state;
    bool known; /* state is what was signed last */
};

static void close_signer(struct signer *s)
{
    store_close(s->store);
    note_signer_free(s->key);
    if (s->lock >= 0)
        (void)close(s->lock);
    free(s->lock_path);
    free(s->key_path);
    free(s->state_path[0]);
    free(s->state_path[1]);
}

/* Two signers at once could sign two histories. */
static enum status take_lock(struct signer *s, struct err *err)
{
    s->lock = open(s->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (s->lock < 0)
        return err_set(err, ERR_IO, "%s: %s", s->lock_path, strerror(errno));
    if (flock(s->lock, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, ERR_IO, "%s: another signer is at work", s->lock_path);
    return OK;
}

/* The larger of the two that are whole. */
static enum status read_state(struct signer *s, struct err *err)
{
    bool there = false;
    for (int i = 0; i < 2; i++) {
        struct signed_state state;
        struct str text;
        str_init(&text, SIGNED_LIMIT);
        enum status status = file_read(&text, s->state_path[i], SIGNED_LIMIT, err);
        if (status != ERR_NOT_FOUND)
            there = true;
        if (status == OK)
            status = signed_read(&state, str_bytes(&text), err);
        if (status == OK && (!s->known || state.tree.size > s->state.tree.size)) {
            s->state = state;
            s->known = true;
        }
        str_dispose(&text);
        if (status != OK && status != ERR_NOT_FOUND && status != ERR_CORRUPT)
            return status;
    }
    if (there && !s->known)
        return err_set(err, ERR_REFUSED,
                       "%s: neither copy of what was signed last can be read: nothing is signed",
                       s->state_path[0]);
    return OK;
}

/* The first checkpoint of an installation: nothing may have been signed before. */
static enum status check_first(const struct signer *s, struct err *err)
{
    struct arena *arena = arena_new();
    struct checkpoint_row row;
    struct err none = {0};
    enum status status = checkpoint_last(&row, arena, s->store, &none);
    arena_free(arena);
    if (status == ERR_NOT_FOUND)
        return OK;
    if (status == OK)
        return err_set(err, ERR_REFUSED,
                       "%s: it is missing, but checkpoints were signed: nothing is signed",
                       s->state_path[0]);
    *err = none;
    return status;
}

static enum status make_key(struct signer *s, const char *origin, struct err *err)
{
    struct str pem;
    str_init(&pem, PEM_LIMIT);
    enum status status = note_signer_new(&s->key, origin, err);
    if (status == OK) {
        note_signer_secret(&pem, s->key);
        status = file_write(s->key_path, str_bytes(&pem), 0600, err);
    }
    if (pem.data != NULL)
        explicit_bzero(pem.data, pem.capacity);
    str_dispose(&pem);
    return status;
}

static enum status take_key(struct signer *s, const char *origin, struct err *err)
{
    struct str pem;
    str_init(&pem, PEM_LIMIT);
    enum status status = file_read(&pem, s->key_path, PEM_LIMIT, err);
    if (status == OK)
        status = note_signer_read(&s->key, origin, str_bytes(&pem), err);
    else if (status == ERR_NOT_FOUND && !s->known)
        status = make_key(s, origin, err);
    if (pem.data != NULL)
        explicit_bzero(pem.data, pem.capacity);
    str_dispose(&pem);
    return status;
}

static enum status setup(struct signer *s, const struct frame *f, struct err *err)
{
    const char *url = frame_get_text(f, SETUP_SIGNER_STORE);
    const char *secret = frame_get_text(f, SETUP_SIGNER_SECRET);
    const char *origin = frame_get_text(f, SETUP_SIGNER_ORIGIN);
    if (f->type != JOB_SETUP || url == NULL || secret == NULL || origin == NULL)
        return err_set(err, ERR_CORRUPT, "setup: not understood");
    s->lock_path = path_join(secret, "log.lock");
    s->key_path = path_join(secret, "log.pem");
    s->state_path[0] = path_join(secret, "log.state");
    s->state_path[1] = path_join(secret, "log.state.2");
    enum status status = take_lock(s, err);
    if (status == OK)
        status = store_open(&s->store, url, STORE_READ, err);
    if (status == OK)
        status = read_state(s, err);
    if (status == OK && !s->known)
        status = check_first(s, err);
    if (status == OK && s->known && strcmp(s->state.origin, origin) != 0)
        status = err_set(err, ERR_REFUSED, "log of %s: what was signed before is of %s", origin,
                         s->state.origin);
    return status == OK ? take_key(s, origin, err) : status;
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

static enum status remember(struct signer *s, const struct signed_state *state, struct err *err)
{
    struct str text;
    str_init(&text, SIGNED_LIMIT);
    signed_write(&text, state);
    enum status status = OK;
    for (int i = 0; status == OK && i < 2; i++)
        status = file_write(s->state_path[i], str_bytes(&text), 0600, err);
    str_dispose(&text);
    if (status == OK) {
        s->state = *state;
        s->known = true;
    }
    return status;
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
        status = remember(s, &next, err);
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

static enum status answer(struct signer *s, const struct frame *f, struct err *err)
{
    struct frame_out out;
    struct err cause = {0};
    if (f->type == JOB_CHECKPOINT) {
        enum status status = sign(&out, s, frame_get_int(f, CHECKPOINT_NOW), &cause);
        return status == OK ? send(&out, err) : send_refusal(status, cause.text, err);
    }
    if (f->type != JOB_SIGN)
        return err_set(err, ERR_CORRUPT, "unexpected message");
    if (!is_sums(frame_get_bytes(f, SIGN_BYTES)))
        return send_refusal(ERR_REFUSED, "only checkpoints and lists of sums are signed", err);
    unsigned char signature[64];
    note_sign_bytes(signature, s->key, frame_get_bytes(f, SIGN_BYTES));
    frame_begin(&out, JOB_SIGNED);
    frame_bytes(&out, (struct bytes){signature, sizeof signature});
    return send(&out, err);
}

static enum status send_ready(const struct signer *s, struct err *err)
{
    struct frame_out ready;
    struct str line;
    str_init(&line, STR_LIMIT_LINE);
    note_verifier_write(&line, note_signer_public(s->key));
    frame_begin(&ready, JOB_READY);
    frame_text(&ready, str_text(&line));
    str_dispose(&line);
    return send(&ready, err);
}

int signer_main(void)
{
    struct frame_reader reader;
    struct frame frame;
    struct signer signer = {.lock = -1};
    struct err err = {0};
    frame_reader_init(&reader);
    enum status status = frame_receive(&reader, CHILD_FD, &frame, &err);
    if (status == OK) {
        struct err cause = {0};
        enum status done = setup(&signer, &frame, &cause);
        status = done == OK ? send_ready(&signer, &err) : send_refusal(done, cause.text, &err);
        if (done != OK) {
            note_signer_free(signer.key);
            signer.key = NULL;
        }
    }
    while (status == OK && signer.key != NULL) {
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
