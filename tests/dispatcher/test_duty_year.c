/*
 * A year of cases with outages of up to three weeks: every reminder and every missed deadline comes
 * at the first moment at which anything runs, once, in the order of legal weight; none is left out.
 *
 * What must come is told by a model that knows the ladder and the dates, not the code that acts.
 */
#include "dispatcher/duties/duty_act.h"
#include "dispatcher/duties/duty_keep.h"
#include "duties/duty.h"
#include "duties/ladder.h"
#include "store/log.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

#define CASES 24
#define DUTIES 400
#define EVENTS 4000
#define YEAR (365 * MS_DAY)

static struct world w;
static struct err err;
static uint32_t dice = 20260301; /* fixed */

/* One duty as the model knows it; a clock that is counted anew begins below the first rung. */
struct known {
    struct duty_row row;
    enum rung rung;
};
static struct known known[DUTIES];
static size_t known_count;

/* What must stand in the log: so, in this order. */
struct event {
    int64_t duty, at_ms;
    bool missed;
    struct duty_weight weight;
};
static struct event wanted[EVENTS];
static size_t wanted_count;

static struct case_file cases[CASES];
static size_t cases_open;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static int64_t draw(int64_t below)
{
    dice = dice * 1664525u + 1013904223u;
    return (int64_t)(dice >> 8) % below;
}

/* What a signature over the rules as they ship leaves in the store. */
static void adopt(void)
{
    char hex[65];
    struct str text;
    struct json_out j;
    struct pack *pack = NULL;
    must(pack_open(&pack, w.app.settings->dir, &err));
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
    must(app_begin(&w.app, &err));
    must(blob_put(hex, w.app.store, str_bytes(&text), &err));
    must(meta_set(w.app.store, "rules.adopted", hex, &err));
    must(app_commit(&w.app, &err));
    str_dispose(&text);
    pack_close(pack);
}

static struct known *find(int64_t id)
{
    for (size_t i = 0; i < known_count; i++)
        if (known[i].row.id == id)
            return &known[i];
    ck_assert_uint_lt(known_count, DUTIES);
    known[known_count] = (struct known){.row = {.id = id, .start_ms = -1}};
    return &known[known_count++];
}

/* The model reads dates of duties, and nothing of what was acted on. */
static void learn(const struct case_file *row)
{
    struct duty_row *list = NULL;
    size_t count = 0;
    must(duty_list(&list, &count, w.arena, w.app.store, row->id, &err));
    for (size_t i = 0; i < count; i++) {
        struct known *k = find(list[i].id);
        if (k->row.start_ms != list[i].start_ms)
            k->rung = RUNG_NONE;
        k->row = list[i];
    }
}

static void add_fact(struct case_file *row, const char *kind)
{
    char said[CLOCK_TEXT];
    const int64_t at = app_now(&w.app) - draw(3) * MS_DAY;
    struct case_fact fact = {.case_id = row->id,
                             .kind = kind,
                             .at_ms = at,
                             .said = clock_text(said, at),
                             .person = "weber",
                             .source = "call",
                             .entered_by = "weber"};
    must(case_fact_add(&fact, w.app.store, &err));
}

/* Somebody learned of it, and it is reportable here. */
static void open_case(void)
{
    static const char *const places[] = {"US", "AU", "CA", "EU", "CH"};
    static const char *const kinds[] = {"aware_any_employee", "aware_manager",
                                        "learned_of_vulnerability", "decision_to_recall"};
    struct duty_book book;
    struct case_file *row = &cases[cases_open];
    const int seq = (int)++cases_open;
    *row = (struct case_file){.uid = arena_printf(w.arena, "case-uid-%d", seq),
                              .number = arena_printf(w.arena, "EXM-C-2027-%04d", seq),
                              .year = 2027,
                              .seq = seq,
                              .owner = "weber",
                              .opened_ms = app_now(&w.app),
                              .state_ms = app_now(&w.app)};
    struct case_decision decision = {.jurisdiction = places[draw(5)],
                                     .verdict = REPORTABLE,
                                     .reason = "r",
                                     .person = "weber",
                                     .entered_by = "weber"};
    duty_book_open(&book, &w.app);
    must(app_begin(&w.app, &err));
    must(case_add(row, w.app.store, &err));
    for (int64_t i = 0; i <= draw(3); i++)
        add_fact(row, kinds[draw(4)]);
    decision.case_id = row->id;
    must(case_decision_add(&decision, w.app.store, &err));
    must(duty_refresh(&w.app, row, &book, &err));
    must(app_commit(&w.app, &err));
    duty_book_close(&book);
    learn(row);
}

