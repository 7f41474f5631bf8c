/*
 * tests/dispatcher/stamping - a stamper with a store in memory, a clock that is turned by hand, and
 * an authority that is a process of the test: its url says how it lies ("http://4.example": enum
 * lie 4; "says", "dies", "raves", "bytes", "silent", "bare", "swells", "floods": the child that
 * asks it does).
 */
#ifndef TOCSIN_TESTS_DISPATCHER_STAMPING_H
#define TOCSIN_TESTS_DISPATCHER_STAMPING_H

#include "dispatcher/signed/checkpoint_inner.h"
#include "dispatcher/signed/stamper_inner.h"
#include "store/checkpoint.h"
#include "tests/dispatcher/world.h"

#define STAMPING_PATIENCE_MS 120000 /* real time, for a process to answer */

extern struct world w;
extern struct checkpoint *checkpoint;
extern struct stamper *stamper;
extern struct settings_authority authorities[2]; /* the first is in use; both are honest */

/* Once for a suite, and for each test. */
void stamping_make_folder(void);
void stamping_remove_folder(void);
void stamping_setup(void);
void stamping_teardown(void);
/* The main of a child: that of all tests here. */
int stamping_fetcher(void);

void stamping_ok(enum status status, const struct err *err);
/* As the next start of the program. */
void stamping_restart(void);
/* Our clock, and the authority's, off_s seconds away. */
void stamping_set_clock(int64_t now_ms, int64_t off_s);
void stamping_after(int64_t ms);
/* The first authority is at this address from now on. */
void stamping_use(const char *url);
/* An entry that is not about time-stamps. */
void stamping_add_news(void);
/* What the signer would have done: a checkpoint over all entries. */
void stamping_cover(void);
void stamping_step(void);
/* A step, and all that comes of it. */
void stamping_settle(void);
/* How many are asked now. */
int stamping_asked(void);
struct stamp_row *stamping_stamps(size_t *count);
size_t stamping_stamp_count(void);
/* Of the first authority, as the store knows them. */
int64_t stamping_failures(void);

#endif
