#include "dispatcher/run/endpoint_board.h"

#include "base/json.h"
#include "base/utf8.h"

#define NAME "endpoints.board"

static void put_endpoint(struct json_out *j, const struct endpoint *e, const struct clock *clock)
{
    char at[CLOCK_TEXT];
    struct str said;
    int64_t rest = e->until_ms - clock_up_ms(clock);
    bool well = rest <= 0 && e->window.allowed >= e->window.most;
    str_init(&said, STR_LIMIT_LINE);
    utf8_add_line(&said, bytes_of(e->said));
    json_out_object(j, NULL);
    json_out_text(j, "endpoint", e->name);
    json_out_int(j, "connections", e->window.allowed);
    json_out_int(j, "most", e->window.most);
    json_out_int(j, "failures", e->failures);
    json_out_text(j, "rests_until", rest > 0 ? clock_text(at, clock_now_ms(clock) + rest) : NULL);
    json_out_text(j, "said", well || said.size == 0 ? NULL : str_text(&said));
    json_out_end(j);
    str_dispose(&said);
}

enum status endpoints_publish(struct endpoints *e, struct app *app, struct err *err)
{
    struct str text;
    struct json_out j;
    int64_t up = clock_up_ms(&app->clock);
    if (!e->changed || (e->shown_up_ms != 0 && up - e->shown_up_ms < MS_SECOND))
        return OK;
    str_init(&text, STR_LIMIT_TEXT);
    json_out_init(&j, &text, false);
    json_out_array(&j, NULL);
    for (size_t i = 0; i < e->count; i++)
        put_endpoint(&j, &e->list[i], &app->clock);
    json_out_end(&j);
    enum status status = meta_set(app->store, NAME, str_text(&text), err);
    if (status == OK) {
        e->changed = false;
        e->shown_up_ms = up;
    }
    str_dispose(&text);
    return status;
}

static void print_one(struct str *out, const struct json *e)
{
    int64_t now = 0;
    int64_t most = 0;
    const char *rests = json_string(json_get(e, "rests_until"));
    const char *said = json_string(json_get(e, "said"));
    (void)json_int(&now, json_get(e, "connections"));
    (void)json_int(&most, json_get(e, "most"));
    if (rests == NULL && (now >= most || said == NULL))
        return;
    str_addf(out, "\n%s: ", json_string(json_get(e, "endpoint")));
    if (rests != NULL)
        str_addf(out, "rests until %s", rests);
    else
        str_addf(out, "%lld of %lld connections", (long long)now, (long long)most);
    str_addf(out, "%s%s\n", said != NULL ? ": it said: " : "", said != NULL ? said : "");
}

enum status endpoints_print(struct str *out, struct json_out *j, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct json_doc *doc = NULL;
    const char *text = NULL;
    enum status status = meta_get(&text, arena, app->store, NAME, err);
    if (status == ERR_NOT_FOUND) { /* `run` was never there */
        status = OK;
        text = "[]";
    }
    if (status == OK && j != NULL)
        json_out_raw(j, "endpoints", text);
    else if (status == OK)
        status = json_parse(&doc, bytes_of(text), NULL, NULL, err);
    for (const struct json *e = doc != NULL ? json_first(json_root(doc)) : NULL; e != NULL;
         e = json_next(e))
        print_one(out, e);
    json_free(doc);
    arena_free(arena);
    return status;
}
