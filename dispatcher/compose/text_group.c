#include "dispatcher/compose/text_group.h"

#include "dispatcher/release/revision.h"

#include <inttypes.h>
#include <strings.h>

const char *text_group_language(const struct order *order, const char *contact_language)
{
    for (size_t i = 0; i < order->language_count; i++)
        if (contact_language != NULL && strcasecmp(order->languages[i], contact_language) == 0)
            return contact_language;
    if (order->language_count > 0)
        return order->languages[0];
    return contact_language != NULL ? contact_language : "en";
}

enum status text_group_revision(struct text_revision *out, struct arena *arena, struct app *app,
                                const struct dossier *dossier, const struct notice *notice,
                                const struct party *party, struct err *err)
{
    struct revision revision = {0};
    bool concerns = true;
    enum status status = OK;
    *out = (struct text_revision){0};
    if (notice->kind != NOTICE_UPDATE && notice->kind != NOTICE_WAITING)
        return OK;
    status = revision_find(&revision, app, dossier, notice->party, err);
    if (status == OK && notice->kind == NOTICE_UPDATE && revision.older != NULL)
        status = recipient_concerned(&concerns, NULL, arena, app, dossier, party, err);
    out->older = revision.older;
    out->no_longer = !concerns;
    return status;
}

enum status text_group_make(const char **out, struct arena *arena, struct app *app,
                            const struct dossier *dossier, const struct notice *notice,
                            const struct party *party, const char *contact_language,
                            struct err *err)
{
    struct text_revision revision;
    *out = NULL;
    if (notice->form != FORM_BROADCAST)
        return OK;
    enum status status = text_group_revision(&revision, arena, app, dossier, notice, party, err);
    if (status == OK)
        *out = arena_printf(
            arena, "%s %s %s %" PRId64 " %s%s", notice_kind_word(notice->kind),
            party_kind_word(party->kind), text_group_language(&dossier->order, contact_language),
            notice->answer_by_ms, revision.older != NULL ? revision.older->version : "-",
            revision.no_longer ? " no-longer" : "");
    return status;
}
