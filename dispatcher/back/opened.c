#include "dispatcher/back/opened.h"

#include "base/file.h"
#include "dispatcher/run/job.h"

#include <stdlib.h>

#define PIECE_FIELDS 3u

enum {
    OPENED_VOICE,
    OPENED_ROBOT,
    OPENED_FROM,
    OPENED_NAME,
    OPENED_TOKEN,
    OPENED_SUBJECT,
    OPENED_MESSAGE_ID,
    OPENED_TEXT,
    OPENED_ENCRYPTED,
    OPENED_TROUBLE,
    OPENED_CUT,
    OPENED_REFERENCES,
    OPENED_PIECES,
    OPENED_REST
};
_Static_assert(OPENED_REST + REPORT_REFERENCES_MAX + PIECE_FIELDS * REPORT_PARTS_MAX + 8 <=
                   FRAME_FIELDS,
               "fits");

void opened_put(struct frame_out *frame, const struct opened_mail *opened)
{
    const struct report_mail *m = &opened->mail;
    frame_int(frame, m->voice);
    frame_text(frame, m->robot);
    frame_text(frame, m->from);
    frame_text(frame, m->name);
    frame_text(frame, m->token);
    frame_text(frame, m->subject);
    frame_text(frame, m->message_id);
    frame_text(frame, m->text);
    frame_int(frame, opened->encrypted ? 1 : 0);
    frame_text(frame, opened->trouble);
    frame_int(frame, m->cut ? 1 : 0);
    frame_int(frame, (int64_t)m->reference_count);
    frame_int(frame, (int64_t)m->piece_count);
    for (size_t i = 0; i < m->reference_count; i++)
        frame_text(frame, m->references[i]);
    for (size_t i = 0; i < m->piece_count; i++) {
        frame_text(frame, m->pieces[i].name);
        frame_text(frame, m->pieces[i].type);
        frame_bytes(frame, m->pieces[i].body);
    }
}

bool opened_get(struct opened_mail *out, const struct frame *frame, uint32_t first)
{
    const int64_t voice = frame_get_int(frame, first + OPENED_VOICE);
    const int64_t references = frame_get_int(frame, first + OPENED_REFERENCES);
    const int64_t pieces = frame_get_int(frame, first + OPENED_PIECES);
    const char *text = frame_get_text(frame, first + OPENED_TEXT);
    *out = (struct opened_mail){.encrypted = frame_get_int(frame, first + OPENED_ENCRYPTED) == 1,
                                .trouble = frame_get_text(frame, first + OPENED_TROUBLE)};
    if (voice < VOICE_PERSON || voice > VOICE_DELIVERY || references < 0 ||
        references > REPORT_REFERENCES_MAX || pieces < 0 || pieces > REPORT_PARTS_MAX ||
        frame->count !=
            first + OPENED_REST + (uint32_t)references + PIECE_FIELDS * (uint32_t)pieces)
        return false;
    struct report_mail *m = &out->mail;
    m->voice = (enum report_voice)voice;
    m->robot = frame_get_text(frame, first + OPENED_ROBOT);
    m->from = frame_get_text(frame, first + OPENED_FROM);
    m->name = frame_get_text(frame, first + OPENED_NAME);
    m->token = frame_get_text(frame, first + OPENED_TOKEN);
    m->subject = frame_get_text(frame, first + OPENED_SUBJECT);
    m->message_id = frame_get_text(frame, first + OPENED_MESSAGE_ID);
    m->text = text != NULL ? text : "";
    m->cut = frame_get_int(frame, first + OPENED_CUT) == 1;
    uint32_t at = first + OPENED_REST;
    for (int64_t i = 0; i < references; i++, at++) {
        const char *id = frame_get_text(frame, at);
        if (id != NULL)
            m->references[m->reference_count++] = id;
    }
    for (int64_t i = 0; i < pieces; i++, at += PIECE_FIELDS) {
        const char *type = frame_get_text(frame, at + 1);
        m->pieces[m->piece_count++] =
            (struct report_piece){.name = frame_get_text(frame, at),
                                  .type = type != NULL ? type : "application/octet-stream",
                                  .body = frame_get_bytes(frame, at + 2)};
    }
    return true;
}

char *opened_home(const struct settings *settings)
{
    return path_join(settings->secret, "reports");
}

void opened_ask(struct frame_out *frame, const struct settings *settings, struct bytes raw)
{
    char *home = opened_home(settings);
    frame_begin(frame, JOB_OPEN);
    frame_text(frame, home);
    frame_text(frame, settings->mail.reply);
    frame_bytes(frame, raw);
    free(home);
}

void opened_unread(struct opened_mail *out, const char *trouble)
{
    *out = (struct opened_mail){.mail = {.voice = VOICE_MACHINE, .robot = trouble, .text = ""},
                                .trouble = trouble};
}
