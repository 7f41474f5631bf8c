/* What concerns a party: all advisories in force against what it holds, each comparison once. */
#include "dispatcher/routine/digest.h"
#include "dispatcher/routine/digest_sums.h"
#include "dispatcher/routine/digest_things.h"
#include "dispatcher/run/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENT_MOST 16     /* digests that are looked back */
#define NAMES_KEPT 10000 /* products whose names are kept read, at up to 3 kB each */

struct shelf {
    struct arena *arena;
    struct volume *volumes;
    size_t count;
    struct product *products;
    size_t product_count;
    bool installed_known;
    struct things things;
    struct sums sums;
    size_t names_kept;
};

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
    if (s->names_kept + v->d.csaf->product_count <= NAMES_KEPT) {
        s->names_kept += v->d.csaf->product_count;
        v->names = match_names_new(v->d.csaf);
    }
    return OK;
}

/* One that does not read leaves the others their digests; the store's own failures do not: what
 * failed in it fails every further statement, and would be said of each later volume. */
static enum status read_or_mark(struct volume *v, struct shelf *s, struct app *app,
                                const struct advisory *row, struct err *err)
{
    struct err fault = {0};
    enum status status = read_volume(v, s, app, row, &fault);
    if (status == OK)
        return OK;
    if (status == ERR_IO || store_usable(app->store, NULL) != OK) {
        *err = fault;
        return status;
    }
    v->fault = arena_strdup(s->arena, fault.text);
    return OK;
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
    s->arena = s->things.arena = arena_new();
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
        match_names_free(shelf->volumes[i].names);
        csaf_free(shelf->volumes[i].d.csaf);
        str_dispose(&shelf->volumes[i].d.text);
    }
    things_dispose(&shelf->things);
    sums_dispose(&shelf->sums);
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
        const bool *by = things_told(&s->things, s->volumes, s->count, &rows[r]);
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

/* The last digest that they have; NULL: none. */
static enum status find_last(const struct digest_sent **last, struct shelf_digest *d,
                             struct arena *arena, struct app *app, const char *party,
                             struct err *err)
{
    struct digest_past past[SENT_MOST];
    *last = NULL;
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
    if (good != SIZE_MAX)
        *last = &d->sent[d->sent_count - 1 - good];
    d->base_id = *last != NULL ? (*last)->notice_id : 0;
    return OK;
}

