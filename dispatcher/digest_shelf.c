/* What concerns a party: all advisories in force against what it holds, each comparison once. */
#include "dispatcher/digest.h"
#include "dispatcher/state.h"

#include <stdlib.h>
#include <string.h>

#define SENT_MOST 16 /* digests that are looked back */

struct volume {
    struct dossier d; /* row, facts and register only; owned by the shelf */
    const char *title, *severity, *changes;
    int score_tenths;
    const char *fault; /* it does not read: what was said of it; then nothing above is known */
};

/* What one thing that somebody holds comes to against every volume. */
struct held_thing {
    const char *name;
    bool *told;
};

struct shelf {
    struct arena *arena;
    struct volume *volumes;
    size_t count;
    struct product *products;
    size_t product_count;
    bool installed_known;
    struct held_thing *things; /* open addressing; a power of two */
    size_t room, used;
};

static uint64_t hash_of(const char *text)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */
    for (; *text != '\0'; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001b3u;
    return h;
}

static struct held_thing *slot_of(struct held_thing *things, size_t room, const char *name)
{
    size_t at = (size_t)hash_of(name) & (room - 1);
    while (things[at].name != NULL && strcmp(things[at].name, name) != 0)
        at = (at + 1) & (room - 1);
    return &things[at];
}

static void grow(struct shelf *s)
{
    size_t room = s->room == 0 ? 256 : s->room * 2;
    struct held_thing *things = xcalloc(room, sizeof *things);
    for (size_t i = 0; i < s->room; i++)
        if (s->things[i].name != NULL)
            *slot_of(things, room, s->things[i].name) = s->things[i];
    free(s->things);
    s->things = things;
    s->room = room;
}

/* The summary of this version's own revision. */
static const char *changes_of(const struct csaf *csaf)
{
    const struct json *history = json_at(csaf->root, "/document/tracking/revision_history", NULL);
    for (const struct json *at = json_first(history); at != NULL; at = json_next(at))
        if (text_equal(json_string(json_get(at, "number")), csaf->version))
            return json_string(json_get(at, "summary"));
    return NULL;
}

static enum status read_volume(struct volume *v, struct shelf *s, struct app *app,
                               const struct advisory *row, struct err *err)
{
    struct json_fault fault;
    const struct csaf_score *score = NULL;
    v->d.row = *row;
    v->d.products = s->products;
    v->d.product_count = s->product_count;
    v->d.installed_known = s->installed_known;
    str_init(&v->d.text, STR_LIMIT_TEXT);
    enum status status = blob_get(&v->d.text, app->store, row->sha256, err);
    if (status == OK && csaf_parse(&v->d.csaf, str_bytes(&v->d.text), &fault, err) != OK)
        status = err_set(err, ERR_CORRUPT,
                         "%s %s: the stored advisory does not read any more: check the store with "
                         "`tocsin evidence check`",
                         row->tracking, row->version);
    if (status != OK)
        return status;
    v->title = v->d.csaf->title;
    v->changes = changes_of(v->d.csaf);
    v->score_tenths = csaf_highest_score(v->d.csaf, &score);
    v->severity = score != NULL ? score->severity : NULL;
    return OK;
}

/* One that does not read leaves the others their digests; the store's own failures do not. */
static enum status read_or_mark(struct volume *v, struct shelf *s, struct app *app,
                                const struct advisory *row, struct err *err)
{
    struct err fault = {0};
    enum status status = read_volume(v, s, app, row, &fault);
    if (status == ERR_IO)
        *err = fault;
    else if (status != OK)
        v->fault = arena_strdup(s->arena, fault.text);
    return status == ERR_IO ? status : OK;
}

/* RED is never in a digest, and nothing before its embargo ends. */
static bool belongs(const struct advisory *row, int64_t now_ms)
{
    return row->tlp != TLP_RED && row->embargo_ms <= now_ms;
}

enum status shelf_open(struct shelf **out, struct app *app, struct err *err)
{
    struct shelf *s = xcalloc(1, sizeof *s);
    struct advisory *rows = NULL;
    size_t count = 0;
    s->arena = arena_new();
    enum status status =
        advisory_in_state(&rows, &count, s->arena, app->store, ADVISORY_RELEASED, err);
    if (status == OK)
        status = product_list(&s->products, &s->product_count, s->arena, app->store, err);
    if (status == OK)
        status = installed_any(&s->installed_known, app->store, err);
    s->volumes = arena_alloc(s->arena, (count + 1) * sizeof *s->volumes);
    for (size_t i = 0; status == OK && i < count; i++)
        if (belongs(&rows[i], app_now(app)))
            status = read_or_mark(&s->volumes[s->count++], s, app, &rows[i], err);
    grow(s);
    if (status == OK)
        *out = s;
    else
        shelf_close(s);
    return status;
}

