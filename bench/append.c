/*
 * bench/append - entries written into a store and replayed from it; prints one line of JSON.
 *
 *     append SETTINGS NOTICES [GROUP]
 *
 * Per notice six entries with the columns that the dispatcher writes, GROUP entries a transaction
 * (default 500), in a store that `tocsin init --test` made. Then the replay reads them all. The
 * rows of notices are not written, so the replay must find each one missing.
 */
#include "dispatcher/app.h"
#include "dispatcher/record/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define PER_NOTICE 6
#define LIMIT 20000 /* entries a second */

static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

static struct entry *make_moved(const char *uid, const char *event, const char *state)
{
    struct entry *e = entry_new("notice.moved", "dispatcher", uid);
    entry_text(e, "event", event);
    entry_text(e, "form", "personal");
    entry_text(e, "from", "planned");
    entry_text(e, "level", "sealed");
    entry_instant(e, "next_at", INT64_C(1800000000000));
    entry_text(e, "route", "smtp");
    entry_text(e, "state", state);
    entry_null(e, "task");
    entry_personal(e, "why", NULL);
    return e;
}

static struct entry *make_planned(const char *uid)
{
    struct entry *e = entry_new("notice.planned", "dispatcher", uid);
    entry_text(e, "advisory", "0123456789abcdef01234567");
    entry_null(e, "answer_by");
    entry_text(e, "country", "DE");
    entry_instant(e, "deadline", INT64_C(1800000000000));
    entry_text(e, "form", "personal");
    entry_text(e, "kind", "immediate");
    entry_text(e, "level", "sealed");
    entry_null(e, "next_at");
    entry_personal(e, "party", uid);
    entry_text(e, "party_kind", "hdo");
    entry_int(e, "priority", 2);
    entry_text(e, "route", "smtp");
    return e;
}

static struct entry *make_sent(const char *uid, int64_t i, int step)
{
    struct entry *e = entry_new(step == 0 ? "attempt.begin" : "attempt.dot", "dispatcher", uid);
    entry_int(e, "attempt", i + 1);
    if (step == 0) {
        entry_text(e, "endpoint", "mail.example.com:587");
        entry_text(e, "parcel_sha256", zeros);
        entry_int(e, "sending", 1);
        entry_text(e, "why", NULL);
    }
    return e;
}

static struct entry *make_submitted(void)
{
    struct entry *e = entry_new("advisory.submitted", "command", "0123456789abcdef01234567");
    entry_text(e, "order_sha256", NULL);
    entry_text(e, "sha256", zeros);
    entry_text(e, "tlp", "CLEAR");
    entry_personal(e, "tracking", "EXM-1");
    entry_text(e, "version", "1.0.0");
    return e;
}

static struct entry *make(const char *uid, int64_t i)
{
    switch (i % PER_NOTICE) {
    case 0:
        return make_planned(uid);
    case 1:
        return make_moved(uid, "claim", "sealing");
    case 2:
        return make_moved(uid, "deferred", "ready");
    case 3:
        return make_sent(uid, i, 0);
    case 4:
        return make_sent(uid, i, 1);
    default:
        return make_moved(uid, "task", "tasked");
    }
}

static enum status append(struct app *app, int64_t entries, int64_t group, struct err *err)
{
    char uid[32];
    enum status status = app_begin(app, err);
    if (status == OK)
        status = app_record(app, make_submitted(), err);
    for (int64_t i = 0; status == OK && i < entries; i++) {
        (void)snprintf(uid, sizeof uid, "%024lld", (long long)(i / PER_NOTICE));
        status = app_record(app, make(uid, i), err);
        if (status == OK && i % group == group - 1)
            status = app_commit(app, err);
        if (status == OK && i % group == group - 1)
            status = app_begin(app, err);
    }
    return status == OK ? app_commit(app, err) : status;
}

static double cpu_seconds(void)
{
    struct rusage usage = {0};
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
    struct app app;
    struct err err = {0};
    struct replay replay;
    struct rusage usage = {0};
    app_init(&app);
    replay_init(&replay);
    if (argc < 3) {
        (void)fprintf(stderr, "usage: append SETTINGS NOTICES [GROUP]\n");
        return 2;
    }
    app.config_given = argv[1];
    int64_t entries = strtoll(argv[2], NULL, 10) * PER_NOTICE;
    int64_t group = argc > 3 ? strtoll(argv[3], NULL, 10) : 500;
    enum status status = app_open_store(&app, STORE_WRITE, &err);
    int64_t begun = clock_up_ms(&app.clock);
    if (status == OK)
        status = append(&app, entries, group, &err);
    double cpu = cpu_seconds();
    int64_t appended = clock_up_ms(&app.clock);
    if (status == OK)
        status = replay_run(&replay, &app, &err);
    int64_t replayed = clock_up_ms(&app.clock);
    (void)getrusage(RUSAGE_SELF, &usage);
    if (status == OK) {
        double a = (double)entries * 1000 / (double)(appended - begun + 1);
        double r = (double)replay.entries * 1000 / (double)(replayed - appended + 1);
        (void)printf("{\"entries\":%lld,\"group\":%lld,\"append_per_s\":%.0f,\"limit\":%d,"
                     "\"ratio\":%.2f,\"append_per_cpu_s\":%.0f,\"replay_per_s\":%.0f,\"book_"
                     "bytes\":%zu,\"rss_kib\":%ld,"
                     "\"differences\":%lld}\n",
                     (long long)entries, (long long)group, a, LIMIT, a / LIMIT,
                     (double)entries / (cpu + 1e-6), r, book_size(replay.book), usage.ru_maxrss,
                     (long long)replay.differences);
    } else
        (void)fprintf(stderr, "%s\n", err.text);
    replay_dispose(&replay);
    app_close(&app);
    return status == OK ? 0 : 1;
}
