/*
 * P15: any bytes in any text of a mail are written so that GMime reads exactly the plan. The
 * input is cut at NUL bytes: one piece for each text.
 */
#include "seal/check.h"
#include "seal/header.h"
#include "seal/mime.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FROM, TO, SUBJECT, OUTER, TEXT, HTML, FILENAME, VALUE, ADDRESS, ID, PIECES };

enum level { SEALED, SIGNED, BROADCAST };

static void check_level(const struct mail *mail, enum level level)
{
    bool sealed = level != SIGNED;
    struct arena *arena = arena_new();
    struct plan plan;
    struct str payload;
    struct err err = {0};
    str_init(&payload, STR_LIMIT_MAIL);
    enum status status = level == BROADCAST ? plan_make_broadcast(&plan, arena, mail, &err)
                                            : plan_make(&plan, arena, mail, sealed, &err);
    if (status == OK) {
        mime_write_payload(&payload, &plan, sealed);
        assert(str_ok(&payload));
        status = check_payload(str_bytes(&payload), &plan, sealed, &err);
    }
    if (status != OK && !(status == ERR_INVALID && strstr(err.text, "Subject") != NULL)) {
        (void)fprintf(stderr, "%s\n%s\n", err.text, str_text(&payload));
        abort();
    }
    str_dispose(&payload);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *pieces[PIECES] = {0};
    size_t at = 0;
    for (size_t i = 0; i < PIECES; i++) {
        const uint8_t *end = at < size ? memchr(data + at, 0, size - at) : NULL;
        size_t length = end == NULL ? size - at : (size_t)(end - data) - at;
        pieces[i] = xstrndup((const char *)data + at, length);
        at = end == NULL ? size : at + length + 1;
    }
    const struct mail_part part = {pieces[FILENAME], "application/octet-stream", {data, size}};
    const struct mail_header header = {"X-Fuzzed", pieces[VALUE]};
    bool good_address = header_address_is_good(pieces[ADDRESS]);
    struct mail mail = {
        .from_name = pieces[FROM],
        .from = good_address ? pieces[ADDRESS] : "psirt@example.com",
        .to_name = pieces[TO],
        .to = good_address ? pieces[ADDRESS] : "it@hospital.example",
        .reply_to = good_address ? pieces[ADDRESS] : NULL,
        .subject = pieces[SUBJECT],
        .outer_subject = pieces[OUTER],
        .message_id = header_id_is_good(pieces[ID]) ? pieces[ID] : "a@b",
        .text = pieces[TEXT],
        .html = pieces[HTML][0] == '\0' ? NULL : pieces[HTML],
        .parts = &part,
        .part_count = 1,
        .headers = &header,
        .header_count = 1,
    };
    check_level(&mail, SEALED);
    check_level(&mail, SIGNED);
    mail.to = NULL; /* to a group, which is named and has no members */
    mail.to_name = pieces[TO][0] == '\0' ? "Everybody" : pieces[TO];
    mail.reply_to = NULL;
    check_level(&mail, BROADCAST);
    for (size_t i = 0; i < PIECES; i++)
        free(pieces[i]);
    return 0;
}