static enum status read_last(struct digest_content *out, struct arena *arena, struct app *app,
                             const struct digest_sent *last, struct err *err)
{
    struct advisory issue;
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    enum status status = advisory_get(&issue, arena, app->store, last->advisory_id, err);
    if (status == OK)
        status = blob_get(&text, app->store, issue.sha256, err);
    if (status == OK)
        status = digest_read(out, arena, str_bytes(&text), err);
    str_dispose(&text);
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

/* What decides what a party is told, gathered before any of it is worded. */
struct basis {
    bool *concerned;
    bool whole[TLP_COUNT];
    struct digest_told *told;
    size_t told_count;
    const struct digest_sent *last; /* NULL: none */
    struct stopped held;
    unsigned wanted;
};

static enum status find_basis(struct basis *b, struct shelf_digest *out, struct arena *arena,
                              struct shelf *shelf, struct app *app, const struct party *party,
                              struct err *err)
{
    enum status status = find_concerned(&b->concerned, arena, shelf, app, party, err);
    if (status == OK)
        status = find_whole(b->whole, app, party, err);
    if (status == OK)
        status = digest_told_list(&b->told, &b->told_count, arena, app->store, party->id, err);
    if (status == OK)
        status = find_last(&b->last, out, arena, app, party->id, err);
    if (status == OK)
        status = stopped_list(&b->held, arena, app, party->kind, party->country, err);
    return status;
}

/* Two parties of whom all of this is the same are told the same. */
static const char *key_of(struct arena *arena, const struct basis *b, size_t count)
{
    struct str key;
    str_init(&key, STR_LIMIT_TEXT);
    for (size_t i = 0; i < count; i++)
        str_add_c(&key, b->concerned[i] ? '1' : '0');
    for (size_t i = 0; i < TLP_COUNT; i++)
        str_add_c(&key, b->whole[i] ? '1' : '0');
    str_addf(&key, " %u %lld %lld", b->wanted,
             b->last != NULL ? (long long)b->last->advisory_id : 0,
             b->last != NULL ? (long long)b->last->run_ms : 0);
    for (size_t i = 0; i < b->told_count; i++)
        str_addf(&key, " %lld:%s:%lld", (long long)b->told[i].advisory_id,
                 notice_state_word(b->told[i].state), (long long)b->told[i].answer_by_ms);
    for (size_t i = 0; i < b->held.count; i++)
        str_addf(&key, "\n%s", b->held.trackings[i]);
    const char *text = str_ok(&key) ? arena_strdup(arena, str_text(&key)) : NULL;
    str_dispose(&key);
    return text;
}

static enum status compare(struct shelf_digest *out, struct arena *arena, struct shelf *shelf,
                           struct app *app, const struct basis *b, struct err *err)
{
    struct digest_content last;
    const bool there = b->last != NULL;
    enum status status = there ? read_last(&last, arena, app, b->last, err) : OK;
    if (status != OK)
        return status;
    if (there)
        forget_held(&last, &b->held);
    struct digest_item *items = arena_alloc(arena, (shelf->count + 1) * sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < shelf->count; i++) {
        const struct volume *v = &shelf->volumes[i];
        if (stopped_has(&b->held, v->d.row.tracking))
            continue;
        const struct digest_item *before =
            v->fault != NULL ? said_before(there ? &last : NULL, v) : NULL;
        if (before != NULL) {
            items[count] = *before;
            items[count].whole = before->whole && b->whole[before->tlp];
            add_told(&items[count++], b->told, b->told_count, v->d.row.id);
        }
        if (!b->concerned[i] || v->fault != NULL)
            continue;
        items[count] = (struct digest_item){.tracking = v->d.row.tracking,
                                            .version = v->d.row.version,
                                            .tlp = v->d.row.tlp,
                                            .whole = b->whole[v->d.row.tlp],
                                            .title = v->title,
                                            .severity = v->severity,
                                            .changes = v->changes,
                                            .score_tenths = v->score_tenths};
        add_told(&items[count++], b->told, b->told_count, v->d.row.id);
    }
    digest_compare(&out->content, arena, items, count, there ? &last : NULL,
                   there ? b->last->run_ms : 0, b->wanted);
    return OK;
}

enum status shelf_compare(struct shelf_digest *out, struct arena *arena, struct shelf *shelf,
                          struct app *app, const struct party *party, unsigned wanted,
                          struct err *err)
{
    struct basis b = {.wanted = wanted};
    *out = (struct shelf_digest){0};
    enum status status = find_basis(&b, out, arena, shelf, app, party, err);
    return status == OK ? compare(out, arena, shelf, app, &b, err) : status;
}

enum status shelf_sum(struct shelf_digest *out, struct arena *arena, struct shelf *shelf,
                      struct app *app, const struct party *party, unsigned wanted, struct err *err)
{
    struct basis b = {.wanted = wanted};
    *out = (struct shelf_digest){0};
    enum status status = find_basis(&b, out, arena, shelf, app, party, err);
    if (status != OK)
        return status;
    out->key = key_of(arena, &b, shelf->count);
    const struct shelf_sum *sum = out->key != NULL ? sums_find(&shelf->sums, out->key) : NULL;
    if (sum == NULL)
        return compare(out, arena, shelf, app, &b, err);
    out->sum = *sum;
    return OK;
}

void shelf_remember(struct shelf *shelf, const struct shelf_digest *digest, const char *sha256)
{
    struct shelf_sum sum = {.empty = digest_is_empty(&digest->content), .tlp = digest->content.tlp};
    if (digest->key == NULL)
        return;
    (void)snprintf(sum.sha256, sizeof sum.sha256, "%s", sha256);
    sums_put(&shelf->sums, digest->key, &sum);
}
