/* Planning goes on behind an advisory that cannot be planned. */
#include "dispatcher/plan/planner.h"

#include "base/random.h"
#include "dispatcher/back/task_close.h"
#include "dispatcher/run/move.h"
#include "dispatcher/run/state.h"
#include "dispatcher/run/work.h"
#include "dispatcher/signed/checkpoint.h"
#include "evidence/tree.h"
#include "store/checkpoint.h"
#include "store/log.h"
#include "store/party.h"
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

/* More than one slice, and one authority. */
static void long_register(void)
{
    struct str csv;
    str_init(&csv, STR_LIMIT_TEXT);
    str_add(&csv, "party,kind,country,email\n");
    for (int i = 0; i < PLANNER_SLICE; i++)
        str_addf(&csv, "h%03d,hdo,DE,a@h%03d.example\n", i, i);
    world_parties(&w, str_text(&csv));
    str_dispose(&csv);
}

static void sign_all(void)
{
    struct log_head head;
    ck_assert_int_eq(log_head_get(&head, w.app.store, &err), OK);
    const struct checkpoint_row row = {.size = head.idx, .note = bytes_of("a note"), .at_ms = 1};
    ck_assert_msg(checkpoint_add(w.app.store, &row, &err) == OK, "%s", err.text);
}

static enum status carried(bool *whole, const struct advisory *a, const char *notice_uid)
{
    struct str note;
    str_init(&note, STR_LIMIT_LINE);
    enum status status = checkpoint_for(&note, whole, &w.app, a->uid, notice_uid, &err);
    ck_assert_int_eq(note.size > 0, status == OK);
    str_dispose(&note);
    return status;
}

static void step(void)
{
    bool more = false;
    ck_assert_msg(planner_step(&w.app, &more, &err) == OK, "%s", err.text);
    ck_assert(more);
}

static bool is_held(struct checkpoint *c)
{
    bool held = false;
    ck_assert_msg(checkpoint_holds_plan(&held, c, &err) == OK, "%s", err.text);
    return held;
}

/* The uid of the last notice that was planned. */
static const char *last_planned(const struct advisory *a)
{
    struct notice *rows = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = a->id, .limit = 2000};
    ck_assert_int_eq(notice_list(&rows, &count, w.arena, w.app.store, &filter, &err), OK);
    ck_assert_uint_gt(count, 0);
    return rows[count - 1].uid;
}

START_TEST(every_notice_of_a_long_list_carries_a_checkpoint_over_its_own_plan)
{
    struct checkpoint *c = checkpoint_open(&w.app);
    bool whole = false;
    long_register();
    const struct advisory a = world_advisory(&w, "1", TLP_CLEAR, ADVISORY_APPROVED);
    step();
    ck_assert_uint_eq(world_entries(&w, "plan.first", a.uid), 1);
    ck_assert_uint_eq(world_entries(&w, "notice.planned", NULL), 0);
    ck_assert(is_held(c));
    planner_forget(&w.app); /* killed here, it stands there already */
    step();
    ck_assert_uint_eq(world_entries(&w, "plan.first", a.uid), 1);
    ck_assert(is_held(c));
    sign_all();
    ck_assert(!is_held(c));
    step();
    ck_assert_uint_eq(world_entries(&w, "notice.planned", NULL), 1);
    ck_assert_uint_eq(world_entries(&w, "plan.created", NULL), 0);
    const char *authority = last_planned(&a);
    ck_assert_int_eq(carried(&whole, &a, authority), OK);
    ck_assert(!whole);
    while (world_entries(&w, "plan.created", NULL) == 0)
        step();
    ck_assert_int_eq(carried(&whole, &a, authority), OK);
    ck_assert(is_held(c));
    step();
    const char *hospital = last_planned(&a);
    ck_assert_str_ne(hospital, authority);
    ck_assert_int_eq(carried(&whole, &a, hospital), ERR_NOT_FOUND);
    sign_all();
    ck_assert_int_eq(carried(&whole, &a, hospital), OK);
    ck_assert(whole);
    checkpoint_close(c);
}
END_TEST

START_TEST(without_authorities_a_long_list_is_planned_as_a_whole)
{
    long_register();
    const struct advisory a = world_advisory(&w, "1", TLP_CLEAR, ADVISORY_APPROVED);
    struct party row = {.id = "bfarm", .kind = PARTY_HDO, .country = "DE"};
    ck_assert_int_eq(party_put(w.app.store, &row, NULL, &err), OK);
    plan_all();
    ck_assert_uint_eq(world_entries(&w, "plan.first", a.uid), 0);
    ck_assert_uint_eq(world_entries(&w, "plan.created", a.uid), 1);
}
END_TEST

