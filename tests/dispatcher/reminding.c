#include "tests/dispatcher/reminding.h"

#include "store/task.h"

struct world reminding_world;
struct err reminding_err;
struct advisory reminding_row;

void reminding_must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), reminding_err.text);
}

void reminding_look(int64_t at_ms)
{
    clock_init_stopped(&reminding_world.app.clock, at_ms);
    for (bool more = true; more;)
        reminding_must(remind_step(&reminding_world.app, &more, &reminding_err));
}

void reminding_save(struct notice *n, enum notice_state from)
{
    reminding_must(app_begin(&reminding_world.app, &reminding_err));
    reminding_must(notice_update(reminding_world.app.store, n, from, &reminding_err));
    reminding_must(app_commit(&reminding_world.app, &reminding_err));
}

struct notice reminding_told(const char *party, enum notice_state state)
{
    struct notice n = world_notice(&reminding_world, &reminding_row, party, 1, state, "relay");
    n.accepted_ms = WORLD_NOW;
    n.sendings = 1;
    reminding_save(&n, state);
    return n;
}

void reminding_turn(struct notice *n, enum notice_state to)
{
    *n = world_read(&reminding_world, n);
    const enum notice_state from = n->state;
    n->state = to;
    reminding_save(n, from);
}

/* The one of this kind to the party; false: there is none. */
bool reminding_find(struct notice *out, const char *party, enum notice_kind kind)
{
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = reminding_row.id, .party = party};
    reminding_must(notice_list(&list, &count, reminding_world.arena, reminding_world.app.store,
                               &filter, &reminding_err));
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].kind != kind)
            continue;
        *out = list[i];
        found++;
    }
    ck_assert_uint_le(found, 1);
    return found == 1;
}

void reminding_left(const char *party)
{
    static const enum notice_kind kinds[] = {NOTICE_REMINDER, NOTICE_ESCALATION};
    for (size_t i = 0; i < 2; i++) {
        struct notice n;
        if (!reminding_find(&n, party, kinds[i]) || n.state != STATE_PLANNED)
            continue;
        n.state = STATE_ACCEPTED;
        n.accepted_ms = app_now(&reminding_world.app);
        reminding_save(&n, STATE_PLANNED);
    }
}

bool reminding_called(const char *party)
{
    struct task *tasks = NULL;
    size_t count = 0;
    bool called = false;
    reminding_must(task_list(&tasks, &count, reminding_world.arena, reminding_world.app.store, true,
                             reminding_row.id, &reminding_err));
    for (size_t i = 0; i < count; i++) {
        struct task_item *items = NULL;
        size_t item_count = 0;
        reminding_must(task_item_list(&items, &item_count, reminding_world.arena,
                                      reminding_world.app.store, tasks[i].id, &reminding_err));
        for (size_t k = 0; k < item_count; k++) {
            ck_assert(!called || !text_equal(items[k].about, party));
            called = called || text_equal(items[k].about, party);
        }
    }
    return called;
}

void reminding_must_be(const char *party, bool reminded, bool next, bool called)
{
    struct notice n;
    ck_assert_msg(reminding_find(&n, party, NOTICE_REMINDER) == reminded, "%s: reminder", party);
    ck_assert_msg(reminding_find(&n, party, NOTICE_ESCALATION) == next, "%s: next route", party);
    ck_assert_msg(reminding_called(party) == called, "%s: call", party);
}

void reminding_setup(void)
{
    world_open(&reminding_world);
    world_parties(&reminding_world,
                  "party,kind,country,email,phone\n"
                  "h1,hdo,DE,a@h1.example,\nh1,hdo,DE,b@h1.example,+49 30 1\n"
                  "h2,hdo,DE,a@h2.example,+49 30 2\nbf,regulator,DE,x@bf.example,\n"
                  "desk,complaint,DE,x@desk.example,\n");
    reminding_world.app.settings->reminder.percent = 50;
    reminding_row = world_advisory(&reminding_world, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
}

void reminding_teardown(void)
{
    remind_forget(&reminding_world.app);
    world_close(&reminding_world);
}
