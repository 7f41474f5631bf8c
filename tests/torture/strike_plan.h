/*
 * Which strikes there are, and which of them is next. A lane is a row of strikes that come one
 * after the other; lanes stand beside each other.
 */
#ifndef TOCSIN_STRIKE_PLAN_H
#define TOCSIN_STRIKE_PLAN_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STRIKES 4096
#define LANES 16

struct strike {
    char role[24], call[32], path[128], what[16];
    unsigned nth;
    bool later; /* all later ones, too */
    bool armed; /* counted from when it was armed, with a path always */
    unsigned seen;
    size_t lane;
};

struct lane {
    size_t next;      /* the strike that is armed; strike_count: no more */
    int64_t since_ms; /* armed then */
    unsigned calls;   /* that processes of its role have made since */
};

static struct strike strikes[STRIKES];
static struct lane lanes[LANES];
static size_t strike_count, lane_count;

static int64_t up_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool read_strike(struct strike *s, char *text)
{
    char *call = strchr(text, ':');
    char *nth = call != NULL ? strchr(call + 1, ':') : NULL;
    char *what = nth != NULL ? strchr(nth + 1, ':') : NULL;
    if (what == NULL) {
        errno = EINVAL;
        return false;
    }
    *call++ = *nth++ = *what++ = '\0';
    char *path = strchr(call, '@');
    if (path != NULL)
        *path++ = '\0';
    size_t size = strlen(what);
    s->later = size > 0 && what[size - 1] == '+';
    if (s->later)
        what[size - 1] = '\0';
    s->armed = *nth == '+' || path != NULL;
    s->nth = (unsigned)strtoul(nth, NULL, 10);
    (void)snprintf(s->role, sizeof s->role, "%.23s", text);
    (void)snprintf(s->call, sizeof s->call, "%.31s", call);
    (void)snprintf(s->path, sizeof s->path, "%.127s", path != NULL ? path : "");
    (void)snprintf(s->what, sizeof s->what, "%.15s", what);
    return true;
}

/* The lane goes on to its next strike. */
static void lane_arm(size_t lane, size_t from)
{
    size_t i = from;
    while (i < strike_count && strikes[i].lane != lane)
        i++;
    lanes[lane] = (struct lane){.next = i, .since_ms = up_ms()};
}

/* All strikes in one lane, or those of each role in one of its own. */
static void plan_lanes(bool beside)
{
    for (size_t i = 0; i < strike_count; i++) {
        size_t same = 0;
        while (beside && same < i && strcmp(strikes[same].role, strikes[i].role) != 0)
            same++;
        strikes[i].lane = same < i || !beside ? strikes[same].lane : lane_count++;
        if (!beside)
            lane_count = 1;
    }
    for (size_t i = 0; i < lane_count; i++)
        lane_arm(i, 0);
}

static bool is_over(void)
{
    for (size_t i = 0; i < lane_count; i++)
        if (lanes[i].next < strike_count)
            return false;
    return true;
}

/* Is a process of this role still to be struck? */
static bool role_wanted(const char *role)
{
    for (size_t i = 0; i < strike_count; i++)
        if (i >= lanes[strikes[i].lane].next && strcmp(strikes[i].role, role) == 0)
            return true;
    return false;
}

#endif
