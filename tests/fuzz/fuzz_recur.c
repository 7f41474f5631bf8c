/*
 * Any bytes as a recurrence rule: refused with a sign, or a schedule whose runs ascend strictly,
 * are the same whatever was asked before, and can be said in words. The first byte chooses zone and
 * the day it begins on.
 */
#include "base/civil.h"
#include "clocks/recur.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RUNS 6

static void follow(const struct recur *recur, int64_t after_ms)
{
    struct recur_run runs[RUNS];
    struct err err = {0};
    size_t count = 0;
    if (recur_list(runs, &count, recur, after_ms, RUNS, &err) != OK)
        abort();
    for (size_t i = 0; i < count; i++) {
        int64_t before = i == 0 ? after_ms : runs[i - 1].at_ms;
        struct recur_run again;
        if (runs[i].at_ms <= before || runs[i].count < 1)
            abort();
        if (recur_next(&again, recur, before, &err) != OK || again.at_ms != runs[i].at_ms)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"UTC", "Europe/Berlin", "America/New_York",
                                        "Australia/Lord_Howe"};
    static struct zone *zones[4]; /* to the end of the process */
    struct err err = {0};
    struct recur *recur = NULL;
    unsigned choice = size == 0 ? 0 : data[0];
    if (zones[choice % 4] == NULL && zone_open(&zones[choice % 4], names[choice % 4], &err) != OK)
        abort();
    char *rule = size == 0 ? xstrdup("") : xstrndup((const char *)data + 1, size - 1);
    const struct recur_plan plan = {
        .rule = rule,
        .anchor = {2026, 1 + (int)(choice / 4 % 12), 28},
        .anchor_ms = (int64_t)choice * 337000 / 1000 * 1000,
        .zone = zones[choice % 4],
        .shift = RECUR_STAY,
    };
    enum status status = recur_open(&recur, &plan, &err);
    if (status == OK) {
        struct str words;
        str_init(&words, STR_LIMIT_TEXT);
        recur_describe(&words, recur);
        if (words.size == 0)
            abort();
        str_dispose(&words);
        follow(recur, 0);
        follow(recur, INT64_C(2000000000000));
    } else if ((status != ERR_INVALID && status != ERR_LIMIT) || err.text[0] == '\0') {
        abort();
    }
    recur_close(recur);
    free(rule);
    return 0;
}
