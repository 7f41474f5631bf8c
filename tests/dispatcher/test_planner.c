/* Planning goes on behind an advisory that cannot be planned. */
#include "dispatcher/planner.h"

#include "base/random.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;

static void setup(void)
{
    world_open(&w);
    err = (struct err){0};
    world_parties(&w, "party,kind,country,email\nbfarm,regulator,DE,a@r.example\n"
                      "clinic,hdo,DE,b@h.example\n");
}

static void teardown(void)
{
    world_close(&w);
}

/* Approved, and what is kept of it is no advisory. */
static struct advisory damaged(const char *version)
{
    char hex[65];
    char uid[RANDOM_UID];
    struct advisory row = world_advisory(&w, version, TLP_CLEAR, ADVISORY_SUBMITTED);
    row.uid = random_uid(uid);
    row.version = arena_printf(w.arena, "%s-damaged", version);
    row.state = ADVISORY_APPROVED;
    row.submitted_ms = 1; /* it comes first */
    ck_assert_int_eq(blob_put(hex, w.app.store, bytes_of("not an advisory"), &err), OK);
    row.sha256 = hex;
    ck_assert_msg(advisory_add(&row, w.app.store, &err) == OK, "%s", err.text);
    row.uid = arena_strdup(w.arena, uid);
    return row;
}

/* Until there is nothing more to do now. */
static void plan_all(void)
{
    bool more = true;
    for (int i = 0; more && i < 50; i++)
        ck_assert_msg(planner_step(&w.app, &more, &err) == OK, "%s", err.text);
    ck_assert(!more);
}

static enum advisory_state state_of(const struct advisory *row)
{
    struct advisory now;
    ck_assert_int_eq(advisory_get(&now, w.arena, w.app.store, row->id, &err), OK);
    return now.state;
}

START_TEST(one_that_cannot_be_planned_does_not_keep_those_behind_it)
{
    const struct advisory bad = damaged("1");
    const struct advisory worse = damaged("2");
    const struct advisory good = world_advisory(&w, "3", TLP_CLEAR, ADVISORY_APPROVED);
    plan_all();
    ck_assert_int_eq(state_of(&good), ADVISORY_RELEASED);
    ck_assert_uint_eq(world_entries(&w, "notice.planned", NULL), 2);
    ck_assert_int_eq(state_of(&bad), ADVISORY_APPROVED);
    ck_assert(planner_rests(&w.app, bad.id) && planner_rests(&w.app, worse.id));
    ck_assert(!planner_rests(&w.app, good.id));
    ck_assert_ptr_nonnull(planner_trouble(&w.app));
    ck_assert_int_eq(planner_trouble(&w.app)->code, ERR_CORRUPT);
}
END_TEST

START_TEST(a_person_is_told_of_it_once)
{
    const struct advisory bad = damaged("1");
    for (int i = 0; i < 3; i++) {
        plan_all();
        ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1);
        ck_assert_uint_eq(world_entries(&w, "fault.detected", bad.uid), 1);
        planner_wake(&w.app, bad.id); /* a minute later, or another start */
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.planner");
    TCase *tc = tcase_create("planner");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, one_that_cannot_be_planned_does_not_keep_those_behind_it);
    tcase_add_test(tc, a_person_is_told_of_it_once);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
