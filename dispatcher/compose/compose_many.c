/* One text for many: the JOB_MANY frame, and each recipient's own lines in it. */
#include "base/random.h"
#include "dispatcher/compose/compose_inner.h"
#include "dispatcher/compose/text_group.h"

#include <string.h>

static void write_text(struct frame_out *job, const struct work *w, const struct notice_text *words,
                       const struct attachment *parts, size_t part_count)
{
    const struct settings *s = w->c->app->settings;
    const char *domain = strrchr(s->mail.from, '@');
    char uid[RANDOM_UID];
    frame_begin(job, JOB_MANY);
    frame_text(job, s->maker.name);
    frame_text(job, s->mail.from);
    frame_text(job, str_text(&words->group));
    frame_text(job, str_text(&words->subject));
    frame_text(job, arena_printf(w->arena, "all.%s@%s", random_uid(uid),
                                 domain != NULL ? domain + 1 : "localhost"));
    frame_int(job, w->facts.now_ms);
    frame_text(job, str_text(&words->text));
    frame_text(job, str_text(&words->html));
    frame_int(job, (int64_t)part_count);
    for (size_t i = 0; i < part_count; i++) {
        frame_text(job, parts[i].filename);
        frame_text(job, parts[i].type);
        frame_bytes(job, parts[i].body);
    }
}

enum status compose_many(struct frame_out *job, struct composer *composer,
                         const struct notice *first, struct err *err)
{
    struct work w;
    struct str csv;
    struct notice_text words;
    struct attachment parts[SEAL_PARTS];
    str_init(&csv, STR_LIMIT_TEXT);
    notice_text_init(&words);
    enum status status = compose_begin(&w, composer, first, err);
    if (status == OK) {
        size_t part_count = compose_attachments(parts, &w, &csv);
        status = wording_notice(&words, composer->wording, &w.facts, err);
        if (status == OK)
            write_text(job, &w, &words, parts, part_count);
    }
    notice_text_dispose(&words);
    str_dispose(&csv);
    compose_end(&w);
    return status;
}

static enum status name_group(const char **group, struct arena *arena, struct work *w,
                              struct err *err)
{
    return text_group_make(group, arena, w->c->app, w->c->dossier, w->notice, &w->party,
                           w->contact.language, err);
}

enum status compose_group(const char **group, struct arena *arena, struct composer *composer,
                          const struct notice *notice, struct err *err)
{
    struct work w;
    enum status status = compose_begin(&w, composer, notice, err);
    if (status == OK)
        status = name_group(group, arena, &w, err);
    compose_end(&w);
    return status;
}

enum status compose_join(struct frame_out *job, const char **group, struct arena *arena,
                         struct composer *composer, const struct notice *notice, const char *wanted,
                         struct err *err)
{
    struct work w;
    struct str cert;
    struct str outer;
    char *message_id = NULL;
    char *first_id = NULL;
    str_init(&cert, STR_LIMIT_TEXT);
    str_init(&outer, STR_LIMIT_LINE);
    enum status status = compose_begin(&w, composer, notice, err);
    if (status == OK)
        status = name_group(group, arena, &w, err);
    if (status != OK || !text_equal(*group, wanted))
        goto done;
    status = compose_cert(&w, &cert, err);
    if (status == OK)
        status = compose_message_ids(&message_id, &first_id, &w, err);
    if (status == OK)
        status = wording_outer_subject(&outer, composer->wording, &w.facts, err);
    if (status != OK)
        goto done;
    frame_int(job, notice->id);
    frame_text(job, w.contact.name);
    frame_text(job, notice->address);
    frame_text(job, w.return_address);
    frame_text(job, str_text(&outer));
    frame_text(job, message_id);
    frame_text(job, first_id);
    frame_bytes(job, str_bytes(&cert));
    frame_text(job, w.key.sub_fpr);
done:
    str_dispose(&outer);
    str_dispose(&cert);
    compose_end(&w);
    return status;
}
