#include "tests/channels/cell.h"

#include "tests/channels/post.h"
#include "tests/channels/server.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define ARGS_MAX 40

static void collect(const char *args[ARGS_MAX], const struct cell *cell,
                    const struct cell_setup *setup)
{
    size_t count = 0;
    for (size_t i = 0; setup->args != NULL && setup->args[i] != NULL; i++)
        args[count++] = setup->args[i];
    if (cell->step != NULL) {
        args[count++] = "--fault";
        args[count++] = cell->step;
        args[count++] = cell->kind;
        args[count++] = cell->text == NULL ? "-" : cell->text;
    }
    args[count] = NULL;
}

static bool never_ends(const struct cell *cell)
{
    static const char *const kinds[] = {"hang", "stall", "trickle"};
    for (size_t i = 0; cell->kind != NULL && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(cell->kind, kinds[i]) == 0)
            return true;
    return false;
}

/* The parcel that the cell is about: the first that was not accepted, or the first of all. */
static const struct post_item *worst(const struct post *post)
{
    for (size_t i = 0; i < post->count; i++)
        if (post->item[i].dones > 0 && post->item[i].verdict != VERDICT_ACCEPTED)
            return &post->item[i];
    return &post->item[0];
}

static void check_receipt(const struct cell *cell, const struct post_item *item, const char *where)
{
    const char *transcript = str_text(&item->transcript);
    ck_assert_msg(strstr(item->said, cell->said) != NULL, "%s: said \"%s\"\n%.1200s", where,
                  item->said, transcript);
    ck_assert_msg(item->code == cell->code, "%s: code %d\n%.1200s", where, item->code, transcript);
    ck_assert_msg(item->endpoint_fault == (cell->blame != BLAME_NOBODY), "%s: endpoint\n%.1200s",
                  where, transcript);
    ck_assert_msg(item->config_fault == (cell->blame == BLAME_CONFIG), "%s: configuration\n%.1200s",
                  where, transcript);
    ck_assert_msg(strstr(transcript, "correct horse") == NULL, "%s: the password is in it", where);
}

/* Without TLS, or AUTH when there is a user, not even an address may leave. */
static void check_order(const struct server *server, const struct cell_setup *setup,
                        const char *where)
{
    struct str log;
    server_file(&log, server, "log");
    const char *text = str_text(&log);
    ck_assert_msg(strstr(text, "plain MAIL") == NULL && strstr(text, "plain AUTH") == NULL,
                  "%s: in the clear:\n%.1200s", where, text);
    const char *mail = strstr(text, "tls MAIL");
    const char *auth = strstr(text, "tls AUTH");
    if (setup->user != NULL && mail != NULL)
        ck_assert_msg(auth != NULL && auth < mail, "%s: MAIL before AUTH:\n%.1200s", where, text);
    str_dispose(&log);
}

static int count_dots(const struct post *post)
{
    int dots = 0;
    for (size_t i = 0; i < post->count; i++)
        dots += post->item[i].dots;
    return dots;
}

void cell_run(const struct cell *cell, const struct cell_setup *setup)
{
    struct server server;
    struct post post;
    struct err err = {0};
    const char *args[ARGS_MAX];
    char where[200];
    (void)snprintf(where, sizeof where, "%s %s %s", cell->step == NULL ? "-" : cell->step,
                   cell->kind == NULL ? "-" : cell->kind, cell->text == NULL ? "-" : cell->text);
    collect(args, cell, setup);
    server_start(&server, setup->certificate == NULL ? "good" : setup->certificate, args);
    struct channel_conf conf = server_conf(&server);
    if (never_ends(cell))
        conf.timeout_ms = SERVER_TIMEOUT_MS;
    conf.user = setup->user;
    conf.password = setup->user == NULL ? NULL : "correct horse";
    post_init(&post, CELL_PARCELS, setup->size);
    enum status status = server_serve(&conf, post_feed(&post), &err);
    ck_assert_msg(status == OK, "%s: %s", where, err.text);
    ck_assert_msg(strcmp(post_verdicts(&post), cell->verdicts) == 0,
                  "%s: %s instead of %s\n%s\n%s\n%s", where, post_verdicts(&post), cell->verdicts,
                  post.item[0].said, post.item[1].said, post.item[2].said);
    post_check_contract(&post);
    check_receipt(cell, worst(&post), where);
    check_order(&server, setup, where);
    ck_assert_msg(server_kept(&server) == cell->kept, "%s: kept %d", where, server_kept(&server));
    /* Leave is asked for when the end is about to leave, and for nothing else. */
    ck_assert_msg(count_dots(&post) == cell->kept, "%s: leave %d times", where, count_dots(&post));
    post_dispose(&post);
    server_stop(&server);
}
