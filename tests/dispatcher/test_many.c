/* Notices that read one text: who joins one job, what its answers do, and who pays for a lost
 * sealer. */
#include "dispatcher/compose/compose_inner.h"
#include "dispatcher/run/core.h"
#include "dispatcher/run/work.h"
#include "seal/cert.h"
#include "tests/dispatcher/world.h"

#include <stdio.h>
#include <stdlib.h>

#define PARTIES 5
#define SUB_FPR "0123456789ABCDEF0123456789ABCDEF0123456%c"

static struct world w;
static struct core *core;
static struct composer composer;
static struct advisory advisory;
static struct notice notices[PARTIES];
static struct err err;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static void pin_key(const char *party)
{
    char hex[65];
    char *fpr = arena_printf(w.arena, SUB_FPR, party[1]);
    must(blob_put(hex, w.app.store, bytes_of(fpr), &err));
    struct key key = {.fpr = fpr,
                      .party = party,
                      .sub_fpr = fpr,
                      .algo = "cv25519",
                      .uid = party,
                      .state = cert_state_word(CERT_GOOD),
                      .reason = "",
                      .cert = hex};
    must(key_put(w.app.store, &key, &err));
}

static void plan_notice(struct notice *n, const char *party)
{
    *n = world_notice(&w, &advisory, party, 1, STATE_PLANNED, RECIPIENT_RELAY);
    n->level = LEVEL_SEALED;
    n->form = FORM_BROADCAST;
    n->key = arena_printf(w.arena, SUB_FPR, party[1]);
    must(app_begin(&w.app, &err));
    pin_key(party);
    must(notice_update(w.app.store, n, STATE_PLANNED, &err));
    must(app_commit(&w.app, &err));
}

/* The names of their texts, as the planner gives them. */
static void name_groups(void)
{
    must(app_begin(&w.app, &err));
    for (size_t i = 0; i < PARTIES; i++) {
        notices[i] = world_read(&w, &notices[i]);
        must(compose_group(&notices[i].text_group, w.arena, &composer, &notices[i], &err));
        must(notice_update(w.app.store, &notices[i], STATE_PLANNED, &err));
    }
    must(app_commit(&w.app, &err));
}

static void setup(void)
{
    static const char *const parties[PARTIES] = {"h1", "h2", "h3", "h4", "h5"};
    world_open(&w);
    world_parties(&w, "party,kind,country,email,phone,language\n"
                      "h1,hdo,DE,one@h1.example,+49 30 1,en\n"
                      "h2,hdo,DE,one@h2.example,+49 30 1,en\n"
                      "h3,hdo,DE,one@h3.example,+49 30 1,en\n"
                      "h4,hdo,DE,one@h4.example,+49 30 1,en\n"
                      "h5,hdo,DE,one@h5.example,+49 30 1,de\n");
    advisory = world_advisory(&w, "1.0.0", TLP_AMBER, ADVISORY_RELEASED);
    composer = (struct composer){.app = &w.app};
    must(wording_open(&composer.wording, NULL, &err));
    for (size_t i = 0; i < PARTIES; i++)
        plan_notice(&notices[i], parties[i]);
    name_groups();
    must(core_open(&core, &w.app, &composer, 1, 1, &err));
}

static void teardown(void)
{
    core_close(core);
    wording_close(composer.wording);
    dossier_close(composer.dossier);
    world_close(&w);
}

/* One group; how many jobs it gave to the sealer, and for how many each of the first two is. */
static size_t turn(const struct core_event *event, size_t recipients[2])
{
    size_t jobs = 0;
    recipients[0] = recipients[1] = 0;
    must(core_group(core, event, event != NULL ? 1 : 0, &err));
    for (struct core_intent intent; core_take_intent(&intent, core); jobs++) {
        struct world_frame r;
        world_receive(&r, &intent.frame);
        if (r.frame.type != JOB_MANY) {
            jobs--;
            world_forget(&r);
            continue;
        }
        uint32_t first = MANY_REST + 3 * (uint32_t)frame_get_int(&r.frame, MANY_PART_COUNT);
        ck_assert_uint_eq((r.frame.count - first) % MANY_FIELDS, 0);
        if (jobs < 2)
            recipients[jobs] = (r.frame.count - first) / MANY_FIELDS;
        world_forget(&r);
    }
    return jobs;
}

