#include "inbound_rules.h"

#include "base/utf8.h"

#include <string.h>

#define TEXT_MAX ((size_t)8 * 1024)

/* Valid UTF-8 without controls; lines: LF and TAB may stand in it. */
static bool harmless(const char *text, bool lines)
{
    struct bytes bytes = bytes_of(text);
    if (text == NULL)
        return true;
    if (bytes.size == 0 || !utf8_valid(bytes, NULL))
        return false;
    for (size_t at = 0; at < bytes.size;) {
        uint32_t c = utf8_next(bytes, &at);
        bool bidi = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        bool layout = lines && (c == '\n' || c == '\t');
        if (bidi || c == 0x7F || (c < ' ' && !layout) || (c >= 0x80 && c < 0xA0))
            return false;
    }
    return true;
}

static bool only(const char *text, const char *signs)
{
    return text == NULL || (text[0] != '\0' && text[strspn(text, signs)] == '\0');
}

static bool is_address(const char *text)
{
    return text == NULL ||
           (strchr(text, '@') != NULL && strpbrk(text, " \t\n<>()[]\",;:\\") == NULL);
}

const char *inbound_broken_rule(const struct inbound *in)
{
    const char *lines[] = {in->to,
                           in->token,
                           in->from,
                           in->message_id,
                           in->original_message_id,
                           in->envelope_id,
                           in->final_recipient,
                           in->original_recipient,
                           in->status,
                           in->diagnostic,
                           in->code};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (!harmless(lines[i], false))
            return "every line is harmless UTF-8 and not empty";
    if (!harmless(in->text, true) || (in->text != NULL && strlen(in->text) > TEXT_MAX))
        return "the text is harmless UTF-8 of at most 8 kB and not empty";
    if (!is_address(in->to) || !is_address(in->from))
        return "to and from are addresses";
    if (!only(in->token, "abcdefghijklmnopqrstuvwxyz0123456789-_") ||
        (in->token != NULL && in->to == NULL))
        return "a token is lower case and was in the address";
    if (!only(in->code, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789") ||
        (in->code != NULL && strlen(in->code) != 7))
        return "a code has seven signs of its alphabet";
    if (!only(in->status, "0123456789."))
        return "a status is three numbers";
    if (in->kind == INBOUND_ANSWER && !(in->has_answer && in->code != NULL))
        return "an answer has a word and a code";
    if (in->kind != INBOUND_ANSWER && in->kind != INBOUND_OTHER &&
        (in->has_answer || in->code != NULL))
        return "what a machine wrote holds no answer and no code";
    if (in->has_answer && (unsigned)in->answer >= ANSWER_COUNT)
        return "the answer is one of the list";
    if (in->told < -1 || (in->told >= 0 && !in->has_answer) ||
        (in->told >= 0 && in->answer != ANSWER_DONE && in->answer != ANSWER_RECEIVED))
        return "who says how many were told has acted";
    if ((unsigned)in->kind >= INBOUND_KIND_COUNT)
        return "the kind is one of the list";
    return NULL;
}
