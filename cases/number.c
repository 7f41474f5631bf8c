#include "cases/number.h"

#include <stdio.h>
#include <string.h>

#define DIGITS_LEAST 7 /* 26 0017 8 */
#define DIGITS_MOST 20

/*
 * H. M. Damm's quasigroup of order 10: every single wrong digit and every pair of neighbours that
 * changed places gives another check digit.
 */
static char check_digit(const char *digits, size_t count)
{
    static const unsigned char table[10][10] = {
        {0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
        {4, 2, 0, 6, 8, 7, 1, 3, 5, 9}, {1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
        {6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
        {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
        {9, 4, 3, 8, 6, 1, 7, 2, 0, 5}, {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
    };
    unsigned at = 0;
    for (size_t i = 0; i < count; i++)
        at = table[at][digits[i] - '0'];
    return (char)('0' + at);
}

const char *case_number(char out[CASE_NUMBER], int64_t year, int64_t seq)
{
    char digits[CASE_NUMBER];
    (void)snprintf(digits, sizeof digits, "%02d%04lld", (int)(year % 100), (long long)seq);
    const size_t count = strlen(digits);
    (void)snprintf(out, CASE_NUMBER, "C-%.2s-%.30s-%c", digits, digits + 2,
                   check_digit(digits, count));
    return out;
}

static enum status refuse(const char *text, const char *why, struct err *err)
{
    return err_set(err, ERR_INVALID, "%.40s: no number of a case: %s: see tocsin case list", text,
                   why);
}

enum status case_number_read(char out[CASE_NUMBER], const char *text, struct err *err)
{
    char digits[DIGITS_MOST + 1];
    size_t count = 0;
    const char *p = text + (*text == 'C' || *text == 'c');
    for (; *p != '\0'; p++) {
        if (*p == '-' || *p == ' ')
            continue;
        if (*p < '0' || *p > '9')
            return refuse(text, "it has other signs than digits", err);
        if (count == DIGITS_MOST)
            return refuse(text, "it is too long", err);
        digits[count++] = *p;
    }
    if (count < DIGITS_LEAST)
        return refuse(text, "it is too short", err);
    if (count > DIGITS_LEAST && digits[2] == '0')
        return refuse(text, "it has too many zeros", err);
    if (check_digit(digits, count - 1) != digits[count - 1])
        return refuse(text, "a digit is wrong, or two have changed places", err);
    (void)snprintf(out, CASE_NUMBER, "C-%.2s-%.*s-%c", digits, (int)count - 3, digits + 2,
                   digits[count - 1]);
    return OK;
}
