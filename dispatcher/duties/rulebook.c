#include "dispatcher/duties/rulebook.h"

#include <string.h>

/* The store need not be there, or be readable now: then it is said that it is not known. */
static void read_adoption(struct rulebook *book, struct app *app)
{
    enum status status = app->store != NULL ? OK : app_open_store(app, STORE_READ, &book->doubt);
    if (status == OK)
        status = adopt_current(&book->adoption, book->arena, app->store, &book->doubt);
    book->adopted = status == OK;
    if (status == OK || status == ERR_NOT_FOUND)
        book->doubt.code = OK;
}

enum status rulebook_open(struct rulebook *out, struct app *app, struct err *err)
{
    *out = (struct rulebook){.arena = arena_new()};
    enum status status = app_load(app, err);
    out->installed = status == OK;
    if (status == ERR_NOT_FOUND && app->config_given == NULL)
        status = OK;
    if (status == OK)
        status = pack_open(&out->pack, out->installed ? app->settings->dir : NULL, err);
    if (status == OK && out->installed)
        read_adoption(out, app);
    if (status != OK)
        rulebook_close(out);
    return status;
}

void rulebook_close(struct rulebook *book)
{
    pack_close(book->pack);
    arena_free(book->arena);
    *book = (struct rulebook){0};
}

enum rule_use rulebook_use(const struct rulebook *book, const struct rule *rule)
{
    return pack_use(rule, book->adopted ? book->adoption.manifest : NULL);
}

static void note_adoption(struct str *out, const struct rulebook *book)
{
    char at[CLOCK_TEXT];
    if (book->adopted)
        str_addf(out, "the pack was adopted by %s at %s", book->adoption.person,
                 clock_text(at, book->adoption.at_ms));
    else if (!book->installed)
        str_add(out, "not adopted: there is no installation here, these are the rules that ship");
    else if (book->doubt.code != OK)
        str_addf(out, "not adopted as far as is known: %s", book->doubt.text);
    else
        str_add(out, "not adopted: `tocsin rules adopt --by PERSON`");
}

void rulebook_note(struct str *out, const struct rulebook *book, const struct rule *rule)
{
    note_adoption(out, book);
    switch (rulebook_use(book, rule)) {
    case USE_CONFIRM:
        str_addf(out, "; written from %s: read the law, then confirm the rule in rules/local.cfg",
                 rule->read_in);
        break;
    case USE_DISABLED:
        str_addf(out, "; read in %s: do not go by this", rule->read_in);
        break;
    case USE_CHANGED:
        str_addf(out,
                 "; this rule is not in it as it stands here (%s line %u): refused for use "
                 "until the rules are adopted again",
                 rule->file, rule->line);
        break;
    case USE_ENABLED:
    case USE_NOT_ADOPTED:
    case USE_COUNT:
        break;
    }
}

enum status rulebook_require(const struct rule **out, const struct rulebook *book, const char *id,
                             struct err *err)
{
    enum status status = pack_rule(out, book->pack, id, err);
    if (status != OK)
        return status;
    const enum rule_use use = rulebook_use(book, *out);
    if (use == USE_ENABLED)
        return OK;
    struct str note;
    str_init(&note, STR_LIMIT_LINE);
    rulebook_note(&note, book, *out);
    status = err_set(err, ERR_REFUSED, "%s version %lld: %s: %s", id, (long long)(*out)->version,
                     rule_use_word(use), str_text(&note));
    str_dispose(&note);
    return status;
}