void shelf_close(struct shelf *shelf)
{
    if (shelf == NULL)
        return;
    for (size_t i = 0; i < shelf->count; i++) {
        csaf_free(shelf->volumes[i].d.csaf);
        str_dispose(&shelf->volumes[i].d.text);
    }
    free(shelf->things);
    arena_free(shelf->arena);
    free(shelf);
}

enum status shelf_blame(const struct shelf *shelf, struct app *app, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < shelf->count; i++) {
        const struct volume *v = &shelf->volumes[i];
        if (v->fault == NULL)
            continue;
        char *about = xprintf("%s %s", v->d.row.tracking, v->d.row.version);
        status = digest_blame(app, about, v->fault, err);
        free(about);
    }
    return status;
}

enum status shelf_fresh(bool *out, const struct shelf *shelf, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory *rows = NULL;
    size_t count = 0;
    size_t at = 0;
    enum status status =
        advisory_in_state(&rows, &count, arena, app->store, ADVISORY_RELEASED, err);
    *out = status == OK;
    for (size_t i = 0; *out && i < count; i++)
        if (belongs(&rows[i], app_now(app)))
            *out = at < shelf->count && shelf->volumes[at++].d.row.id == rows[i].id;
    *out = *out && at == shelf->count;
    arena_free(arena);
    return status;
}

static const bool *told_by(struct shelf *s, const struct installed *row)
{
    struct arena *arena = arena_new();
    const char *name = arena_printf(arena, "%s\x1f%s\x1f%s", row->vendor != NULL ? row->vendor : "",
                                    row->product, row->version != NULL ? row->version : "");
    if (s->used * 2 >= s->room)
        grow(s);
    struct held_thing *thing = slot_of(s->things, s->room, name);
    if (thing->name == NULL) {
        s->used++;
        thing->name = arena_strdup(s->arena, name);
        thing->told = arena_alloc(s->arena, s->count + 1);
        for (size_t i = 0; i < s->count; i++) {
            struct match_result match;
            if (s->volumes[i].fault != NULL)
                continue;
            recipient_match(&match, arena, &s->volumes[i].d, row);
            thing->told[i] = match.verdict != MATCH_NOT_AFFECTED;
        }
    }
    arena_free(arena);
    return thing->told;
}

/* As when an advisory is planned: told unless everything they hold is proven not to be concerned.
 */
static enum status find_concerned(bool **out, struct arena *arena, struct shelf *s, struct app *app,
                                  const struct party *party, struct err *err)
{
    struct installed *rows = NULL;
    size_t count = 0;
    bool *told = *out = arena_alloc(arena, s->count + 1);
    const bool site = party->kind == PARTY_HDO || party->kind == PARTY_DISTRIBUTOR ||
                      party->kind == PARTY_IMPORTER;
    enum status status = OK;
    if (party->kind == PARTY_REPORTER)
        return OK;
    if (site && s->installed_known)
        status = installed_list(&rows, &count, arena, app->store, party->id, err);
    for (size_t i = 0; status == OK && count == 0 && i < s->count; i++)
        told[i] = true;
    for (size_t r = 0; status == OK && r < count; r++) {
        const bool *by = told_by(s, &rows[r]);
        for (size_t i = 0; i < s->count; i++)
            told[i] = told[i] || by[i];
    }
    return status;
}

/* Which labels may be said in whole on the way that this party is reached? */
static enum status find_whole(bool whole[TLP_COUNT], struct app *app, const struct party *party,
                              struct err *err)
{
    enum status status = OK;
    for (int tlp = TLP_CLEAR; status == OK && tlp < TLP_RED; tlp++) {
        struct arena *arena = arena_new();
        struct recipient r;
        const struct dossier d = {.row = {.tlp = (enum tlp)tlp, .digest = true}};
        status = recipient_choose(&r, arena, app, &d, party, 0, app_now(app), err);
        whole[tlp] = status == OK && (r.level == LEVEL_SEALED || r.level == LEVEL_TLS);
        arena_free(arena);
    }
    return status;
}

static void add_told(struct digest_item *item, const struct digest_told *told, size_t count,
                     int64_t advisory_id)
{
    for (size_t i = 0; i < count; i++) {
        if (told[i].advisory_id != advisory_id || told[i].state == STATE_SUPERSEDED ||
            told[i].state == STATE_CANCELLED)
            continue;
        item->told = true;
        item->answered = item->answered || told[i].state == STATE_ANSWERED;
        item->answer_by_ms = told[i].answer_by_ms;
    }
}

