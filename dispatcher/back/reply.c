#include "dispatcher/back/reply.h"

#include "base/sha256.h"
#include "dispatcher/back/own_mail.h"
#include "dispatcher/cases/case_act.h"
#include "dispatcher/compose/compose_inner.h"
#include "store/report.h"

#include <stdlib.h>
#include <string.h>

static const struct own_mail mail = {OWN_MAIL_ANSWERS, "{\"schema\":\"tocsin.acknowledgement/1\"}",
                                     NOTICE_ACKNOWLEDGEMENT, PARTY_REPORTER};

enum status reply_plan(int64_t *out_id, struct app *app, const struct case_file *row,
                       const char *address, struct err *err)
{
    return own_mail_plan(out_id, app, &mail, row->number, address, err);
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

enum status reply_compose(struct frame_out *job, struct composer *composer,
                          const struct notice *notice, struct err *err)
{
    struct arena *arena = arena_new();
    struct report_row report;
    struct case_file row;
    enum status status = find_matter(&report, &row, arena, composer->app, notice, err);
    if (status == OK) {
        const struct notice_facts facts = facts_of(composer, notice, &row);
        status = own_mail_compose(job, composer, notice, &facts, report.message_id, err);
    }
    arena_free(arena);
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
