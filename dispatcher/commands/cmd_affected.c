/* dispatcher/commands/cmd_affected - product affected: for a number, or for a product. */
#include "dispatcher/cli.h"
#include "dispatcher/plan/affected.h"

/* Prints what there is; the next piece begins empty. */
static enum status put(struct str *out, struct err *err)
{
    enum status status =
        cli_put(out) ? OK : err_set(err, ERR_IO, "standard output: cannot be written: make room");
    str_reset(out);
    return status;
}

/* All rows with this number, slice by slice. */
static enum status print_held(struct str *out, struct app *app, const struct affected_asked *asked,
                              const char *device, struct err *err)
{
    enum status status = OK;
    int64_t after = 0;
    for (bool more = true; status == OK && more;) {
        status = affected_slice(out, &more, &after, app, asked, device, err);
        if (status == OK)
            status = put(out, err);
    }
    return status;
}

static enum status print_near(struct str *out, struct app *app, const struct affected_asked *asked,
                              const struct affected_spellings *spelled, struct err *err)
{
    enum status status = OK;
    size_t count =
        spelled->same_count < AFFECTED_NEAR_MOST ? spelled->same_count : AFFECTED_NEAR_MOST;
    if (!asked->json) {
        str_addf(out, "%s is not in the register as it is written; taken as", asked->words);
        for (size_t i = 0; i < count; i++)
            str_addf(out, "%s %s", i == 0 ? "" : ",", spelled->same[i]);
        if (count < spelled->same_count)
            str_addf(out, " and not as %zu more", spelled->same_count - count);
        str_add(out, "\n");
    }
    for (size_t i = 0; status == OK && i < count; i++)
        status = print_held(out, app, asked, spelled->same[i], err);
    return status;
}

static enum status not_known(struct str *out, struct affected_asked *asked, struct err *err)
{
    asked->found = AFFECTED_UNKNOWN;
    enum status status = put(out, err);
    if (status == OK)
        status =
            err_set(err, ERR_NOT_FOUND,
                    "%s: no such serial number, UDI-DI or product here: not known is not \"not "
                    "affected\"",
                    asked->words);
    return status;
}

/* As it is written, else as people write it, else by what advisories name. */
static enum status print_device(struct str *out, struct arena *arena, struct app *app,
                                struct affected_asked *asked, struct err *err)
{
    struct affected_spellings spelled = {0};
    bool known = false;
    enum status status = affected_is_held(&known, app, asked->words, err);
    if (status == OK && known)
        return print_held(out, app, asked, asked->words, err);
    if (status == OK)
        status = affected_spelled(&spelled, arena, app, asked->words, err);
    if (status == OK && spelled.same_count > 0) {
        asked->found = AFFECTED_NEAR;
        return print_near(out, app, asked, &spelled, err);
    }
    asked->found = AFFECTED_NAMED;
    if (status == OK)
        status = affected_by_pattern(out, &known, app, asked, err);
    if (status != OK || known)
        return status == OK ? put(out, err) : status;
    affected_unknown(out, asked, NULL, &spelled);
    return not_known(out, asked, err);
}

static enum status print_product(struct str *out, struct arena *arena, struct app *app,
                                 struct affected_asked *asked, const char *version, struct err *err)
{
    struct affected_spellings near;
    const char *as = NULL;
    bool named = false;
    asked->found = AFFECTED_PRODUCT;
    enum status status = affected_product(&as, &near, arena, app, asked->words, err);
    if (status == OK)
        status = affected_by_product(out, &named, app, asked, as != NULL ? as : asked->words,
                                     version, err);
    if (status != OK)
        return status;
    if (named)
        return put(out, err);
    if (as != NULL) {
        affected_unconcerned(out, asked, as, version);
        return put(out, err);
    }
    affected_unknown(out, asked, version, &near);
    return not_known(out, asked, err);
}

int cli_affected(struct app *app, const char *device, const char *product, const char *version,
                 bool json)
{
    struct affected_asked asked = {.words = device != NULL ? device : product, .json = json};
    struct arena *arena = arena_new();
    struct str out;
    struct err err = {0};
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = app_open_store(app, STORE_READ, &err);
    if (status == OK)
        status = device != NULL ? print_device(&out, arena, app, &asked, &err)
                                : print_product(&out, arena, app, &asked, version, &err);
    str_dispose(&out);
    arena_free(arena);
    if (status == OK)
        return EXIT_DONE;
    /* "No" is said of what is not known alone, not of a store that lacks something. */
    int code = cli_fail(&err);
    return code == EXIT_NO && asked.found != AFFECTED_UNKNOWN ? EXIT_AGAIN : code;
}
