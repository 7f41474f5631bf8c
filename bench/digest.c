/*
 * bench/digest - one pass of digests over many hospitals and open advisories; prints one line of
 * JSON.
 *
 *     digest SETTINGS ADVISORY HOSPITALS ADVISORIES
 *
 * In a store that `tocsin init --test` made. Advisory i is the text of ADVISORY with a product of
 * its own instead of the P100; hospital h holds the products of five of them, so five are new to
 * it.
 */
#include "base/file.h"
#include "dispatcher/routine/digest.h"
#include "dispatcher/submit/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define HELD 5
#define ADVISORIES_MOST 1000 /* three digits take the place of "100" */

static void replace_all(char *text, const char *from, const char *to)
{
    const size_t size = strlen(from);
    for (char *at = strstr(text, from); at != NULL; at = strstr(at + size, from))
        memcpy(at, to, size); /* of the same length */
}

static enum status add_advisory(struct app *app, const char *text, int64_t i, struct err *err)
{
    char hex[65];
    struct arena *arena = arena_new();
    char *own = xstrdup(text);
    const char *tracking = arena_printf(arena, "EXM-2027-%04d", (int)i);
    replace_all(own, "EXM-2026-0007", tracking);
    replace_all(own, "P100", arena_printf(arena, "Q%03d", (int)i));
    struct advisory row = {.uid = arena_printf(arena, "%024lld", (long long)i),
                           .tracking = tracking,
                           .version = "1.0.0",
                           .title = "A flaw",
                           .tlp = TLP_CLEAR,
                           .state = ADVISORY_RELEASED,
                           .submitted_ms = app_now(app)};
    enum status status = blob_put(hex, app->store, bytes_of(own), err);
    row.sha256 = hex;
    if (status == OK)
        status = advisory_add(&row, app->store, err);
    free(own);
    arena_free(arena);
    return status;
}

static enum status add_advisories(struct app *app, const char *path, int64_t count, struct err *err)
{
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    enum status status = file_read(&text, path, STR_LIMIT_TEXT, err);
    if (status == OK)
        status = app_begin(app, err);
    for (int64_t i = 0; status == OK && i < count; i++)
        status = add_advisory(app, str_text(&text), i, err);
    if (status == OK)
        status = app_commit(app, err);
    str_dispose(&text);
    return status;
}

static enum status import(struct app *app, enum import_kind kind, const char *name,
                          const struct str *csv, struct err *err)
{
    struct str words;
    str_init(&words, STR_LIMIT_TEXT);
    enum status status =
        import_file(app, kind, name, str_bytes(csv), app->settings->dir, IMPORT_ADD, &words, err);
    str_dispose(&words);
    return status;
}

static enum status add_hospitals(struct app *app, int64_t count, int64_t advisories,
                                 struct err *err)
{
    struct str parties, installed;
    str_init(&parties, STR_LIMIT_TEXT);
    str_init(&installed, STR_LIMIT_TEXT);
    str_add(&parties, "party,kind,country,email\n");
    str_add(&installed, "party,vendor,product,version\n");
    for (int64_t h = 0; h < count; h++) {
        str_addf(&parties, "h%06lld,hdo,DE,medtech@h%06lld.example\n", (long long)h, (long long)h);
        for (int64_t k = 0; k < HELD; k++)
            str_addf(&installed, "h%06lld,Example Medical GmbH,ExampleInfuse Q%03lld,2.3.%lld\n",
                     (long long)h, (long long)((h * 7 + k * 101) % advisories),
                     (long long)(h % 10));
    }
    enum status status = import(app, IMPORT_PARTIES, "parties.csv", &parties, err);
    if (status == OK)
        status = import(app, IMPORT_INSTALLED, "installed.csv", &installed, err);
    str_dispose(&parties);
    str_dispose(&installed);
    return status;
}

static double cpu_seconds(void)
{
    struct rusage usage = {0};
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static enum status pass(struct app *app, struct err *err)
{
    enum status status = OK;
    for (bool more = true; status == OK && more;)
        status = digest_step(app, &more, err);
    return status;
}

static enum status measure(struct app *app, const char *path, int64_t hospitals, int64_t advisories,
                           struct err *err)
{
    struct digest_turn *list = NULL;
    size_t count = 0;
    struct arena *arena = arena_new();
    const int64_t now_ms = app_now(app);
    enum status status = add_hospitals(app, hospitals, advisories, err);
    if (status == OK)
        status = add_advisories(app, path, advisories, err);
    clock_init_stopped(&app->clock, now_ms);
    if (status == OK)
        status = pass(app, err); /* from here on the schedule is in force */
    clock_init_stopped(&app->clock, now_ms + MS_DAY + MS_HOUR);
    const double before = cpu_seconds();
    struct clock real;
    clock_init_system(&real);
    const int64_t began_ms = clock_up_ms(&real);
    if (status == OK)
        status = pass(app, err);
    const double cpu = cpu_seconds() - before;
    const double wall = (double)(clock_up_ms(&real) - began_ms) / 1e3;
    if (status == OK)
        status = digest_turn_list(&list, &count, arena, app->store, 0, (size_t)hospitals + 1, err);
    if (status == OK)
        (void)printf(
            "{\"hospitals\": %lld, \"advisories\": %lld, \"digests\": %zu, \"cpu_s\": %.2f, "
            "\"wall_s\": %.2f, \"wanted_s\": 5}\n",
            (long long)hospitals, (long long)advisories, count, cpu, wall);
    arena_free(arena);
    return status;
}

int main(int argc, char **argv)
{
    static char rule[] = "FREQ=DAILY;BYHOUR=8;BYMINUTE=0";
    static char utc[] = "UTC";
    struct settings_digest daily = {.for_kind = PARTY_HDO, .rrule = rule, .zone = utc};
    struct err err = {0};
    struct app app;
    const int64_t hospitals = argc == 5 ? strtoll(argv[3], NULL, 10) : 0;
    const int64_t advisories = argc == 5 ? strtoll(argv[4], NULL, 10) : 0;
    if (hospitals < 1 || advisories < HELD || advisories > ADVISORIES_MOST) {
        (void)fputs("usage: digest SETTINGS ADVISORY HOSPITALS ADVISORIES (5 to 1000)\n", stderr);
        return 2;
    }
    app_init(&app);
    app.config_given = argv[1];
    enum status status = app_open_store(&app, STORE_WRITE, &err);
    if (status == OK) {
        app.settings->digests = &daily;
        app.settings->digest_count = 1;
        status = measure(&app, argv[2], hospitals, advisories, &err);
    }
    if (status != OK)
        (void)fprintf(stderr, "digest: %s\n", err.text);
    digest_forget(&app);
    app_close(&app);
    return status == OK ? 0 : 1;
}
