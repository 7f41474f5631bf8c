/*
 * dispatcher/submit/submit - an advisory's set of files comes in: gate, order, register.
 *
 * The same bytes twice are one advisory; same id and version with other bytes are refused; a newer
 * version stands beside the older one until it is approved and then supersedes it.
 */
#include "dispatcher/submit/submit.h"

#include "advisory/gate.h"
#include "base/random.h"
#include "base/utf8.h"
#include "dispatcher/op.h"
#include "dispatcher/release/approve.h"
#include "dispatcher/submit/judge.h"
#include "store/advisory.h"
#include "store/waiver.h"

#include <string.h>

enum { ARG_NAME = OP_ARG, ARG_BYTES, ARG_ORDER_NAME, ARG_ORDER, ARG_JSON, ARG_SIGNATURES };

static const char *const bad_characters = "/\\\"'<>";

/* The gate's row 5 beyond the bytes: the id must be usable as a name on the command line. */
static enum status check_names(const struct csaf *csaf, const char *name, struct err *err)
{
    const char *both[] = {csaf->tracking_id, csaf->version};
    for (size_t i = 0; i < 2; i++) {
        size_t size = both[i] == NULL ? 0 : strlen(both[i]);
        bool good = size > 0 && size <= 128 && strpbrk(both[i], bad_characters) == NULL &&
                    both[i][0] != '-';
        for (size_t k = 0; good && k < size; k++)
            good = (unsigned char)both[i][k] >= 0x20 && (unsigned char)both[i][k] != 0x7f;
        if (!good)
            return err_set(
                err, ERR_REFUSED,
                "%s: /document/tracking/%s: cannot be used as a name: use letters, digits, "
                "dots, dashes and underscores",
                name, i == 0 ? "id" : "version");
    }
    return OK;
}

