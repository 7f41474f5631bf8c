#include "dispatcher/commands/deadlines.h"

#include "duties/ical.h"
#include "store/duty.h"
#include "store/task.h"

#define PAGE ((size_t)200)

void deadlines_init(struct deadlines *d)
{
    *d = (struct deadlines){.arena = arena_new()};
}

void deadlines_dispose(struct deadlines *d)
{
    case_ground_close(&d->ground);
    arena_free(d->arena);
    *d = (struct deadlines){0};
}

static void push(struct deadlines *d, const struct deadline *one)
{
    arena_push(d->arena, &d->list, &d->count, sizeof *one, one);
}

void deadlines_add(struct deadlines *d, const struct deadline *one)
{
    struct deadline copy = *one;
    copy.uid = arena_strdup(d->arena, one->uid);
    copy.about = arena_strdup(d->arena, one->about);
    copy.what = arena_strdup(d->arena, one->what);
    copy.place = arena_strdup(d->arena, one->place);
    copy.owner = arena_strdup(d->arena, one->owner);
    copy.waits_for = arena_strdup(d->arena, one->waits_for);
    copy.due_safe = arena_strdup(d->arena, one->due_safe);
    copy.due_legal = arena_strdup(d->arena, one->due_legal);
    copy.derivation = arena_strdup(d->arena, one->derivation);
    push(d, &copy);
}

static enum status need_ground(struct deadlines *d, const struct app *app, struct err *err)
{
    return d->ground.pack != NULL ? OK : case_ground_open(&d->ground, app, err);
}

/* What a rule waits for, in words, made once for each rule. */
struct rule_words {
    const struct pack *pack;
    const char **trigger;
};

static const char *waits_for(struct rule_words *w, struct arena *arena, const struct duty_open *row)
{
    if (row->state == DUTY_RUNNING && row->informs)
        return row->hold != NULL
                   ? arena_printf(arena, "the end of the hold of %s", row->hold)
                   : (row->told ? "notices of its advisory" : "an advisory, and its notices");
    /* By a rule that changed since the words would be of another one. */
    size_t i = 0;
    while (i < w->pack->count && (!text_equal(w->pack->rules[i]->id, row->rule) ||
                                  !text_equal(w->pack->rules[i]->sha256, row->rule_sha256)))
        i++;
    if (i == w->pack->count)
        return row->state == DUTY_RUNNING ? "proof" : "its trigger";
    if (row->state == DUTY_RUNNING)
        return w->pack->rules[i]->closes_on;
    if (w->trigger[i] == NULL) {
        struct str words;
        str_init(&words, STR_LIMIT_LINE);
        rule_trigger_words(&words, w->pack->rules[i]);
        w->trigger[i] = arena_strdup(arena, str_text(&words));
        str_dispose(&words);
    }
    return w->trigger[i];
}

static bool is_of(const struct case_link *links, size_t count, int64_t case_id)
{
    for (size_t i = 0; i < count; i++)
        if (links[i].case_id == case_id)
            return true;
    return false;
}

static void push_duty(struct deadlines *d, struct rule_words *words, const struct duty_open *row)
{
    const struct deadline one = {.kind = DEADLINE_DUTY,
                                 .uid = arena_printf(d->arena, "duty-%lld", (long long)row->id),
                                 .about = row->number,
                                 .what = row->rule,
                                 .place = row->place,
                                 .owner = row->owner,
                                 .waits_for = waits_for(words, d->arena, row),
                                 .due_safe = row->due_safe,
                                 .due_legal = row->due_legal,
                                 .safe_ms = row->safe_ms,
                                 .legal_ms = row->legal_ms,
                                 .start_ms = row->start_ms,
                                 .changed_ms = row->changed_ms,
                                 .derivation = row->derivation};
    push(d, &one);
}

enum status deadlines_duties(struct deadlines *d, struct app *app, const char *tracking,
                             struct err *err)
{
    struct duty_open *rows = NULL;
    struct case_link *links = NULL;
    size_t count = 0;
    size_t link_count = 0;
    enum status status = duty_open_list(&rows, &count, d->arena, app->store, err);
    if (status == OK && count > 0 && tracking != NULL)
        status =
            case_link_find(&links, &link_count, d->arena, app->store, LINK_ADVISORY, tracking, err);
    if (status == OK && count > 0)
        status = need_ground(d, app, err);
    if (status != OK || count == 0)
        return status;
    const struct pack *pack = d->ground.pack;
    struct rule_words words = {pack, arena_alloc(d->arena, pack->count * sizeof words.trigger[0])};
    for (size_t i = 0; i < pack->count; i++)
        words.trigger[i] = NULL;
    for (size_t i = 0; i < count; i++)
        if (tracking == NULL || is_of(links, link_count, rows[i].case_id))
            push_duty(d, &words, &rows[i]);
    return OK;
}

