/*
 * recur_rows: reads lines "ZONE|ANCHOR DATE|SECOND OF DAY|RULE|AFTER MS|BEFORE MS" and writes for
 * each the instants of the rule in between, in seconds, or "! why not". tests/clocks/recur.py
 * judges them.
 */
#include "base/clock.h"
#include "base/number.h"
#include "clocks/recur.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct question {
    const char *zone, *rule;
    struct date anchor;
    int64_t anchor_s, after_ms, before_ms;
};

static bool read_question(struct question *q, char *line)
{
    char *word[6] = {NULL};
    for (int i = 0; i < 6; i++)
        word[i] = strsep(&line, "|\n");
    q->zone = word[0];
    q->rule = word[3];
    return date_parse(&q->anchor, word[1], NULL) == OK &&
           number_parse_within(&q->anchor_s, word[2], 0, 86399) &&
           number_parse(&q->after_ms, word[4]) && number_parse(&q->before_ms, word[5]);
}

static enum status answer(const struct question *q, struct err *err)
{
    struct zone *zone = NULL;
    struct recur *recur = NULL;
    struct recur_run run = {.at_ms = q->after_ms};
    enum status status = zone_open(&zone, q->zone, err);
    if (status != OK)
        goto done;
    const struct recur_plan plan = {
        .rule = q->rule, .anchor = q->anchor, .anchor_ms = q->anchor_s * MS_SECOND, .zone = zone};
    status = recur_open(&recur, &plan, err);
    while (status == OK && (status = recur_next(&run, recur, run.at_ms, err)) == OK &&
           run.at_ms < q->before_ms)
        printf("%lld ", (long long)(run.at_ms / MS_SECOND));
    if (recur != NULL && status == ERR_NOT_FOUND)
        status = OK;
done:
    recur_close(recur);
    zone_close(zone);
    return status;
}

int main(void)
{
    char line[2000];
    struct question q = {0};
    struct err err = {0};
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (!read_question(&q, line)) {
            fprintf(stderr, "recur_rows: a line is not understood\n");
            return EXIT_FAILURE;
        }
        if (answer(&q, &err) != OK)
            printf("! %s", err.text);
        printf("\n");
    }
    return EXIT_SUCCESS;
}
