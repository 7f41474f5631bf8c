#include "tests/dispatcher/world.h"

#include "base/file.h"
#include "base/json_out.h"
#include "clocks/pack.h"
#include "base/random.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/release/release.h"
#include "dispatcher/submit/import.h"
#include "store/case.h"
#include "store/inner.h"
#include "store/log.h"
#include "store/party.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char config[] =
    "maker   = { name = \"Example Medical GmbH\"; id = \"EXM\"; country = \"DE\"; };\n"
    "mail    = { from = \"psirt@example.com\"; return = \"psirt+{token}@example.com\";\n"
    "            relay = \"mail.example.com:587\"; };\n"
    "people  = ( { id = \"weber\"; name = \"Jana Weber\"; mail = \"weber@example.com\";\n"
    "              phone = \"+49 30 1\"; roles = [ \"psirt\", \"regulatory\" ]; } );\n"
    "store   = \"tocsin.db\";\n";

static void must(enum status status, const struct err *err)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err->text);
}

void world_open(struct world *w)
{
    world_open_on(w, NULL);
}

void world_open_on(struct world *w, const char *store)
{
    struct err err = {0};
    char shape[] = "/tmp/tocsin-dispatcher-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(shape));
    *w = (struct world){.arena = arena_new(), .dir = xstrdup(shape)};
    char *path = path_join(w->dir, "tocsin.conf");
    app_init(&w->app);
    must(file_write(path, bytes_of(config), 0600, &err), &err);
    must(settings_load(&w->app.settings, path, &err), &err);
    if (store == NULL)
        w->app.settings->store = arena_strdup(w->app.settings->arena, ":memory:");
    else
        w->app.settings->store = arena_printf(w->app.settings->arena, "%s/%s", w->dir, store);
    must(app_create_store(&w->app, true, &err), &err);
    clock_init_stopped(&w->app.clock, WORLD_NOW);
    free(path);
}

void world_close(struct world *w)
{
    struct err err = {0};
    app_close(&w->app);
    must(file_remove_tree(w->dir, &err), &err);
    free(w->dir);
    arena_free(w->arena);
}

void world_parties(struct world *w, const char *csv)
{
    struct err err = {0};
    struct str words;
    str_init(&words, STR_LIMIT_TEXT);
    must(import_file(&w->app, IMPORT_PARTIES, "parties.csv", bytes_of(csv), w->dir, IMPORT_ADD,
                     &words, &err),
         &err);
    str_dispose(&words);
}

void world_sql(struct world *w, const char *sql)
{
    struct err err = {0};
    must(w->app.store->driver->ops->script(w->app.store->driver, sql, &err), &err);
}

void world_damage(struct world *w, const char *sha256)
{
    world_sql(w,
              arena_printf(w->arena, "UPDATE blob SET data = x'00' WHERE sha256 = '%s'", sha256));
}

struct advisory world_advisory_of(struct world *w, const char *version, enum tlp tlp,
                                  enum advisory_state state, struct bytes text)
{
    struct err err = {0};
    char hex[65];
    char uid[RANDOM_UID];
    must(app_begin(&w->app, &err), &err);
    must(blob_put(hex, w->app.store, text, &err), &err);
    struct advisory row = {.uid = arena_strdup(w->arena, random_uid(uid)),
                           .tracking = "EXM-2026-0007",
                           .version = version,
                           .title = "A flaw",
                           .sha256 = arena_strdup(w->arena, hex),
                           .tlp = tlp,
                           .state = state,
                           .submitted_ms = WORLD_NOW,
                           .deadline_ms = WORLD_NOW + MS_DAY,
                           .answer_by_ms = WORLD_NOW + 14 * MS_DAY};
    must(advisory_add(&row, w->app.store, &err), &err);
    must(app_commit(&w->app, &err), &err);
    return row;
}

struct advisory world_advisory(struct world *w, const char *version, enum tlp tlp,
                               enum advisory_state state)
{
    struct err err = {0};
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    must(file_read(&text, TEST_SOURCE_DIR "/tests/fixtures/advisory/exm-2026-0007.json",
                   STR_LIMIT_TEXT, &err),
         &err);
    struct advisory row = world_advisory_of(w, version, tlp, state, str_bytes(&text));
    str_dispose(&text);
    return row;
}

static void record_submitted(struct world *w, const struct advisory *row)
{
    struct err err = {0};
    struct entry *entry = entry_new("advisory.submitted", w->app.actor, row->uid);
    entry_text(entry, "order_sha256", row->order_sha256);
    entry_text(entry, "sha256", row->sha256);
    entry_text(entry, "tlp", tlp_word(row->tlp));
    entry_personal(entry, "tracking", row->tracking);
    entry_text(entry, "version", row->version);
    must(app_record(&w->app, entry, &err), &err);
}

