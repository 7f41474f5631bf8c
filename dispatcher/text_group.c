#include "dispatcher/text_group.h"

#include "dispatcher/state.h"

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

enum status text_group_previous(const char **out, struct arena *arena, struct app *app,
                                const struct dossier *dossier, const struct notice *notice,
                                struct err *err)
{
    struct advisory *versions = NULL;
    size_t count = 0;
    const struct advisory *row = &dossier->row;
    *out = NULL;
    if (notice->kind != NOTICE_UPDATE)
        return OK;
    enum status status = advisory_list(&versions, &count, arena, app->store, row->tracking, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        struct notice *list = NULL;
        size_t told = 0;
        struct notice_filter filter = {
            .advisory_id = versions[i].id, .party = notice->party, .states = STATE_BITS_OUT};
        if (csaf_version_compare(versions[i].version, row->version) >= 0 ||
            (*out != NULL && csaf_version_compare(versions[i].version, *out) <= 0))
            continue;
        status = notice_list(&list, &told, arena, app->store, &filter, err);
        if (status == OK && told > 0)
            *out = versions[i].version;
    }
    return status;
}

enum status text_group_make(const char **out, struct arena *arena, struct app *app,
                            const struct dossier *dossier, const struct notice *notice,
                            enum party_kind audience, const char *contact_language, struct err *err)
{
    const char *previous = NULL;
    *out = NULL;
    if (notice->form != FORM_BROADCAST)
        return OK;
    enum status status = text_group_previous(&previous, arena, app, dossier, notice, err);
    if (status == OK)
        *out = arena_printf(arena, "%s %s %s %" PRId64 " %s", notice_kind_word(notice->kind),
                            party_kind_word(audience),
                            text_group_language(&dossier->order, contact_language),
                            notice->answer_by_ms, previous != NULL ? previous : "-");
    return status;
}
