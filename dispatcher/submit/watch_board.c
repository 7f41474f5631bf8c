#include "dispatcher/submit/watch_board.h"

#include "base/json.h"
#include "base/utf8.h"
#include "dispatcher/submit/watch.h"

#include <string.h>

#define NAME "watch.board"
#define NAME_MOST 120

/* At most so many bytes of it, as one harmless line. */
static void put_line(struct json_out *j, const char *name, const char *text)
{
    struct str line;
    size_t size = text != NULL ? strnlen(text, NAME_MOST * 3) : 0;
    str_init(&line, STR_LIMIT_LINE);
    utf8_add_line(&line, (struct bytes){(const unsigned char *)text, size});
    json_out_text(j, name, size > 0 ? str_text(&line) : NULL);
    str_dispose(&line);
}

void watch_board_begin(struct watch_board *b, const char *fault, size_t others, const char *other,
                       bool too_many)
{
    *b = (struct watch_board){0};
    str_init(&b->text, STR_LIMIT_TEXT);
    json_out_init(&b->json, &b->text, false);
    json_out_object(&b->json, NULL);
    put_line(&b->json, "fault", fault);
    json_out_bool(&b->json, "too_many", too_many);
    json_out_int(&b->json, "others", (int64_t)others);
    put_line(&b->json, "other", other);
    json_out_array(&b->json, "waiting");
}

void watch_board_add(struct watch_board *b, const char *stem, int64_t since_ms, const char *why)
{
    char at[CLOCK_TEXT];
    if (b->count++ >= WATCH_BOARD_MOST)
        return;
    json_out_object(&b->json, NULL);
    put_line(&b->json, "set", stem);
    json_out_text(&b->json, "since", clock_text(at, since_ms));
    put_line(&b->json, "waits_for", why);
    json_out_end(&b->json);
}

enum status watch_board_end(struct watch_board *b, struct app *app, struct sha256 *last,
                            struct err *err)
{
    struct sha256 now;
    json_out_end(&b->json);
    json_out_int(&b->json, "count", (int64_t)b->count);
    json_out_end(&b->json);
    sha256(&now, str_bytes(&b->text));
    enum status status = OK;
    if (!sha256_equal(&now, last)) {
        status = app_begin(app, err);
        if (status == OK)
            status = meta_set(app->store, NAME, str_text(&b->text), err);
        if (status == OK)
            status = app_commit(app, err);
        else
            app_rollback(app);
        if (status == OK)
            *last = now;
    }
    str_dispose(&b->text);
    return status;
}

static void print_sets(struct str *out, const struct json *root)
{
    for (const struct json *s = json_first(json_get(root, "waiting")); s != NULL; s = json_next(s))
        str_addf(out, "  %s  since %s: %s\n", json_string(json_get(s, "set")),
                 json_string(json_get(s, "since")),
                 json_string(json_get(s, "waits_for")) != NULL
                     ? json_string(json_get(s, "waits_for"))
                     : "is being taken");
}

static void print_text(struct str *out, const struct app *app, const struct json *root)
{
    int64_t count = 0;
    int64_t others = 0;
    const char *fault = json_string(json_get(root, "fault"));
    (void)json_int(&count, json_get(root, "count"));
    (void)json_int(&others, json_get(root, "others"));
    if (fault != NULL)
        str_addf(out, "\n%s\n", fault);
    if (count > 0)
        str_addf(out, "\nwaits in %s: %lld set%s\n", app->settings->watch, (long long)count,
                 count == 1 ? "" : "s");
    print_sets(out, root);
    if (count > WATCH_BOARD_MOST)
        str_addf(out, "  and %lld more\n", (long long)count - WATCH_BOARD_MOST);
    if (others > 0)
        str_addf(out,
                 "\nnot a set in %s: %lld file%s, such as %s: names are X.json, X.order, "
                 "X.json.asc, X.PERSON.approval\n",
                 app->settings->watch, (long long)others, others == 1 ? "" : "s",
                 json_string(json_get(root, "other")));
    if (json_bool(json_get(root, "too_many")))
        str_addf(out, "\n%s holds more files than are looked at in one scan: clear it out\n",
                 app->settings->watch);
}

enum status watch_print(struct str *out, struct json_out *j, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct json_doc *doc = NULL;
    const char *text = NULL;
    enum status status = OK;
    if (app->settings->watch != NULL)
        status = meta_get(&text, arena, app->store, NAME, err);
    if (status == ERR_NOT_FOUND) /* nobody has looked yet */
        status = OK;
    if (status == OK && text != NULL && j == NULL)
        status = json_parse(&doc, bytes_of(text), NULL, NULL, err);
    if (status == OK && j != NULL && text != NULL)
        json_out_raw(j, "watch", text);
    else if (status == OK && j != NULL)
        json_out_null(j, "watch");
    else if (status == OK && doc != NULL)
        print_text(out, app, json_root(doc));
    json_free(doc);
    arena_free(arena);
    return status;
}