static const char *case_waits_for(enum case_clock clock)
{
    static const char *const words[CASE_CLOCK_COUNT] = {[CASE_CLOCK_ACKNOWLEDGE] =
                                                            "word to the reporter that it is here",
                                                        [CASE_CLOCK_UNASSIGNED] = "an owner",
                                                        [CASE_CLOCK_TRIAGE] = "its triage",
                                                        [CASE_CLOCK_NEWS] = "news to the reporter"};
    return words[clock];
}

static void push_case(struct deadlines *d, const struct case_file *row)
{
    struct case_due dues[CASE_CLOCK_COUNT];
    const struct case_stand stand = case_stand_of(row);
    const size_t count = case_dues(dues, &stand, &d->ground.limits, &d->ground.opened.ground);
    for (size_t i = 0; i < count; i++) {
        const char *word = case_clock_word(dues[i].clock);
        const struct deadline one = {.kind = DEADLINE_CASE,
                                     .uid = arena_printf(d->arena, "case-%s-%s", row->uid, word),
                                     .about = row->number,
                                     .what = word,
                                     .owner = row->owner,
                                     .waits_for = case_waits_for(dues[i].clock),
                                     .safe_ms = dues[i].due_ms,
                                     .changed_ms = row->state_ms};
        push(d, &one);
    }
}

enum status deadlines_cases(struct deadlines *d, struct app *app, struct err *err)
{
    struct case_file *rows = NULL;
    size_t count = PAGE;
    int64_t after = 0;
    enum status status = OK;
    while (status == OK && count == PAGE) {
        status = case_list(&rows, &count, d->arena, app->store, true, after, PAGE, err);
        if (status == OK && count > 0)
            status = need_ground(d, app, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            push_case(d, &rows[i]);
            after = rows[i].id;
        }
    }
    return status;
}

enum status deadlines_tasks(struct deadlines *d, struct app *app, struct err *err)
{
    struct task *rows = NULL;
    size_t count = 0;
    enum status status = task_list(&rows, &count, d->arena, app->store, false, 0, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        const long long id = rows[i].id;
        const struct deadline one = {
            .kind = DEADLINE_TASK,
            .uid = arena_printf(d->arena, "task-%lld", id),
            .about = arena_printf(d->arena, "task %lld", id),
            .what = task_kind_word(rows[i].kind),
            .owner = rows[i].owner,
            .waits_for = arena_printf(d->arena, "a person: tocsin task show %lld", id),
            .safe_ms = rows[i].deadline_ms,
            .start_ms = rows[i].opened_ms,
            .changed_ms = rows[i].opened_ms};
        if (rows[i].deadline_ms > 0 && !text_starts(rows[i].cause, "duty "))
            push(d, &one);
    }
    return status;
}

void deadlines_print(struct str *out, struct deadlines *d, size_t most, int64_t now_ms)
{
    if (d->count == 0)
        return;
    deadline_sort(d->list, d->count);
    str_addf(out,
             "clocks: %zu, the most urgent first: due safe, due by law, what, where, about, "
             "owner\n",
             d->count);
    for (size_t i = 0; i < d->count && (most == 0 || i < most); i++)
        deadline_print(out, &d->list[i], now_ms);
    if (most > 0 && d->count > most)
        str_addf(out, "  and %zu more: tocsin status --json, tocsin case duties\n",
                 d->count - most);
    str_add_c(out, '\n');
}

void deadlines_json(struct json_out *j, struct deadlines *d, int64_t now_ms)
{
    deadline_sort(d->list, d->count);
    for (size_t i = 0; i < d->count; i++)
        deadline_json(j, &d->list[i], now_ms);
}

void deadlines_ical(struct str *out, struct deadlines *d, const char *site, int64_t now_ms)
{
    deadline_sort(d->list, d->count);
    ical_begin(out, "Deadlines");
    for (size_t i = 0; i < d->count; i++)
        deadline_ical(out, &d->list[i], site, now_ms);
    ical_end(out);
}
