#include "dispatcher/back/reply.h"

#include "base/random.h"
#include "base/sha256.h"
#include "dispatcher/cases/case_act.h"
#include "dispatcher/compose/compose_inner.h"
#include "dispatcher/run/move.h"
#include "dispatcher/plan/planner.h"
#include "seal/header.h"
#include "store/report.h"

#include <stdlib.h>
#include <string.h>

#define TRACKING "acknowledgement:reports"
#define VERSION "1"
#define TOLD_WITHIN MS_DAY

/* What all of them are about: the same words for everybody, with nothing of anybody in them. */
static const char document[] = "{\"schema\":\"tocsin.acknowledgement/1\"}";

bool reply_is_issue(const struct advisory *row)
{
    return row->digest && text_equal(row->tracking, TRACKING);
}

static enum status ensure_document(struct advisory *out, struct arena *arena, struct app *app,
                                   struct err *err)
{
    char sha256[SHA256_HEX];
    char uid[RANDOM_UID];
    enum status status = advisory_find(out, arena, app->store, TRACKING, VERSION, err);
    if (status != ERR_NOT_FOUND)
        return status;
    status = blob_put(sha256, app->store, bytes_of(document), err);
    *out = (struct advisory){.uid = arena_strdup(arena, random_uid_in_order(uid, app_now(app))),
                             .tracking = TRACKING,
                             .version = VERSION,
                             .sha256 = arena_strdup(arena, sha256),
                             .tlp = TLP_CLEAR,
                             .state = ADVISORY_RELEASED,
                             .submitted_ms = app_now(app),
                             .approved_ms = app_now(app),
                             .deadline_ms = app_now(app) + TOLD_WITHIN,
                             .digest = true};
    if (status == OK)
        status = advisory_add(out, app->store, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("digest.issued", app->actor, out->uid);
    entry_int(entry, "items", 0);
    entry_text(entry, "sha256", out->sha256);
    entry_text(entry, "tlp", tlp_word(out->tlp));
    entry_personal(entry, "tracking", out->tracking);
    entry_text(entry, "version", out->version);
    return app_record(app, entry, err);
}

static enum status record_planned(struct app *app, const struct advisory *issue,
                                  const struct notice *n, struct err *err)
{
    struct entry *entry = entry_new("notice.planned", app->actor, n->uid);
    entry_text(entry, "advisory", issue->uid);
    entry_instant(entry, "answer_by", 0);
    entry_text(entry, "country", app->settings->maker.country);
    entry_instant(entry, "deadline", n->deadline_ms);
    entry_text(entry, "form", form_word(n->form));
    entry_text(entry, "kind", notice_kind_word(n->kind));
    entry_text(entry, "level", level_word(n->level));
    entry_instant(entry, "next_at", n->next_at_ms);
    entry_personal(entry, "party", n->party);
    entry_text(entry, "party_kind", party_kind_word(PARTY_REPORTER));
    entry_int(entry, "priority", party_kind_priority(PARTY_REPORTER));
    entry_text(entry, "route", route_word(n->route));
    return app_record(app, entry, err);
}

enum status reply_plan(int64_t *out_id, struct app *app, const struct case_file *row,
                       const char *address, struct err *err)
{
    char uid[RANDOM_UID];
    char code[RANDOM_CODE];
    char token[RANDOM_TOKEN];
    struct arena *arena = arena_new();
    struct advisory issue;
    enum status status = ensure_document(&issue, arena, app, err);
    struct lane lane = {.advisory_id = status == OK ? issue.id : 0,
                        .jurisdiction = app->settings->maker.country,
                        .kind = PARTY_REPORTER,
                        .endpoint = RECIPIENT_RELAY,
                        .priority = party_kind_priority(PARTY_REPORTER)};
    if (status == OK)
        status = lane_ensure(&lane, app->store, err);
    if (status == OK)
        status = planner_draw_code(code, app, err);
    if (status != OK)
        goto done;
    struct notice n = {.uid = random_uid_in_order(uid, app_now(app)),
                       .advisory_id = issue.id,
                       .lane_id = lane.id,
                       .party = row->number,
                       .kind = NOTICE_ACKNOWLEDGEMENT,
                       .state = STATE_PLANNED,
                       .level = LEVEL_TLS,
                       .form = FORM_PERSONAL,
                       .route = ROUTE_SMTP,
                       .address = address,
                       .code = code,
                       .token = random_token(token, app_now(app)),
                       .next_at_ms = app_now(app),
                       .deadline_ms = app_now(app) + TOLD_WITHIN,
                       .created_ms = app_now(app),
                       .changed_ms = app_now(app)};
    status = notice_add(&n, app->store, err);
    if (status == OK)
        status = record_planned(app, &issue, &n, err);
    *out_id = n.id;
done:
    arena_free(arena);
    return status;
}

/* The report that it answers, and the case with its number. */
static enum status find_matter(struct report_row *report, struct case_file *row,
                               struct arena *arena, struct app *app, const struct notice *notice,
                               struct err *err)
{
    enum status status = report_of_notice(report, arena, app->store, notice->id, err);
    return status == OK ? case_get(row, arena, app->store, report->case_id, err) : status;
}

static struct notice_facts facts_of(const struct composer *c, const struct notice *notice,
                                    const struct case_file *row)
{
    const struct settings *s = c->app->settings;
    const struct person *person = settings_owner(s, ROLE_PSIRT);
    return (struct notice_facts){
        .kind = notice->kind,
        .audience = PARTY_REPORTER,
        .level = notice->level,
        .tlp = TLP_CLEAR,
        .test = c->app->test,
        .language = s->reports.language,
        .matter = row->number,
        .maker = s->maker.name,
        .maker_country = s->maker.country,
        .maker_url = s->maker.url,
        .key_fingerprint = c->fpr,
        .from = {.name = person->name, .phone = person->phone, .mail = person->mail},
        .now_ms = app_now(c->app),
        .answer_by_ms = row->opened_ms + s->cases.triage_ms};
}

enum status reply_text(struct notice_text *out, struct composer *composer,
                       const struct notice *notice, struct err *err)
{
    struct arena *arena = arena_new();
    struct report_row report;
    struct case_file row;
    enum status status = find_matter(&report, &row, arena, composer->app, notice, err);
    if (status == OK) {
        const struct notice_facts facts = facts_of(composer, notice, &row);
        status = wording_notice(out, composer->wording, &facts, err);
    }
    arena_free(arena);
    return status;
}

/* What they answer comes to the mailbox of reports: its thread leads to the case. */
static const char *reports_address(const struct settings *s)
{
    return s->policy.contact != NULL ? s->policy.contact : s->mail.from;
}

enum status reply_compose(struct frame_out *job, struct composer *composer,
                          const struct notice *notice, struct err *err)
{
    const struct settings *s = composer->app->settings;
    struct work w = {.arena = arena_new(), .c = composer, .notice = notice};
    struct report_row report;
    struct case_file row;
    struct notice_text words;
    char *message_id = NULL;
    char *first_id = NULL;
    notice_text_init(&words);
    enum status status = find_matter(&report, &row, w.arena, composer->app, notice, err);
    if (status == OK)
        status = compose_message_ids(&message_id, &first_id, &w, err);
    if (status == OK)
        status = reply_text(&words, composer, notice, err);
    if (status == OK) {
        const char *asked = report.message_id;
        frame_begin(job, JOB_SEAL);
        frame_int(job, notice->id);
        frame_int(job, notice->level);
        frame_bytes(job, (struct bytes){0});
        frame_text(job, NULL);
        frame_text(job, s->maker.name);
        frame_text(job, s->mail.from);
        frame_text(job, NULL); /* a name that anybody may have written stays out of the header */
        frame_text(job, notice->address);
        frame_text(job, reports_address(s));
        frame_text(job, str_text(&words.subject));
        frame_text(job, str_text(&words.outer_subject));
        frame_text(job, message_id);
        frame_text(job, asked != NULL && header_id_is_good(asked) ? asked : NULL);
        frame_int(job, 1);
        frame_int(job, app_now(composer->app));
        frame_text(job, str_text(&words.text));
        frame_text(job, str_text(&words.html));
        frame_text(job, NULL); /* no exercise */
        frame_int(job, 0);
        frame_int(job, 0);
    }
    notice_text_dispose(&words);
    arena_free(w.arena);
    return status;
}

enum status reply_taken(struct app *app, const struct notice *notice, struct err *err)
{
    struct arena *arena = arena_new();
    struct report_row report;
    struct case_file row;
    struct parcel_row parcel;
    struct str message;
    char sha256[SHA256_HEX];
    str_init(&message, STR_LIMIT_MAIL);
    enum status status = find_matter(&report, &row, arena, app, notice, err);
    if (status == OK)
        status = parcel_get(&parcel, arena, app->store, notice->parcel_id, err);
    if (status == OK)
        status = blob_get(&message, app->store, parcel.sha256, err);
    if (status == OK) {
        const struct case_text text = {.way = WAY_OUT,
                                       .text = str_bytes(&message),
                                       .message_id = parcel.message_id,
                                       .address = notice->address};
        status = case_act_text(sha256, app, &row, &text, err);
    }
    if (status == OK)
        status = case_act_told(app, &row, "mail", NULL, NULL, sha256, err);
    if (status == OK && row.state == CASE_RECEIVED) /* a person may have been faster */
        status = case_act_move(app, &row, CASE_ACKNOWLEDGED, NULL, NULL, err);
    str_dispose(&message);
    arena_free(arena);
    return status;
}

void reply_describe(struct task *task, struct arena *arena, const struct notice *notice,
                    const char *reason)
{
    task->title =
        arena_printf(arena, "Tell the reporter of %s that we have it: %s", notice->party, reason);
    task->cause = arena_printf(arena, "acknowledge %s", notice->party);
    task->todo = arena_printf(arena,
                              "The automatic answer does not reach them. Read the report (tocsin "
                              "case show %s), answer by another way, then: tocsin case told %s "
                              "--how phone --by PERSON --reason TEXT, and close the task.",
                              notice->party, notice->party);
}
