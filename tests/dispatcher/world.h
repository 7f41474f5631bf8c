/* An installation without a disk: settings from a file of its own, a store in memory, real rows. */
#ifndef TOCSIN_TESTS_DISPATCHER_WORLD_H
#define TOCSIN_TESTS_DISPATCHER_WORLD_H

#include "base/frame.h"
#include "dispatcher/app.h"
#include "store/advisory.h"
#include "store/duty.h"
#include "store/notice.h"
#include "store/task.h"

#include <check.h>

#define WORLD_NOW INT64_C(1800000000000)

struct world {
    struct app app;
    struct arena *arena;
    char *dir;
    const char *token, *code; /* of the next notice; NULL: random */
};

void world_open(struct world *w);
/* With a store in this file of the world's folder. */
void world_open_on(struct world *w, const char *store);
void world_close(struct world *w);
/* The register from the text of a parties.csv. */
void world_parties(struct world *w, const char *csv);
/* EXM-2026-0007 as this version, with this label, in this state. */
struct advisory world_advisory(struct world *w, const char *version, enum tlp tlp,
                               enum advisory_state state);
/* The same with these bytes. */
struct advisory world_advisory_of(struct world *w, const char *version, enum tlp tlp,
                                  enum advisory_state state, struct bytes text);
/* What submit and approve write of a SUBMITTED row, without a key; then it is planned. */
void world_release(struct world *w, struct advisory *row);
/* The same without planning it. */
void world_approve(struct world *w, struct advisory *row);
/* A notice to the party's contact of this place, in this state, in a lane of `endpoint`. */
struct notice world_notice(struct world *w, const struct advisory *advisory, const char *party,
                           int64_t seq, enum notice_state state, const char *endpoint);
/* An open case that is linked to this advisory; its id. */
int64_t world_case(struct world *w, const char *tracking);
/* Somebody adopted the rules as they are here; cases that stand already are not computed anew. */
void world_adopt(struct world *w);
/* Sealed bytes in force for it, under this Message-ID. */
void world_parcel(struct world *w, struct notice *notice, const char *message_id);
/* An open attempt of it; returns its id. */
int64_t world_attempt(struct world *w, struct notice *notice);
/* What no code of ours does to the store: as a disk that lies, or a foreign hand. */
void world_sql(struct world *w, const char *sql);
/* Other bytes than were put there, in the blob of this name. */
void world_damage(struct world *w, const char *sha256);
/* The row as it is now. */
struct notice world_read(struct world *w, const struct notice *notice);
/* A case that is linked to EXM-2026-0007, and a hold of it that stands for this country. */
struct hold_row world_hold(struct world *w, const char *country);
/* Open tasks of this kind. */
size_t world_tasks(struct world *w, enum task_kind kind);
/* Entries of this kind about this uid (NULL: any) in the log. */
size_t world_entries(struct world *w, const char *kind, const char *uid);

/* A frame as its receiver reads it; `out` is disposed. */
struct world_frame {
    struct frame_reader reader;
    struct frame frame;
    int ends[2];
};
void world_receive(struct world_frame *f, struct frame_out *out);
void world_forget(struct world_frame *f);

#endif