static const struct core_event sealer_ready = {.type = CORE_READY, .worker = WORKER_SEALER};
static const struct core_event sealer_lost = {.type = CORE_LOST, .worker = WORKER_SEALER};

static enum notice_state state_of(size_t i)
{
    return world_read(&w, &notices[i]).state;
}

START_TEST(those_who_read_one_text_go_in_one_job)
{
    size_t recipients[2];
    ck_assert_uint_eq(turn(&sealer_ready, recipients), 2);
    ck_assert_uint_eq(recipients[0], 4);
    ck_assert_uint_eq(recipients[1], 1); /* in German */
    for (size_t i = 0; i < PARTIES; i++)
        ck_assert_int_eq(state_of(i), STATE_SEALING);
    ck_assert_uint_eq(core_in_flight(core), PARTIES);
    ck_assert_uint_eq(turn(NULL, recipients), 0);
}
END_TEST

START_TEST(whose_register_changed_since_the_plan_reads_another_text)
{
    size_t recipients[2];
    struct err why = {0};
    must(app_begin(&w.app, &err));
    notices[1].text_group = notices[4].text_group; /* its row says German, the register English */
    must(notice_update(w.app.store, &notices[1], STATE_PLANNED, &why));
    must(app_commit(&w.app, &err));
    ck_assert_uint_eq(turn(&sealer_ready, recipients), 3);
    ck_assert_uint_eq(recipients[0], 3);
    ck_assert_str_eq(world_read(&w, &notices[1]).text_group, notices[0].text_group);
    ck_assert_uint_eq(recipients[1], 1);
    ck_assert_int_eq(state_of(1), STATE_SEALING);
    ck_assert_int_eq(state_of(4), STATE_SEALING);
}
END_TEST

START_TEST(who_was_planned_to_read_with_others_and_does_not_is_left_out)
{
    size_t recipients[2];
    must(app_begin(&w.app, &err));
    notices[4].text_group = notices[0].text_group; /* its row says English, the register German */
    must(notice_update(w.app.store, &notices[4], STATE_PLANNED, &err));
    must(app_commit(&w.app, &err));
    ck_assert_uint_eq(turn(&sealer_ready, recipients), 2);
    ck_assert_uint_eq(recipients[0], 4);
    ck_assert_uint_eq(recipients[1], 1);
    ck_assert_str_ne(world_read(&w, &notices[4]).text_group, notices[0].text_group);
    ck_assert_uint_eq(core_in_flight(core), PARTIES);
}
END_TEST

START_TEST(whose_contact_is_gone_from_the_register_is_told_by_another_route)
{
    size_t recipients[2];
    must(app_begin(&w.app, &err));
    notices[0].contact_id = 9999; /* it is the first that is due */
    must(notice_update(w.app.store, &notices[0], STATE_PLANNED, &err));
    must(app_commit(&w.app, &err));
    (void)turn(&sealer_ready, recipients);
    ck_assert_int_ne(world_read(&w, &notices[0]).contact_id, 9999);
    ck_assert_int_eq(state_of(0), STATE_SEALING);
    ck_assert_uint_eq(world_entries(&w, "notice.held", NULL), 0);
}
END_TEST

static const char *host = "example.com"; /* of Message-IDs */

static void add_made(struct frame_out *out, const struct notice *n, enum status status)
{
    frame_int(out, n->id);
    frame_int(out, status);
    frame_text(out, arena_printf(w.arena, "%s.1@%s", n->uid, host));
    frame_bytes(out, bytes_of(status == OK ? n->uid : ""));
    frame_text(out, status == OK ? NULL : "revoked");
}

