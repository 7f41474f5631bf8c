/*
 * evidence/view - the members of one entry that is known to be good, by name.
 *
 * For readers of the log behind entry_check_line. Everything is borrowed from the line but texts,
 * which the arena of the call gets without their escapes.
 */
#ifndef TOCSIN_EVIDENCE_VIEW_H
#define TOCSIN_EVIDENCE_VIEW_H

#include "base/arena.h"
#include "evidence/scan.h"

#define VIEW_MEMBERS 24 /* more than any kind declares */

struct entry_view {
    struct bytes line; /* with its newline */
    int64_t idx, at_ms;
    struct bytes kind, subj;
    struct scan_value data[VIEW_MEMBERS];
    size_t count;
};

/* false: not an entry. */
bool entry_view(struct entry_view *out, struct bytes line_with_newline);
bool entry_view_is(const struct entry_view *view, const char *kind);
/* NULL when it is null, not there, or no text. */
const char *entry_view_text(const struct entry_view *view, struct arena *arena, const char *name);
/* `none` when it is null, not there, or no integer. */
int64_t entry_view_int(const struct entry_view *view, const char *name, int64_t none);
bool entry_view_bool(const struct entry_view *view, const char *name);
/* 0 when it is null, not there, or no instant. */
int64_t entry_view_instant(const struct entry_view *view, const char *name);

#endif