/* The content of the last digest that they have, and the notice that brought it. */
static enum status read_last(struct digest_content *out, bool *there, int64_t *run_ms,
                             struct shelf_digest *d, struct arena *arena, struct app *app,
                             const char *party, struct err *err)
{
    struct digest_past past[SENT_MOST];
    struct advisory issue;
    struct str text;
    *there = false;
    enum status status =
        digest_sent_list(&d->sent, &d->sent_count, arena, app->store, party, SENT_MOST, err);
    if (status != OK)
        return status;
    for (size_t i = 0; i < d->sent_count; i++) { /* newest first there, oldest first here */
        const struct digest_sent *sent = &d->sent[d->sent_count - 1 - i];
        past[i] = (struct digest_past){.id = sent->notice_id,
                                       .base = sent->base_id,
                                       .arrived = sent->state == STATE_ACCEPTED ||
                                                  sent->state == STATE_PASSED ||
                                                  sent->state == STATE_ANSWERED};
    }
    const size_t good = digest_last_good(past, d->sent_count);
    if (good == SIZE_MAX)
        return OK;
    const struct digest_sent *last = &d->sent[d->sent_count - 1 - good];
    str_init(&text, STR_LIMIT_TEXT);
    status = advisory_get(&issue, arena, app->store, last->advisory_id, err);
    if (status == OK)
        status = blob_get(&text, app->store, issue.sha256, err);
    if (status == OK)
        status = digest_read(out, arena, str_bytes(&text), err);
    str_dispose(&text);
    *there = status == OK;
    *run_ms = last->run_ms;
    d->base_id = last->notice_id;
    return status;
}

/*
 * An advisory that does not read is said again as their last digest said it, so that it is neither
 * gone nor new; one that was in no digest yet waits. NULL: it is left out.
 */
static const struct digest_item *said_before(const struct digest_content *last,
                                             const struct volume *v)
{
    for (size_t i = 0; last != NULL && i < last->count; i++)
        if (last->items[i].section != DIGEST_GONE &&
            text_equal(last->items[i].tracking, v->d.row.tracking))
            return &last->items[i];
    return NULL;
}

/* What is held meanwhile is not gone: a digest says nothing of it, and so does the one before. */
static void forget_held(struct digest_content *last, const struct stopped *held)
{
    size_t kept = 0;
    for (size_t i = 0; i < last->count; i++)
        if (!stopped_has(held, last->items[i].tracking))
            last->items[kept++] = last->items[i];
    last->count = kept;
}

enum status shelf_compare(struct shelf_digest *out, struct arena *arena, struct shelf *shelf,
                          struct app *app, const struct party *party, unsigned wanted,
                          struct err *err)
{
    bool *concerned = NULL;
    bool whole[TLP_COUNT] = {false};
    struct digest_told *told = NULL;
    size_t told_count = 0;
    struct digest_content last;
    bool there = false;
    int64_t run_ms = 0;
    struct stopped held;
    *out = (struct shelf_digest){0};
    enum status status = find_concerned(&concerned, arena, shelf, app, party, err);
    if (status == OK)
        status = find_whole(whole, app, party, err);
    if (status == OK)
        status = digest_told_list(&told, &told_count, arena, app->store, party->id, err);
    if (status == OK)
        status = read_last(&last, &there, &run_ms, out, arena, app, party->id, err);
    if (status == OK)
        status = stopped_list(&held, arena, app, party->kind, party->country, err);
    if (status != OK)
        return status;
    if (there)
        forget_held(&last, &held);
    struct digest_item *items = arena_alloc(arena, (shelf->count + 1) * sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < shelf->count; i++) {
        const struct volume *v = &shelf->volumes[i];
        if (stopped_has(&held, v->d.row.tracking))
            continue;
        const struct digest_item *before =
            v->fault != NULL ? said_before(there ? &last : NULL, v) : NULL;
        if (before != NULL) {
            items[count] = *before;
            items[count].whole = before->whole && whole[before->tlp];
            add_told(&items[count++], told, told_count, v->d.row.id);
        }
        if (!concerned[i] || v->fault != NULL)
            continue;
        items[count] = (struct digest_item){.tracking = v->d.row.tracking,
                                            .version = v->d.row.version,
                                            .tlp = v->d.row.tlp,
                                            .whole = whole[v->d.row.tlp],
                                            .title = v->title,
                                            .severity = v->severity,
                                            .changes = v->changes,
                                            .score_tenths = v->score_tenths};
        add_told(&items[count++], told, told_count, v->d.row.id);
    }
    digest_compare(&out->content, arena, items, count, there ? &last : NULL, run_ms, wanted);
    return OK;
}
