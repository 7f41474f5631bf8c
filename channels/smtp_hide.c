#include "channels/smtp_hide.h"

#include <string.h>

/* The code and its mark: "250-". */
#define MARK_COLUMNS 4

static const char *const hidden[] = {"CHUNKING", "BINARYMIME", "DELIVERBY",          "ETRN",
                                     "XUSR",     "XEXCH50",    "ENHANCEDSTATUSCODES"};
static const char *const mechanisms[] = {"PLAIN", "LOGIN"};

void hide_start(struct hide *hide)
{
    *hide = (struct hide){.column = 0};
}

static bool is_word(const struct hide *hide, const char *word)
{
    return strlen(word) == hide->size && memcmp(word, hide->word, hide->size) == 0;
}

static bool is_mechanism(const struct hide *hide, bool whole)
{
    for (size_t i = 0; i < sizeof mechanisms / sizeof mechanisms[0]; i++)
        if (whole ? is_word(hide, mechanisms[i])
                  : hide->size <= strlen(mechanisms[i]) &&
                        memcmp(mechanisms[i], hide->word, hide->size) == 0)
            return true;
    return false;
}

static void end_word(struct hide *hide)
{
    if (!hide->arguments && hide->size > 0) {
        hide->arguments = true;
        hide->is_auth = is_word(hide, "AUTH");
    } else if (hide->is_auth && !hide->spoiled && is_mechanism(hide, true)) {
        hide->auth_known = true;
    }
    hide->size = 0;
    hide->spoiled = false;
}

static void add_letter(struct hide *hide, char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (hide->size < sizeof hide->word)
        hide->word[hide->size++] = c;
}

char hide_byte(struct hide *hide, char c)
{
    if (c == '\n') {
        end_word(hide);
        *hide = (struct hide){.auth_known = hide->auth_known};
        return c;
    }
    if (hide->column < MARK_COLUMNS) {
        hide->column++;
        return c;
    }
    /* "AUTH=PLAIN" is an old way to write it, which the library takes too. */
    if (c == ' ' || c == '\t' || c == '\r' || c == '\v' || (c == '=' && !hide->arguments)) {
        end_word(hide);
        return c;
    }
    add_letter(hide, c);
    if (hide->is_auth) {
        hide->spoiled = hide->spoiled || !is_mechanism(hide, false);
        return hide->spoiled ? 'X' : c;
    }
    if (!hide->arguments)
        for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
            if (is_word(hide, hidden[i]))
                return '-';
    return c;
}
