/*
 * Any bytes as an expression of versions, and, behind its line, as a version that somebody holds.
 * Besides not crashing: an answer is the same however the expression is spaced and cased, the
 * bounds ascend, what is held and named itself is never proven to be outside, and a range and its
 * opposite never prove the same.
 */
#include "advisory/match.h"
#include "advisory/version.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool is_lower(enum version_op op)
{
    return op == VERSION_OP_FROM || op == VERSION_OP_ABOVE;
}

/* As the header says: bounds first, ascending, a lower one followed by its upper one. */
static void check_range(const struct version_range *range)
{
    bool single = false;
    require(range->count <= VERSION_RANGE_ATOMS);
    require(range->all || range->count > 0);
    for (size_t i = 0; i < range->count; i++) {
        const struct version_atom *atom = &range->atom[i];
        require(atom->version.count > 0 && atom->version.count <= VERSION_PARTS);
        if (atom->op == VERSION_OP_IS || atom->op == VERSION_OP_NOT) {
            single = true;
            continue;
        }
        require(!single);
        if (i > 0) {
            require(version_order(&atom[-1].version, &atom->version) < 0);
            require(is_lower(atom[-1].op) != is_lower(atom->op));
        }
    }
}

/* The same in capital letters, and with more space around it. */
static void check_forms(const char *expression, const struct version_range *range,
                        const struct version *held)
{
    struct version_range again;
    char *loud = xprintf(" %s\t ", expression);
    for (char *at = loud; *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    require(version_range_read(&again, loud));
    require(again.all == range->all && again.count == range->count);
    require(version_range_has(&again, held) == version_range_has(range, held));
    free(loud);
}

/* "<" proves nothing that ">=" proves, and so on. */
static void check_opposite(const struct version_range *range, const struct version *held)
{
    static const enum version_op opposite[] = {
        [VERSION_OP_IS] = VERSION_OP_NOT,      [VERSION_OP_NOT] = VERSION_OP_IS,
        [VERSION_OP_BELOW] = VERSION_OP_FROM,  [VERSION_OP_UP_TO] = VERSION_OP_ABOVE,
        [VERSION_OP_ABOVE] = VERSION_OP_UP_TO, [VERSION_OP_FROM] = VERSION_OP_BELOW};
    struct version_range other = {.count = 1, .atom = {range->atom[0]}};
    struct version_range one = other;
    other.atom[0].op = opposite[other.atom[0].op];
    enum version_answer answer = version_range_has(&one, held);
    require(answer == VERSION_ANSWER_UNCLEAR || answer != version_range_has(&other, held));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t length = line != NULL ? (size_t)(line - data) : size;
    char *expression = xstrndup((const char *)data, length);
    char *text = line != NULL ? xstrndup((const char *)line + 1, size - length - 1) : xstrdup("2");
    struct version_range range;
    struct version held;
    bool read = version_range_read(&range, expression);
    if (read)
        check_range(&range);
    if (version_held(&held, text)) {
        require(held.count > 0 && version_relate(&held, &held) != VERSION_LESS &&
                version_relate(&held, &held) != VERSION_GREATER);
        if (read) {
            check_forms(expression, &range, &held);
            if (!range.all)
                check_opposite(&range, &held);
        }
    }
    /* Who holds exactly what is named is never left out. */
    require(match_version(expression, expression, true) != VERSION_OUTSIDE);
    require(match_version(text, text, false) != VERSION_OUTSIDE);
    free(expression);
    free(text);
    return 0;
}