void world_approve(struct world *w, struct advisory *row)
{
    struct err err = {0};
    struct str words;
    struct approval approval = {.advisory_id = row->id,
                                .person = "weber",
                                .role = ROLE_PSIRT,
                                .fpr = "AA",
                                .form = "text",
                                .sha256 = row->sha256,
                                .at_ms = WORLD_NOW};
    str_init(&words, STR_LIMIT_TEXT);
    w->app.settings->release.approvals = 1;
    must(app_begin(&w->app, &err), &err);
    record_submitted(w, row);
    must(approval_add(&approval, w->app.store, &err), &err);
    struct entry *entry = entry_new("advisory.approved", w->app.actor, row->uid);
    entry_personal(entry, "approval_sha256", approval.sha256);
    entry_bool(entry, "complete", true);
    entry_text(entry, "form", approval.form);
    entry_personal(entry, "fpr", approval.fpr);
    entry_text(entry, "order_sha256", row->order_sha256);
    entry_personal(entry, "person", approval.person);
    entry_text(entry, "role", role_word(approval.role));
    entry_text(entry, "sha256", row->sha256);
    entry_instant(entry, "signed_at", approval.at_ms);
    must(app_record(&w->app, entry, &err), &err);
    must(release_if_signed(&w->app, row, &words, &err), &err);
    must(app_commit(&w->app, &err), &err);
    str_dispose(&words);
}

void world_release(struct world *w, struct advisory *row)
{
    struct err err = {0};
    world_approve(w, row);
    for (bool more = true; more;)
        must(planner_step(&w->app, &more, &err), &err);
}

struct notice world_notice(struct world *w, const struct advisory *advisory, const char *party_id,
                           int64_t seq, enum notice_state state, const char *endpoint)
{
    struct err err = {0};
    char uid[RANDOM_UID];
    char code[RANDOM_CODE];
    char token[RANDOM_TOKEN];
    struct party party;
    struct contact *contacts = NULL;
    size_t count = 0;
    must(app_begin(&w->app, &err), &err);
    must(party_get(&party, w->arena, w->app.store, party_id, &err), &err);
    must(contact_list(&contacts, &count, w->arena, w->app.store, party_id, &err), &err);
    ck_assert_uint_ge(count, (size_t)seq);
    const struct contact *contact = &contacts[seq - 1];
    struct lane lane = {.advisory_id = advisory->id,
                        .jurisdiction = party.country,
                        .kind = party.kind,
                        .endpoint = endpoint};
    must(lane_ensure(&lane, w->app.store, &err), &err);
    struct notice n = {.uid = random_uid(uid),
                       .advisory_id = advisory->id,
                       .lane_id = lane.id,
                       .party = party_id,
                       .contact_id = contact->id,
                       .kind = NOTICE_IMMEDIATE,
                       .state = state,
                       .level = LEVEL_TLS,
                       .route = contact->route,
                       .address = contact->email,
                       .code = w->code != NULL ? w->code : random_code(code, WORLD_NOW),
                       .token = w->token != NULL ? w->token : random_token(token, WORLD_NOW),
                       .next_at_ms = WORLD_NOW,
                       .deadline_ms = advisory->deadline_ms,
                       .answer_by_ms = advisory->answer_by_ms,
                       .created_ms = WORLD_NOW,
                       .changed_ms = WORLD_NOW};
    must(notice_add(&n, w->app.store, &err), &err);
    must(app_commit(&w->app, &err), &err);
    return world_read(w, &n);
}

int64_t world_case(struct world *w, const char *tracking)
{
    struct err err = {0};
    struct case_file c = {.uid = "uid1",
                          .number = "C-27-1",
                          .year = 2027,
                          .seq = 1,
                          .source = SOURCE_RESEARCHER,
                          .state = CASE_RECEIVED,
                          .opened_ms = WORLD_NOW,
                          .state_ms = WORLD_NOW};
    must(app_begin(&w->app, &err), &err);
    must(case_add(&c, w->app.store, &err), &err);
    struct case_link link = {.case_id = c.id,
                             .kind = LINK_ADVISORY,
                             .ref = tracking,
                             .person = "meyer",
                             .at_ms = WORLD_NOW};
    must(case_link_add(&link, w->app.store, &err), &err);
    must(app_commit(&w->app, &err), &err);
    return c.id;
}

void world_adopt(struct world *w)
{
    struct err err = {0};
    char hex[65];
    struct str text;
    struct json_out j;
    struct pack *pack = NULL;
    must(pack_open(&pack, w->app.settings->dir, &err), &err);
    str_init(&text, STR_LIMIT_TEXT);
    json_out_init(&j, &text, true);
    json_out_object(&j, NULL);
    json_out_text(&j, "at", "2026-11-27T18:40:00.000Z");
    json_out_text(&j, "form", "text");
    json_out_text(&j, "fpr", "00");
    json_out_text(&j, "manifest", pack->manifest);
    json_out_text(&j, "pack_sha256", pack->sha256);
    json_out_text(&j, "person", "weber");
    json_out_text(&j, "signature_sha256", "00");
    json_out_end(&j);
    must(app_begin(&w->app, &err), &err);
    must(blob_put(hex, w->app.store, str_bytes(&text), &err), &err);
    must(meta_set(w->app.store, "rules.adopted", hex, &err), &err);
    must(app_commit(&w->app, &err), &err);
    str_dispose(&text);
    pack_close(pack);
}

