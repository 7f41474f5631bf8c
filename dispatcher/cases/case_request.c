#include "dispatcher/cases/case_request.h"

#include <stddef.h>

#define TEXT(name) offsetof(struct case_request, name)

static const size_t texts[] = {
    TEXT(act),     TEXT(id),           TEXT(by),         TEXT(reason),   TEXT(what),
    TEXT(value),   TEXT(source),       TEXT(title),      TEXT(reporter), TEXT(reporter_mail),
    TEXT(owner),   TEXT(complaint),    TEXT(at),         TEXT(zone),     TEXT(who),
    TEXT(class),   TEXT(jurisdiction), TEXT(supersedes), TEXT(from),     TEXT(recorded_for),
    TEXT(outcome), TEXT(number),
};
#define TEXTS (sizeof texts / sizeof texts[0])

void case_request_put(struct frame_out *frame, const struct case_request *request)
{
    for (size_t i = 0; i < TEXTS; i++)
        frame_text(frame, *(const char *const *)((const char *)request + texts[i]));
    frame_bytes(frame, request->file);
}

void case_request_get(struct case_request *out, const struct frame *in)
{
    *out = (struct case_request){0};
    for (size_t i = 0; i < TEXTS; i++)
        *(const char **)((char *)out + texts[i]) = frame_get_text(in, OP_ARG + (uint32_t)i);
    out->file = frame_get_bytes(in, OP_ARG + (uint32_t)TEXTS);
}