START_TEST(each_answer_of_a_job_is_applied_by_itself)
{
    size_t recipients[2];
    struct frame_out out;
    struct world_frame r;
    struct parcel_row parcel;
    char plain[65] = "";
    (void)turn(&sealer_ready, recipients);
    struct notice cancelled = world_read(&w, &notices[2]);
    must(app_begin(&w.app, &err));
    must(move_notice(&w.app, &cancelled, EVENT_CANCEL, NULL, &err));
    must(app_commit(&w.app, &err));
    frame_begin(&out, JOB_DONE_MANY);
    frame_bytes(&out, bytes_of("the text"));
    add_made(&out, &notices[0], OK);
    add_made(&out, &notices[1], ERR_REFUSED);
    add_made(&out, &notices[2], OK); /* came too late */
    add_made(&out, &notices[0], OK); /* twice */
    add_made(&out, &notices[3], ERR_CORRUPT);
    world_receive(&r, &out);
    const struct core_event event = {
        .type = CORE_FRAME, .worker = WORKER_SEALER, .frame = &r.frame};
    (void)turn(&event, recipients);
    world_forget(&r);
    struct notice n = world_read(&w, &notices[0]);
    ck_assert_int_eq(n.state, STATE_READY);
    must(parcel_get(&parcel, w.arena, w.app.store, n.parcel_id, &err));
    must(blob_put(plain, w.app.store, bytes_of("the text"), &err));
    ck_assert_str_eq(parcel.plain, plain);
    n = world_read(&w, &notices[1]);
    ck_assert_int_eq(n.parcel_id, 0);
    ck_assert_int_eq(n.level, LEVEL_WAITING); /* and on its way again, alone */
    ck_assert_int_eq(n.form, FORM_PERSONAL);
    ck_assert_int_eq(state_of(2), STATE_CANCELLED);
    ck_assert_int_eq(state_of(3), STATE_TASKED);
    ck_assert_int_eq(state_of(4), STATE_SEALING);
    ck_assert_uint_eq(world_entries(&w, "notice.sealed", NULL), 1);
}
END_TEST

START_TEST(answers_for_what_a_sealer_does_not_have_change_nothing)
{
    size_t recipients[2];
    struct frame_out out;
    struct world_frame r;
    frame_begin(&out, JOB_DONE_MANY);
    frame_bytes(&out, bytes_of("the text"));
    add_made(&out, &notices[0], OK);
    frame_int(&out, notices[1].id); /* and half of one */
    world_receive(&r, &out);
    const struct core_event event = {
        .type = CORE_FRAME, .worker = WORKER_SEALER, .frame = &r.frame};
    ck_assert_uint_eq(turn(&event, recipients), 0);
    world_forget(&r);
    ck_assert_int_eq(state_of(0), STATE_PLANNED);
    ck_assert_int_eq(state_of(1), STATE_PLANNED);
}
END_TEST

/* Jobs on their way to the sealer. */
static struct core_intent queue[64];
static size_t queue_head, queue_tail;

static void gather(const struct core_event *event)
{
    must(core_group(core, event, 1, &err));
    while (core_take_intent(&queue[queue_tail], core))
        queue_tail++;
}

/* The sealer's answer to a job; true when it dies over it instead. */
static bool answer_job(struct frame_out *out, struct frame_out *job, const struct notice *poison)
{
    struct world_frame r;
    bool dies = false;
    world_receive(&r, job);
    frame_begin(out, JOB_DONE_MANY);
    frame_bytes(out, bytes_of("the text"));
    uint32_t at = MANY_REST + 3 * (uint32_t)frame_get_int(&r.frame, MANY_PART_COUNT);
    for (; at < r.frame.count; at += MANY_FIELDS) {
        int64_t id = frame_get_int(&r.frame, at + MANY_NOTICE);
        dies = dies || id == poison->id;
        for (size_t k = 0; k < PARTIES; k++)
            if (notices[k].id == id)
                add_made(out, &notices[k], OK);
    }
    world_forget(&r);
    return dies;
}

