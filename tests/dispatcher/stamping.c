#include "tests/dispatcher/stamping.h"

#include "base/file.h"
#include "base/number.h"
#include "dispatcher/signed/stamped.h"
#include "store/log.h"
#include "tests/evidence/authority.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/tocsin-stamper-XXXXXX";
struct world w;
struct checkpoint *checkpoint;
struct stamper *stamper;
struct settings_authority authorities[2];

void stamping_ok(enum status status, const struct err *err)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err->text);
}

void stamping_make_folder(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    authority_make(folder);
    ck_assert_int_eq(setenv("AUTHORITY", folder, 1), 0);
}

void stamping_remove_folder(void)
{
    struct err err = {0};
    stamping_ok(file_remove_tree(folder, &err), &err);
}

/* A process that lives on, as the next start of the program would. */
void stamping_restart(void)
{
    stamper_close(stamper);
    stamper = stamper_open(&w.app, checkpoint);
}

/* The authority's clock goes with ours, off_s away. */
void stamping_set_clock(int64_t now_ms, int64_t off_s)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)(now_ms / MS_SECOND + off_s));
    ck_assert_int_eq(setenv("AUTHORITY_AT_S", text, 1), 0);
    w.app.clock.base_ms = now_ms;
}

void stamping_after(int64_t ms)
{
    stamping_set_clock(w.app.clock.base_ms + ms, 0);
}

void stamping_setup(void)
{
    world_open(&w);
    struct settings_evidence *conf = &w.app.settings->evidence;
    char *roots = path_join(folder, "root.pem");
    for (size_t i = 0; i < 2; i++)
        authorities[i].ca_file = arena_strdup(w.arena, roots);
    authorities[0].url = arena_strdup(w.arena, "http://0.example");
    authorities[1].url = arena_strdup(w.arena, "http://0.example/2");
    authorities[0].policy = authorities[1].policy = NULL;
    free(roots);
    conf->timestamps = authorities;
    conf->timestamp_count = 1;
    checkpoint = checkpoint_open(&w.app);
    stamper = stamper_open(&w.app, checkpoint);
    stamping_set_clock(WORLD_NOW, 0);
}

void stamping_teardown(void)
{
    stamper_close(stamper);
    checkpoint_close(checkpoint);
    world_close(&w);
}

void stamping_use(const char *url)
{
    authorities[0].url = arena_strdup(w.arena, url);
    stamping_restart();
}

void stamping_add_news(void)
{
    struct err err = {0};
    struct entry *entry = entry_new("heartbeat", w.app.actor, NULL);
    entry_int(entry, "notices_open", 0);
    entry_int(entry, "tasks_open", 0);
    stamping_ok(app_begin(&w.app, &err), &err);
    stamping_ok(app_record(&w.app, entry, &err), &err);
    stamping_ok(app_commit(&w.app, &err), &err);
}

/* What the signer would have done. */
void stamping_cover(void)
{
    struct err err = {0};
    struct log_head head;
    stamping_ok(log_head_get(&head, w.app.store, &err), &err);
    char *note = xprintf("note over %lld\n", (long long)head.idx);
    const struct checkpoint_row row = {head.idx, bytes_of(note), app_now(&w.app)};
    stamping_ok(checkpoint_add(w.app.store, &row, &err), &err);
    checkpoint->covered = head.idx;
    free(note);
}

void stamping_step(void)
{
    struct err err = {0};
    stamping_ok(stamper_step(stamper, &err), &err);
}

/* How many are asked now. */
int stamping_asked(void)
{
    struct pollfd fds[STAMPER_FDS];
    int count = 0;
    stamper_poll_set(fds, stamper);
    for (size_t i = 0; i < STAMPER_FDS; i++)
        count += fds[i].fd >= 0;
    return count;
}

/* One round of the loop, and all that comes of it. */
void stamping_settle(void)
{
    stamping_step();
    for (int waited = 0; stamping_asked() > 0 && waited < STAMPING_PATIENCE_MS; waited += 100) {
        struct pollfd fds[STAMPER_FDS];
        stamper_poll_set(fds, stamper);
        (void)poll(fds, STAMPER_FDS, 100);
        stamping_step();
    }
    ck_assert_int_eq(stamping_asked(), 0);
}