void world_parcel(struct world *w, struct notice *notice, const char *message_id)
{
    struct err err = {0};
    char hex[65];
    must(app_begin(&w->app, &err), &err);
    must(blob_put(hex, w->app.store, bytes_of(message_id), &err), &err);
    struct parcel_row parcel = {.notice_id = notice->id,
                                .message_id = message_id,
                                .address = notice->address,
                                .key = notice->key,
                                .level = notice->level,
                                .sha256 = hex,
                                .created_ms = WORLD_NOW};
    must(parcel_add(&parcel, w->app.store, &err), &err);
    notice->parcel_id = parcel.id;
    must(notice_update(w->app.store, notice, notice->state, &err), &err);
    must(app_commit(&w->app, &err), &err);
}

int64_t world_attempt(struct world *w, struct notice *notice)
{
    struct err err = {0};
    struct attempt attempt = {
        .notice_id = notice->id, .parcel_id = notice->parcel_id, .begin_ms = WORLD_NOW};
    must(app_begin(&w->app, &err), &err);
    must(attempt_add(&attempt, w->app.store, &err), &err);
    notice->attempt_id = attempt.id;
    must(notice_update(w->app.store, notice, notice->state, &err), &err);
    must(app_commit(&w->app, &err), &err);
    return attempt.id;
}

struct notice world_read(struct world *w, const struct notice *notice)
{
    struct err err = {0};
    struct notice row = {0};
    must(notice_get(&row, w->arena, w->app.store, notice->id, &err), &err);
    return row;
}

struct hold_row world_hold(struct world *w, const char *country)
{
    struct err err = {0};
    struct case_file c = {.uid = "uid1",
                          .number = "C-27-1",
                          .year = 2027,
                          .seq = 1,
                          .source = SOURCE_RESEARCHER,
                          .state = CASE_RECEIVED,
                          .opened_ms = WORLD_NOW,
                          .state_ms = WORLD_NOW};
    must(app_begin(&w->app, &err), &err);
    must(case_add(&c, w->app.store, &err), &err);
    struct case_link link = {.case_id = c.id,
                             .kind = LINK_ADVISORY,
                             .ref = "EXM-2026-0007",
                             .person = "meyer",
                             .at_ms = WORLD_NOW};
    struct hold_row hold = {.case_id = c.id,
                            .rule = "EU-HOLD",
                            .version = 1,
                            .jurisdiction = "EU",
                            .kind = "await_agreement",
                            .why = "rule",
                            .since_ms = WORLD_NOW};
    must(case_link_add(&link, w->app.store, &err), &err);
    must(hold_add(&hold, &country, 1, w->app.store, &err), &err);
    must(hold_settle(w->app.store, c.id, &err), &err);
    must(app_commit(&w->app, &err), &err);
    return hold;
}

size_t world_tasks(struct world *w, enum task_kind kind)
{
    struct err err = {0};
    struct task *list = NULL;
    size_t count = 0;
    size_t found = 0;
    must(task_list(&list, &count, w->arena, w->app.store, false, 0, &err), &err);
    for (size_t i = 0; i < count; i++)
        found += list[i].kind == kind;
    return found;
}

size_t world_entries(struct world *w, const char *kind, const char *uid)
{
    struct err err = {0};
    struct log_line *lines = NULL;
    size_t count = 0;
    size_t found = 0;
    char *word = arena_printf(w->arena, "\"%s\"", kind);
    must(log_list(&lines, &count, w->arena, w->app.store, 0, uid, 10000, &err), &err);
    for (size_t i = 0; i < count; i++)
        found += memmem(lines[i].line.data, lines[i].line.size, word, strlen(word)) != NULL;
    return found;
}

void world_receive(struct world_frame *f, struct frame_out *out)
{
    struct err err = {0};
    struct bytes bytes = frame_end(out);
    enum status status = ERR_NOT_FOUND;
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, f->ends), 0);
    frame_reader_init(&f->reader);
    /* In pieces: it may be more than the socket holds. */
    for (size_t sent = 0; status == ERR_NOT_FOUND;) {
        size_t left = bytes.size - sent < 4096 ? bytes.size - sent : 4096;
        ck_assert_int_eq(send(f->ends[0], bytes.data + sent, left, 0), (ssize_t)left);
        sent += left;
        must(frame_reader_fill(&f->reader, f->ends[1], &err), &err);
        status = frame_take(&f->reader, &f->frame, &err);
    }
    must(status, &err);
    frame_dispose(out);
}

void world_forget(struct world_frame *f)
{
    frame_reader_dispose(&f->reader);
    (void)close(f->ends[0]);
    (void)close(f->ends[1]);
}