/* The sealer dies whenever `poison` is in the job that it works on. Returns how often. */
static int work_until_idle(const struct notice *poison)
{
    int deaths = 0;
    for (int turns = 0; turns < 60; turns++) {
        struct frame_out out;
        struct world_frame answer;
        if (queue_head == queue_tail)
            gather(&sealer_ready);
        if (queue_head == queue_tail)
            return deaths;
        if (!answer_job(&out, &queue[queue_head++].frame, poison)) {
            world_receive(&answer, &out);
            gather(&(struct core_event){
                .type = CORE_FRAME, .worker = WORKER_SEALER, .frame = &answer.frame});
            world_forget(&answer);
            continue;
        }
        frame_dispose(&out);
        while (queue_head < queue_tail) /* what it had ahead goes with it */
            frame_dispose(&queue[queue_head++].frame);
        gather(&sealer_lost);
        deaths++;
    }
    ck_abort_msg("it does not end");
    return 0;
}

START_TEST(a_poison_notice_costs_its_companions_nothing)
{
    /* Once in company, then alone: no more than any poison notice costs. */
    ck_assert_int_eq(work_until_idle(&notices[2]), 1 + w.app.settings->retry.crashes);
    for (size_t i = 0; i < PARTIES; i++)
        ck_assert_int_eq(state_of(i), i == 2 ? STATE_TASKED : STATE_READY);
    ck_assert_uint_eq(world_tasks(&w, TASK_POISON), 1);
    ck_assert_int_eq(world_read(&w, &notices[0]).crashes, 0);
}
END_TEST

START_TEST(an_answer_that_cannot_be_written_down_counts_against_its_notice)
{
    host = "\xff"; /* no row can hold it */
    ck_assert_int_eq(work_until_idle(&(struct notice){.id = -1}), 0);
    host = "example.com";
    ck_assert_int_eq(state_of(0), STATE_TASKED);
    ck_assert_uint_eq(world_tasks(&w, TASK_POISON), 1);
    ck_assert_uint_eq(core_in_flight(core), 0);
}
END_TEST

START_TEST(after_a_lost_sealer_each_of_many_goes_alone)
{
    size_t recipients[2];
    (void)turn(&sealer_ready, recipients);
    ck_assert_uint_eq(recipients[0], 4);
    (void)turn(&sealer_lost, recipients);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(world_read(&w, &notices[i]).crashes, WORK_CRASH_CLAIM);
    ck_assert_int_eq(world_read(&w, &notices[4]).crashes, 0); /* was ahead, not in work */
    ck_assert_uint_eq(turn(&sealer_ready, recipients), 4);    /* as many as it takes ahead */
    ck_assert_uint_eq(recipients[0], 1);
    ck_assert_uint_eq(recipients[1], 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.many");
    TCase *tc = tcase_create("many");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, those_who_read_one_text_go_in_one_job);
    tcase_add_test(tc, whose_register_changed_since_the_plan_reads_another_text);
    tcase_add_test(tc, who_was_planned_to_read_with_others_and_does_not_is_left_out);
    tcase_add_test(tc, whose_contact_is_gone_from_the_register_is_told_by_another_route);
    tcase_add_test(tc, each_answer_of_a_job_is_applied_by_itself);
    tcase_add_test(tc, answers_for_what_a_sealer_does_not_have_change_nothing);
    tcase_add_test(tc, a_poison_notice_costs_its_companions_nothing);
    tcase_add_test(tc, an_answer_that_cannot_be_written_down_counts_against_its_notice);
    tcase_add_test(tc, after_a_lost_sealer_each_of_many_goes_alone);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