/* A usable key for the first contact of a party. */
static void pin_key(const char *party)
{
    struct contact *list = NULL;
    size_t count = 0;
    char hex[65];
    const char *fpr = arena_printf(w.arena, "FPR-%s", party);
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    ck_assert_int_eq(blob_put(hex, w.app.store, bytes_of(fpr), &err), OK);
    const struct key key = {
        .fpr = fpr, .party = party, .sub_fpr = fpr, .state = "good", .cert = hex};
    ck_assert_msg(key_put(w.app.store, &key, &err) == OK, "%s", err.text);
    ck_assert_int_eq(contact_list(&list, &count, w.arena, w.app.store, party, &err), OK);
    ck_assert_int_eq(contact_pin(w.app.store, list[0].id, fpr, &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
}

/* A sealer says of the party's newest notice of this advisory that its key cannot be used. */
static void fail_key(const struct advisory *a, const char *party)
{
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = a->id, .party = party, .limit = 10};
    w.app.clock.base_ms += 10;
    ck_assert_int_eq(notice_list(&list, &count, w.arena, w.app.store, &filter, &err), OK);
    ck_assert_uint_gt(count, 0);
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    struct notice *n = &list[count - 1];
    ck_assert_int_eq(n->level, LEVEL_SEALED);
    ck_assert_msg(move_notice(&w.app, n, EVENT_CLAIM, NULL, &err) == OK, "%s", err.text);
    ck_assert_int_eq(work_unsealed(&w.app, n->id, ERR_REFUSED, "no", &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    w.app.clock.base_ms += 10;
}

static enum status add_line(void *context, const struct recipient *r, struct err *unused)
{
    struct str line;
    struct sha256 leaf;
    (void)unused;
    if (!r->told)
        return OK;
    str_init(&line, STR_LIMIT_LINE);
    planner_line(&line, r);
    str_add_c(&line, '\n');
    tree_leaf(&leaf, str_bytes(&line));
    tree_add(context, &leaf);
    str_dispose(&line);
    return OK;
}

/* The root over who is told now, and how. */
static const char *root_now(const struct advisory *a)
{
    struct dossier *dossier = NULL;
    struct tree tree;
    struct sha256 root;
    char hex[SHA256_HEX];
    tree_init(&tree);
    ck_assert_int_eq(dossier_open(&dossier, &w.app, a, &err), OK);
    ck_assert_int_eq(planner_each(&w.app, dossier, app_now(&w.app), add_line, &tree, &err), OK);
    dossier_close(dossier);
    tree_root(&root, &tree);
    return arena_strdup(w.arena, sha256_hex(hex, &root));
}

static struct notice only_notice(const struct advisory *a, const char *party)
{
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = a->id, .party = party, .limit = 10};
    ck_assert_int_eq(notice_list(&list, &count, w.arena, w.app.store, &filter, &err), OK);
    ck_assert_uint_eq(count, 1);
    return list[0];
}

START_TEST(a_key_that_fails_while_a_long_list_is_written_changes_nothing_of_the_list)
{
    struct plan plan;
    long_register();
    const struct advisory old = world_advisory(&w, "1", TLP_AMBER, ADVISORY_APPROVED);
    pin_key("bfarm");
    pin_key("h998");
    pin_key("h999");
    plan_all();
    const struct advisory a = world_advisory(&w, "2", TLP_AMBER, ADVISORY_APPROVED);
    const char *root = root_now(&a);
    step(); /* the authorities are named … */
    step(); /* … and stand in the queue */
    fail_key(&a, "bfarm");
    fail_key(&old, "h998");
    step();
    if (_i == 1)
        planner_forget(&w.app); /* killed here, the list is made anew, of what is known then */
    while (world_entries(&w, "plan.created", a.uid) == 0)
        step();
    fail_key(&old, "h999");
    plan_all();
    ck_assert_int_eq(plan_get(&plan, w.arena, w.app.store, a.id, &err), OK);
    ck_assert_int_eq(strcmp(plan.root, root) == 0, _i == 0);
    ck_assert_int_eq(plan.count, PLANNER_SLICE + 2); /* and a clinic */
    ck_assert_int_eq(plan.done, plan.count);
    ck_assert_int_eq(only_notice(&a, "bfarm").level, LEVEL_WAITING);
    ck_assert_int_eq(only_notice(&a, "h998").level, _i == 0 ? LEVEL_SEALED : LEVEL_WAITING);
    /* As the list says; when it is sealed it is found out, and goes as one without a key. */
    ck_assert_int_eq(only_notice(&a, "h999").level, LEVEL_SEALED);
    fail_key(&a, "h999");
    const struct notice last = only_notice(&a, "h999");
    ck_assert_int_eq(last.level, LEVEL_WAITING);
    ck_assert_int_eq(last.state, STATE_PLANNED);
    /* The first who found it out says when: what is planned now takes it for what it is. */
    const struct advisory next = world_advisory(&w, "3", TLP_AMBER, ADVISORY_APPROVED);
    plan_all();
    ck_assert_int_eq(only_notice(&next, "h999").level, LEVEL_WAITING);
}
END_TEST

/* Open tasks of telling somebody the text of what no mail may say, whose title begins so. */
static size_t telling(const char *begin)
{
    struct task *list = NULL;
    size_t count = 0;
    size_t found = 0;
    ck_assert_int_eq(task_list(&list, &count, w.arena, w.app.store, false, 0, &err), OK);
    for (size_t i = 0; i < count; i++)
        found += strstr(list[i].title, "Tell the text of") != NULL &&
                 strncmp(list[i].title, begin, strlen(begin)) == 0 &&
                 strncmp(list[i].todo, begin, strlen(begin)) == 0;
    return found;
}

START_TEST(a_task_of_telling_somebody_under_a_hold_says_so_first)
{
    static const char *const registers[] = {
        "party,kind,country,email,phone\nclinic,hdo,DE,b@h.example,+49 30 1\n",
        "party,kind,country,email,phone\nclinic,hdo,FR,b@h.example,+33 1 1\n"};
    world_parties(&w, registers[_i]);
    (void)world_hold(&w, "DE");
    (void)world_advisory(&w, "1", TLP_AMBER, ADVISORY_APPROVED);
    plan_all();
    ck_assert_uint_eq(telling("HELD: do not call"), _i == 0);
    ck_assert_uint_eq(world_tasks(&w, TASK_PHONE) + world_tasks(&w, TASK_LETTER), _i == 0 ? 2 : 1);
}
END_TEST

/* By a mail with the text, or by a person of ours; a waiting notice alone tells nothing. */
START_TEST(a_task_of_telling_the_text_ends_when_all_of_them_have_it)
{
    bool did = false;
    world_parties(&w, "party,kind,country,email,phone\nclinic,hdo,DE,b@h.example,+49 30 1\n"
                      "ward,hdo,DE,c@h.example,+49 30 2\n");
    const struct advisory row = world_advisory(&w, "1", TLP_AMBER, ADVISORY_APPROVED);
    plan_all();
    ck_assert_uint_eq(world_tasks(&w, TASK_PHONE), 1);
    world_sql(&w, "UPDATE notice SET state = 'answered'");
    ck_assert_int_eq(task_settle_texts(&w.app, &did, &err), OK);
    struct notice n = world_notice(&w, &row, "clinic", 1, STATE_ACCEPTED, "relay");
    ck_assert(n.level != LEVEL_WAITING);
    ck_assert_int_eq(task_settle_texts(&w.app, &did, &err), OK);
    ck_assert(!did); /* the ward has nothing yet */
    ck_assert_uint_eq(world_tasks(&w, TASK_PHONE), 1);
    world_sql(&w, "UPDATE notice SET level = 'tls' WHERE party <> 'clinic'"); /* it went again */
    ck_assert_int_eq(task_settle_texts(&w.app, &did, &err), OK);
    ck_assert(did);
    ck_assert_uint_eq(world_tasks(&w, TASK_PHONE), 0);
    ck_assert_uint_eq(world_entries(&w, "task.done", NULL), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.planner");
    TCase *tc = tcase_create("planner");
    tcase_set_timeout(tc, 180);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, a_task_of_telling_somebody_under_a_hold_says_so_first, 0, 2);
    tcase_add_test(tc, one_that_cannot_be_planned_does_not_keep_those_behind_it);
    tcase_add_test(tc, a_person_is_told_of_it_once);
    tcase_add_test(tc, every_notice_of_a_long_list_carries_a_checkpoint_over_its_own_plan);
    tcase_add_loop_test(
        tc, a_key_that_fails_while_a_long_list_is_written_changes_nothing_of_the_list, 0, 2);
    tcase_add_test(tc, without_authorities_a_long_list_is_planned_as_a_whole);
    tcase_add_test(tc, a_task_of_telling_the_text_ends_when_all_of_them_have_it);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
