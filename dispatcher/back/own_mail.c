#include "dispatcher/back/own_mail.h"

#include "base/random.h"
#include "base/sha256.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/run/job.h"
#include "seal/header.h"

#define VERSION "1"
#define TOLD_WITHIN MS_DAY

bool own_mail_is_issue(const struct advisory *row)
{
    return row->digest && (text_equal(row->tracking, OWN_MAIL_ANSWERS) ||
                           text_equal(row->tracking, OWN_MAIL_ALARMS));
}

static enum status ensure_document(struct advisory *out, struct arena *arena, struct app *app,
                                   const struct own_mail *what, struct err *err)
{
    char sha256[SHA256_HEX];
    char uid[RANDOM_UID];
    enum status status = advisory_find(out, arena, app->store, what->tracking, VERSION, err);
    if (status != ERR_NOT_FOUND)
        return status;
    status = blob_put(sha256, app->store, bytes_of(what->document), err);
    *out = (struct advisory){.uid = arena_strdup(arena, random_uid_in_order(uid, app_now(app))),
                             .tracking = what->tracking,
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
                                  const struct notice *n, enum party_kind to, struct err *err)
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
    entry_text(entry, "party_kind", party_kind_word(to));
    entry_int(entry, "priority", party_kind_priority(to));
    entry_text(entry, "route", route_word(n->route));
    return app_record(app, entry, err);
}

static enum status find_same(int64_t *out_id, struct arena *arena, struct app *app,
                             int64_t document, const char *party, struct err *err)
{
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = document, .party = party, .limit = 1};
    enum status status = notice_list(&list, &count, arena, app->store, &filter, err);
    if (status != OK || count == 0)
        return status;
    *out_id = list[0].id;
    return err_set(err, ERR_EXISTS, "%s: this mail is made already", party);
}

enum status own_mail_plan(int64_t *out_id, struct app *app, const struct own_mail *what,
                          const char *party, const char *address, struct err *err)
{
    char uid[RANDOM_UID];
    char code[RANDOM_CODE];
    char token[RANDOM_TOKEN];
    struct arena *arena = arena_new();
    struct advisory issue;
    enum status status = ensure_document(&issue, arena, app, what, err);
    if (status == OK)
        status = find_same(out_id, arena, app, issue.id, party, err);
    struct lane lane = {.advisory_id = status == OK ? issue.id : 0,
                        .jurisdiction = app->settings->maker.country,
                        .kind = what->to,
                        .endpoint = RECIPIENT_RELAY,
                        .priority = party_kind_priority(what->to)};
    if (status == OK)
        status = lane_ensure(&lane, app->store, err);
    if (status == OK)
        status = planner_draw_code(code, app, err);
    if (status != OK)
        goto done;
    struct notice n = {.uid = random_uid_in_order(uid, app_now(app)),
                       .advisory_id = issue.id,
                       .lane_id = lane.id,
                       .party = party,
                       .kind = what->kind,
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
        status = record_planned(app, &issue, &n, what->to, err);
    *out_id = n.id;
done:
    arena_free(arena);
    return status;
}

/* What they answer comes to the mailbox of reports: its thread leads to the case. */
static const char *reports_address(const struct settings *s)
{
    return s->policy.contact != NULL ? s->policy.contact : s->mail.from;
}

enum status own_mail_compose(struct frame_out *job, struct composer *composer,
                             const struct notice *notice, const struct notice_facts *facts,
                             const char *asked, struct err *err)
{
    const struct settings *s = composer->app->settings;
    struct work w = {.arena = arena_new(), .c = composer, .notice = notice};
    struct notice_text words;
    char *message_id = NULL;
    char *first_id = NULL;
    notice_text_init(&words);
    enum status status = compose_message_ids(&message_id, &first_id, &w, err);
    if (status == OK)
        status = wording_notice(&words, composer->wording, facts, err);
    if (status == OK) {
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
