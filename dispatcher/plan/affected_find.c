/* What was meant: numbers and names as people type them, against the register. */
#include "advisory/match.h"
#include "advisory/serial.h"
#include "dispatcher/plan/affected.h"
#include "store/party.h"

#include <string.h>

#define PAGE 2000

enum status affected_is_held(bool *out, struct app *app, const char *device, struct err *err)
{
    struct arena *arena = arena_new();
    struct installed *rows = NULL;
    size_t count = 0;
    enum status status = installed_find(&rows, &count, arena, app->store, device, 0, 1, err);
    *out = count > 0;
    arena_free(arena);
    return status;
}

static bool has(const char *const *list, size_t count, const char *word)
{
    for (size_t i = 0; i < count && i < AFFECTED_NEAR_MOST; i++)
        if (strcmp(list[i], word) == 0)
            return true;
    return false;
}

static void add_same(struct affected_spellings *s, struct arena *arena, const char *word)
{
    if (has(s->same, s->same_count, word))
        return;
    if (s->same_count < AFFECTED_NEAR_MOST)
        s->same[s->same_count] = arena_strdup(arena, word);
    s->same_count++;
}

/* The nearest first; of equals those found first. */
static void add_near(struct affected_spellings *s, struct arena *arena, const char *word,
                     unsigned far)
{
    if (has(s->near, s->near_count, word))
        return;
    if (s->near_count == AFFECTED_NEAR_MOST) {
        if (s->far[AFFECTED_NEAR_MOST - 1] <= far)
            return;
        s->near_count--;
    }
    size_t at = s->near_count++;
    for (; at > 0 && s->far[at - 1] > far; at--) {
        s->near[at] = s->near[at - 1];
        s->far[at] = s->far[at - 1];
    }
    s->near[at] = arena_strdup(arena, word);
    s->far[at] = far;
}

static void weigh(struct affected_spellings *s, struct arena *arena, const char *word,
                  const char *asked)
{
    if (word == NULL)
        return;
    if (serial_same(word, asked)) {
        add_same(s, arena, word);
        return;
    }
    unsigned far = serial_distance(word, asked);
    if (far < SERIAL_FAR)
        add_near(s, arena, word, far);
}

enum status affected_spelled(struct affected_spellings *out, struct arena *arena, struct app *app,
                             const char *device, struct err *err)
{
    enum status status = OK;
    int64_t after = 0;
    *out = (struct affected_spellings){0};
    for (size_t count = PAGE; status == OK && count == PAGE;) {
        struct arena *page = arena_new();
        struct installed *rows = NULL;
        status = installed_page(&rows, &count, page, app->store, after, PAGE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            weigh(out, arena, rows[i].serial, device);
            weigh(out, arena, rows[i].udi_di, device);
            after = rows[i].id;
        }
        arena_free(page);
    }
    return status;
}

static bool is_alias(const char *aliases, const char *product, struct arena *arena)
{
    bool is = false;
    for (const char *at = aliases; at != NULL && *at != '\0' && !is;) {
        size_t size = strcspn(at, "|");
        is = size > 0 && match_name(arena_strndup(arena, at, size), product) == NAME_SAME;
        at += size + (at[size] == '|');
    }
    return is;
}

static bool is_it(const struct product *p, const char *product, struct arena *arena)
{
    return match_name(p->product, product) == NAME_SAME ||
           (p->model != NULL && serial_same(p->model, product)) ||
           (p->udi_di != NULL && serial_same(p->udi_di, product)) ||
           is_alias(p->aliases, product, arena);
}

static void weigh_name(struct affected_spellings *s, struct arena *arena, const char *name,
                       const char *asked)
{
    unsigned far = serial_distance(name, asked);
    if (far < SERIAL_FAR || match_name(name, asked) == NAME_PERHAPS)
        add_near(s, arena, name, far);
}

enum status affected_product(const char **out, struct affected_spellings *near, struct arena *arena,
                             struct app *app, const char *product, struct err *err)
{
    struct product *list = NULL;
    struct held_in *held = NULL;
    size_t count = 0;
    size_t held_count = 0;
    *out = NULL;
    *near = (struct affected_spellings){0};
    enum status status = product_list(&list, &count, arena, app->store, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        if (*out == NULL && is_it(&list[i], product, arena))
            *out = list[i].product;
        weigh_name(near, arena, list[i].product, product);
    }
    if (status == OK && *out == NULL)
        status = installed_places(&held, &held_count, arena, app->store, err);
    for (size_t i = 0; status == OK && i < held_count; i++) {
        if (*out == NULL && match_name(held[i].product, product) == NAME_SAME)
            *out = held[i].product;
        weigh_name(near, arena, held[i].product, product);
    }
    return status;
}