static enum status record_refused(struct app *app, struct bytes text,
                                  const struct gate_result *gate, struct err *err)
{
    char hex[SHA256_HEX];
    sha256_hex_of(hex, text);
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("advisory.refused", app->actor, hex);
    entry_int(entry, "count", (int64_t)gate->count);
    struct json_out *j = entry_data(entry);
    json_out_array(j, "findings");
    for (size_t i = 0; i < gate->count && i < 200; i++) {
        json_out_object(j, NULL);
        json_out_text(j, "pointer", gate->findings[i].pointer);
        json_out_text(j, "test", gate->findings[i].test);
        json_out_end(j);
    }
    json_out_end(j);
    entry_text(entry, "sha256", hex);
    status = app_record(app, entry, err);
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

struct set {
    const char *name, *order_name;
    struct bytes text, order_text;
    struct csaf *csaf;
    struct order order;
    struct arena *arena;
    enum tlp tlp;
};

/* A version that is not above all that were approved would supersede nothing, or be superseded. */
static enum status check_order(struct app *app, const struct set *set, struct err *err)
{
    struct advisory *versions = NULL;
    size_t count = 0;
    const char *version = set->csaf->version;
    enum status status =
        advisory_list(&versions, &count, set->arena, app->store, set->csaf->tracking_id, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        const char *there = versions[i].version;
        int order = csaf_version_compare(version, there);
        if (order == 0)
            status = err_set(err, ERR_REFUSED,
                             "%s: /document/tracking/version: %s counts as the same version as %s, "
                             "which is in the register: give the changed document a higher one",
                             set->name, version, there);
        else if (order < 0 && versions[i].state != ADVISORY_SUBMITTED)
            status = err_set(err, ERR_REFUSED,
                             "%s: /document/tracking/version: %s is lower than %s, which is "
                             "approved already: give the changed document a higher one",
                             set->name, version, there);
    }
    return status;
}

/* OK: a new row is in *row. ERR_EXISTS: the same bytes are there, in *row. */
static enum status find_or_refuse(struct advisory *row, struct app *app, const struct set *set,
                                  struct err *err)
{
    char hex[SHA256_HEX];
    sha256_hex_of(hex, set->text);
    enum status status =
        advisory_find(row, set->arena, app->store, set->csaf->tracking_id, set->csaf->version, err);
    if (status == ERR_NOT_FOUND)
        return check_order(app, set, err);
    if (status != OK)
        return status;
    if (text_equal(row->sha256, hex))
        return ERR_EXISTS;
    return err_set(
        err, ERR_REFUSED,
        "%s: %s %s is in the register with other bytes (sha256 %.12s…, this file %.12s…): an "
        "advisory is never edited: give the changed document a new version",
        set->name, row->tracking, row->version, row->sha256, hex);
}

static void fill_row(struct advisory *row, struct app *app, const struct set *set)
{
    char uid[RANDOM_UID];
    struct str title;
    str_init(&title, STR_LIMIT_LINE);
    utf8_add_line(&title, bytes_of(set->csaf->title));
    *row = (struct advisory){.uid = arena_strdup(set->arena, random_uid(uid)),
                             .tracking = set->csaf->tracking_id,
                             .version = set->csaf->version,
                             .title = arena_strdup(set->arena, str_text(&title)),
                             .tlp = set->tlp,
                             .state = ADVISORY_SUBMITTED,
                             .submitted_ms = app_now(app),
                             .embargo_ms = set->order.embargo_ms};
    str_dispose(&title);
}

static enum status put_order(struct advisory *row, struct app *app, const struct set *set,
                             struct err *err)
{
    char hex[SHA256_HEX];
    if (set->order_text.size == 0)
        return OK;
    enum status status = blob_put(hex, app->store, set->order_text, err);
    row->order_sha256 = arena_strdup(set->arena, hex);
    row->order_name = set->order_name;
    row->tlp = set->tlp;
    row->embargo_ms = set->order.embargo_ms;
    return status;
}

static enum status record_submitted(struct app *app, const struct advisory *row, struct err *err)
{
    struct entry *entry = entry_new("advisory.submitted", app->actor, row->uid);
    entry_text(entry, "order_sha256", row->order_sha256);
    entry_text(entry, "sha256", row->sha256);
    entry_text(entry, "tlp", tlp_word(row->tlp));
    entry_personal(entry, "tracking", row->tracking);
    entry_text(entry, "version", row->version);
    return app_record(app, entry, err);
}

static bool same_order(const struct set *set, const struct advisory *row)
{
    char hex[SHA256_HEX];
    sha256_hex_of(hex, set->order_text);
    return set->order_text.size == 0 || text_equal(hex, row->order_sha256);
}

static enum status write_set(struct advisory *row, struct app *app, const struct set *set,
                             bool *is_new, struct err *err)
{
    char hex[SHA256_HEX];
    enum status status = find_or_refuse(row, app, set, err);
    *is_new = status == OK;
    if (status == ERR_EXISTS) {
        /* The same advisory again: perhaps its order came later. */
        if (same_order(set, row))
            return OK;
        status = put_order(row, app, set, err);
        if (status == OK)
            status = advisory_set_order(app->store, row, err);
        if (status == ERR_STALE)
            return err_set(
                err, ERR_REFUSED,
                "%s: %s %s is signed already with another order: an order is bound by the "
                "signature: make a new version",
                set->order_name, row->tracking, row->version);
        return status == OK ? record_submitted(app, row, err) : status;
    }
    if (status != OK)
        return status;
    fill_row(row, app, set);
    status = blob_put(hex, app->store, set->text, err);
    row->sha256 = arena_strdup(set->arena, hex);
    if (status == OK)
        status = put_order(row, app, set, err);
    if (status == OK)
        status = advisory_add(row, app->store, err);
    if (status == OK)
        status = held_remove(app->store, row->tracking, row->version, err);
    return status == OK ? record_submitted(app, row, err) : status;
}

static enum status store_set(struct advisory *row, struct app *app, const struct set *set,
                             struct str *out, bool json, struct err *err)
{
    bool is_new = false;
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    status = write_set(row, app, set, &is_new, err);
    if (status != OK) {
        app_rollback(app);
        return status;
    }
    status = app_commit(app, err);
    if (status == OK && !json)
        str_addf(out, "%s: %s %s %s, TLP:%s, sha256 %s\n", set->name, row->tracking, row->version,
                 is_new ? "taken in" : "is in the register already (same bytes)",
                 tlp_word(row->tlp), row->sha256);
    return status;
}

/* The order is read before the gate, which asks it. What is wrong with it is said after the gate.
 */
static enum status pass_gate(struct gate_result *gate, struct app *app, struct set *set,
                             struct err *err)
{
    struct err fault = {0};
    enum status status = OK;
    order_default(&set->order);
    if (set->order_text.size > 0)
        status = order_parse(&set->order, set->arena, set->order_name, set->order_text, &fault);
    enum status judged = judge_set(gate, &set->csaf, set->arena, app, set->text,
                                   status == OK ? &set->order : NULL, err);
    if (judged != OK)
        return judged;
    if (set->csaf == NULL)
        return OK;
    if (status == OK && set->order.advisory != NULL && set->csaf->tracking_id != NULL &&
        !text_equal(set->order.advisory, set->csaf->tracking_id))
        return err_set(err, ERR_REFUSED,
                       "%s: advisory: it is for %s, but the advisory is %s: rename or mend it",
                       set->order_name, set->order.advisory, set->csaf->tracking_id);
    if (status == ERR_INVALID || status == ERR_LIMIT)
        status = fault.code = ERR_REFUSED;
    if (status != OK)
        *err = fault;
    set->tlp = set->order.has_tlp ? set->order.tlp : set->csaf->tlp;
    return status;
}

/* Taken in before, in these bytes: what the register learned since then asks for no new waiver. */
static enum status is_taken(bool *out, struct app *app, const struct set *set, struct err *err)
{
    struct advisory row = {0};
    enum status status = find_or_refuse(&row, app, set, err);
    *out = status == ERR_EXISTS && same_order(set, &row);
    return status == ERR_EXISTS ? OK : status;
}

static enum status write_held(struct app *app, const struct set *set, struct err *err)
{
    char hex[SHA256_HEX];
    char order_hex[SHA256_HEX];
    struct held held = {.tracking = set->csaf->tracking_id,
                        .version = set->csaf->version,
                        .sha256 = hex,
                        .name = set->name,
                        .at_ms = app_now(app)};
    enum status status = blob_put(hex, app->store, set->text, err);
    if (status == OK && set->order_text.size > 0) {
        status = blob_put(order_hex, app->store, set->order_text, err);
        held.order_sha256 = order_hex;
        held.order_name = set->order_name;
    }
    return status == OK ? held_put(app->store, &held, err) : status;
}

/* Nothing but waivers is wanting: it is kept, and `tocsin waive` finds it by its id. */
static enum status hold_set(struct app *app, const struct set *set, const struct gate_result *gate,
                            struct err *err)
{
    size_t wanting = judge_wanting(gate);
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    status = write_held(app, set, err);
    if (status == OK)
        status = app_commit(app, err);
    else
        app_rollback(app);
    if (status != OK)
        return status;
    return err_set(err, ERR_REFUSED,
                   "%s: kept, but waits for %zu waiver%s: mend the findings above and submit it "
                   "again, or waive each: tocsin waive %s TEST POINTER --by PERSON --reason TEXT",
                   set->name, wanting, wanting == 1 ? "" : "s", set->csaf->tracking_id);
}

static enum status refuse_set(struct submitted *out, struct app *app, const struct submission *in,
                              const struct set *set, const struct gate_result *gate,
                              struct err *err)
{
    bool taken = false;
    enum status status = gate->waits ? check_names(set->csaf, set->name, err) : OK;
    if (status == OK && gate->waits)
        status = is_taken(&taken, app, set, err);
    if (status != OK || taken)
        return status;
    if (gate->waits) {
        out->waits = true;
        out->tracking = arena_strdup(set->arena, set->csaf->tracking_id);
        out->version = arena_strdup(set->arena, set->csaf->version);
        return hold_set(app, set, gate, err);
    }
    /* Half a file is looked at again later: only a whole one is written down as refused. */
    if (set->csaf != NULL || !in->may_grow)
        status = record_refused(app, set->text, gate, err);
    if (status == OK)
        status = err_set(err, ERR_REFUSED,
                         "%s: refused by the gate: mend the findings above and submit it again",
                         set->name);
    return status;
}

enum status submit_take(struct submitted *out, struct arena *arena, struct app *app,
                        const struct submission *in, struct str *words, struct err *err)
{
    struct set set = {.name = in->name != NULL ? in->name : "-",
                      .order_name = in->order_name,
                      .text = in->text,
                      .order_text = in->order,
                      .arena = arena};
    struct gate_result gate;
    enum status status = pass_gate(&gate, app, &set, err);
    *out = (struct submitted){.readable = set.csaf != NULL};
    if (status == OK && in->json) {
        gate_print_json(words, &gate, set.name);
        str_add_c(words, '\n');
    } else if (status == OK && gate.count > 0) {
        gate_print(words, &gate, set.name, false);
    }
    if (status == OK && gate.refused)
        status = refuse_set(out, app, in, &set, &gate, err);
    if (status == OK)
        status = check_names(set.csaf, set.name, err);
    struct advisory row = {0};
    if (status == OK)
        status = store_set(&row, app, &set, words, in->json, err);
    if (status == OK) {
        out->tracking = arena_strdup(arena, row.tracking);
        out->version = arena_strdup(arena, row.version);
        out->order_sha256 = arena_strdup(arena, row.order_sha256);
        out->state = row.state;
    }
    gate_dispose(&gate);
    csaf_free(set.csaf);
    return status;
}

enum status op_submit(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct submitted row;
    struct submission submission = {.name = frame_get_text(in, ARG_NAME),
                                    .text = frame_get_bytes(in, ARG_BYTES),
                                    .order_name = frame_get_text(in, ARG_ORDER_NAME),
                                    .order = frame_get_bytes(in, ARG_ORDER),
                                    .json = frame_get_int(in, ARG_JSON) != 0};
    enum status status = submit_take(&row, arena, app, &submission, out, err);
    struct str words; /* about signatures: for people, so not between JSON */
    str_init(&words, STR_LIMIT_TEXT);
    for (uint32_t i = ARG_SIGNATURES; status == OK && i + 1 < in->count; i += 2)
        status = approve_signature(app, row.tracking, row.version, frame_get_text(in, i),
                                   frame_get_bytes(in, i + 1), &words, err);
    if (!submission.json)
        str_add(out, str_text(&words));
    str_dispose(&words);
    arena_free(arena);
    return status;
}