/* A running duty is proven; what follows from it begins. */
static void prove_one(void)
{
    struct str out;
    struct duty_book book;
    struct known *k = &known[draw((int64_t)known_count)];
    struct case_file *row = &cases[k->row.case_id - 1];
    if (k->row.state != DUTY_RUNNING || k->row.informs)
        return;
    const struct duty_word word = {.rule = k->row.rule,
                                   .country = k->row.country,
                                   .by = "weber",
                                   .reason = "as it was",
                                   .number = "1",
                                   .at_ms = app_now(&w.app),
                                   .proof = bytes_of("receipt")};
    str_init(&out, STR_LIMIT_LINE);
    duty_book_open(&book, &w.app);
    must(app_begin(&w.app, &err));
    must(duty_report(&w.app, row, &word, &out, &err));
    must(duty_refresh(&w.app, row, &book, &err));
    must(app_commit(&w.app, &err));
    duty_book_close(&book);
    str_dispose(&out);
    learn(row);
}

static int by_weight(const void *a, const void *b)
{
    const struct event *x = a;
    const struct event *y = b;
    const int order = duty_weigh(&x->weight, &y->weight);
    return order != 0 ? order : (x->duty > y->duty) - (x->duty < y->duty);
}

/* What this moment must bring. */
static void expect(void)
{
    const size_t from = wanted_count;
    for (size_t i = 0; i < known_count; i++) {
        struct known *k = &known[i];
        const struct duty_row *d = &k->row;
        const struct ladder ladder = {d->start_ms, d->safe_ms, d->legal_ms};
        if (d->state != DUTY_RUNNING || d->safe_ms == 0)
            continue;
        const enum rung rung = ladder_rung(&ladder, app_now(&w.app));
        if (rung <= k->rung)
            continue;
        k->rung = rung;
        ck_assert_uint_lt(wanted_count, EVENTS);
        wanted[wanted_count++] = (struct event){d->id,
                                                app_now(&w.app),
                                                rung >= RUNG_SAFE_MISSED,
                                                {d->legal_ms, d->safe_ms, d->informs, d->rule}};
    }
    qsort(&wanted[from], wanted_count - from, sizeof wanted[0], by_weight);
}

static void act(void)
{
    struct duty_row *due = NULL;
    size_t count = 0;
    bool did = true;
    while (did) {
        did = false;
        must(duty_act(&w.app, &did, &err));
    }
    must(duty_due(&due, &count, w.arena, w.app.store, app_now(&w.app), 0, 10, &err));
    ck_assert_msg(count == 0, "%s is late", count > 0 ? due[0].rule : "");
}

/* The log, line by line, against what was wanted. */
static void compare(void)
{
    size_t at = 0;
    size_t count = 1;
    for (int64_t from = 0; count > 0;) {
        struct log_line *lines = NULL;
        must(log_list(&lines, &count, w.arena, w.app.store, from, NULL, 500, &err));
        for (size_t i = 0; i < count; i++) {
            const bool missed = text_equal(lines[i].kind, "deadline.missed");
            from = lines[i].idx + 1;
            if (!missed && !text_equal(lines[i].kind, "deadline.warned"))
                continue;
            ck_assert_msg(at < wanted_count, "%s is told once too often", lines[i].subj);
            const char *subj = arena_printf(w.arena, "duty-%lld", (long long)wanted[at].duty);
            ck_assert_msg(text_equal(lines[i].subj, subj) && missed == wanted[at].missed &&
                              lines[i].at_ms == wanted[at].at_ms,
                          "event %zu: %s %s at %lld, wanted %s at %lld", at, lines[i].subj,
                          lines[i].kind, (long long)lines[i].at_ms, subj,
                          (long long)wanted[at].at_ms);
            at++;
        }
    }
    ck_assert_uint_eq(at, wanted_count);
}

START_TEST(a_year_with_outages_brings_nothing_late_doubled_or_skipped)
{
    int64_t outages = 0;
    int64_t next_case = 0;
    size_t missed = 0;
    world_open(&w);
    adopt();
    for (int64_t at = 0; at < YEAR;) {
        clock_init_stopped(&w.app.clock, WORLD_NOW + at);
        if (at >= next_case && cases_open < CASES) {
            next_case = at + YEAR / CASES;
            open_case();
        }
        if (draw(3) == 0)
            prove_one();
        expect();
        act();
        const bool out = draw(40) == 0; /* the machine is off */
        outages += out;
        at += out ? MS_DAY + draw(20 * MS_DAY) : MS_HOUR + draw(11 * MS_HOUR);
    }
    compare();
    for (size_t i = 0; i < wanted_count; i++)
        missed += wanted[i].missed;
    /* It was such a year that all of this happened. */
    ck_assert_msg(cases_open == CASES && outages > 5 && missed > 20 && wanted_count > 2 * missed,
                  "%zu cases, %d outages, %zu of %zu missed", cases_open, (int)outages, missed,
                  wanted_count);
    world_close(&w);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.duty_year");
    TCase *tcase = tcase_create("duty_year");
    tcase_set_timeout(tcase, 300);
    tcase_add_test(tcase, a_year_with_outages_brings_nothing_late_doubled_or_skipped);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