struct stamp_row *stamping_stamps(size_t *count)
{
    struct err err = {0};
    struct stamp_row *rows = NULL;
    stamping_ok(stamp_list(&rows, count, w.arena, w.app.store, &err), &err);
    return rows;
}

size_t stamping_stamp_count(void)
{
    size_t count = 0;
    (void)stamping_stamps(&count);
    return count;
}

int64_t stamping_failures(void)
{
    struct err err = {0};
    const char *text = "0";
    int64_t count = -1;
    char *name = xprintf("timestamp.failures %s", authorities[0].url);
    (void)!meta_get(&text, w.arena, w.app.store, name, &err);
    ck_assert(number_parse(&count, text));
    free(name);
    return count;
}

static int send_and_end(struct frame_out *frame)
{
    struct err err = {0};
    enum status status = frame_send(CHILD_FD, frame_end(frame), &err);
    frame_dispose(frame);
    return status == OK ? 0 : 1;
}

/* What a child that was taken over may tell of a token that is good. */
static void tell_rubbish(struct frame_out *out, const char *name, struct bytes token, int64_t at_s)
{
    static const char large[STAMP_LIMIT + 1] = {0};
    frame_begin(out, JOB_FETCHED);
    if (text_starts(name, "swells"))
        token = (struct bytes){(const unsigned char *)large, sizeof large};
    frame_bytes(out, token);
    if (text_starts(name, "bare"))
        return;
    frame_int(out, at_s * MS_SECOND);
    frame_int(out, 0);
    frame_text(out, "/CN=good");
    frame_text(out, "BEEF");
}

/* Of a frame without an end: what nobody has to keep in memory until it is whole. */
static int flood(void)
{
    static const char large[STAMPED_FRAME] = {0};
    struct frame_out out;
    frame_begin(&out, JOB_FETCHED);
    frame_bytes(&out, (struct bytes){(const unsigned char *)large, sizeof large});
    struct bytes all = frame_end(&out);
    bool sent = write(CHILD_FD, all.data, all.size - 1) == (ssize_t)all.size - 1;
    frame_dispose(&out);
    return sent ? 0 : 1;
}

/* What the fetcher does, with the authority behind it in one process. */
static void ask_authority(struct frame_out *out, const struct stamped_question *question,
                          const char *name, int64_t at_s)
{
    struct str answer;
    bool digit = name[1] == '.';
    str_init(&answer, FETCH_MOST);
    authority_answer(&answer, getenv("AUTHORITY"), question->request,
                     digit ? (enum lie)(name[0] - '0') : LIE_NONE, at_s);
    if (digit)
        stamped_judge(out, question, str_bytes(&answer));
    else
        tell_rubbish(out, name, str_bytes(&answer), at_s);
    str_dispose(&answer);
}

int stamping_fetcher(void)
{
    struct frame_reader reader;
    struct frame *frame = xcalloc(1, sizeof *frame);
    struct frame_out out;
    struct stamped_question question;
    struct err err = {0};
    int64_t at_s = 0;
    frame_reader_init(&reader);
    if (frame_receive(&reader, CHILD_FD, frame, &err) != OK || !stamped_asked(&question, frame) ||
        !number_parse(&at_s, getenv("AUTHORITY_AT_S")))
        return 1;
    const char *name = question.url + strlen("http://");
    int code = 0;
    if (text_starts(name, "says")) {
        stamped_none(&out, "it answers with status 500\xff\x1b[2J");
        code = send_and_end(&out);
    } else if (text_starts(name, "raves")) {
        frame_begin(&out, JOB_READY);
        code = send_and_end(&out);
    } else if (text_starts(name, "bytes")) {
        code = write(CHILD_FD, "not a frame at all", 18) == 18 ? 0 : 1;
    } else if (text_starts(name, "floods")) {
        code = flood();
        (void)!frame_receive(&reader, CHILD_FD, frame, &err);
    } else if (text_starts(name, "silent")) {
        (void)!frame_receive(&reader, CHILD_FD, frame, &err); /* until they let us go */
    } else if (!text_starts(name, "dies")) {
        ask_authority(&out, &question, name, at_s);
        code = send_and_end(&out);
    }
    frame_reader_dispose(&reader);
    free(frame);
    return code;
}
