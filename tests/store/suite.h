/*
 * tests/store/suite - one suite for all drivers.
 *
 * Every test gets an empty store in `store`, made by the driver's main (test_sqlite.c,
 * test_postgresql.c), an arena and an err. What a driver does apart from the others is tested
 * beside, in its own file.
 */
#ifndef TOCSIN_TESTS_STORE_SUITE_H
#define TOCSIN_TESTS_STORE_SUITE_H

#include "store/advisory.h"
#include "store/case.h"
#include "store/duty.h"
#include "store/log.h"
#include "store/notice.h"
#include "store/party.h"
#include "store/task.h"

#include "tests/store/says.h"

#include <inttypes.h>

extern struct store *store;
extern struct arena *arena;
extern struct err err;

/* Provided by each driver's main. */
extern const char *const suite_driver;
const char *suite_url(void); /* of the present test's store */
void suite_wipe(void);       /* so that nothing is at suite_url() */
void suite_clean(void);      /* so that nothing is there, or an empty store */

/* The definition of a named CHECK constraint, in the arena; NULL when there is none. */
const char *suite_constraint(const char *name);
int64_t suite_word_constraints(void); /* how many have names that end in _word */
/* Damage done past the database's own guards. */
void suite_without_checks(const char *sql, const char *table, const char *constraint);
void suite_without_foreign_keys(const char *sql);
/* What the database went through for a call; it fails when a table "notice" was read from end to
 * end. */
int64_t suite_cost_of(void (*ask)(void));

/* What a migration says before the number of its version. */
extern const char *const suite_version_sql;

/* Fixture: a new store before each test, closed after it. */
void suite_begin(void);
void suite_end(void);
/* Close `store` and open it again. */
void suite_reopen(enum store_mode mode);
void suite_close(void);

TCase *suite_case(const char *name); /* with the fixture */
/* All cases that every driver must pass. */
Suite *suite_of_all(const char *name);
TCase *suite_store(void);
TCase *suite_items(void);
TCase *suite_texts(void);
TCase *suite_log(void);
TCase *suite_advisory(void);
TCase *suite_plan(void);
TCase *suite_checkpoint(void);
TCase *suite_waiver(void);
TCase *suite_digest(void);
TCase *suite_drill(void);
TCase *suite_case_file(void);
TCase *suite_report(void);
TCase *suite_duty(void);
TCase *suite_hold(void);
TCase *suite_erase(void);
TCase *suite_notice(void);
TCase *suite_queue(void);
TCase *suite_attempt(void);
TCase *suite_party(void);
TCase *suite_register(void);
TCase *suite_task(void);
TCase *suite_words(void);
TCase *suite_check(void);
TCase *suite_cost(void);
TCase *suite_migrate(void);
/* Runs it and returns main's result. */
int suite_run(Suite *suite);

int64_t rows_of(const char *table);
/* The blob of a text; the name lives in the arena. */
const char *blob_of(const char *text);
/* Rows with everything filled in, stored; NULL and 0 are replaced by something valid. */
struct advisory make_advisory(const char *tracking, const char *version);
struct lane make_lane(int64_t advisory_id, const char *jurisdiction, enum party_kind kind,
                      const char *endpoint);
/* Like it, not stored. */
struct notice new_notice(int64_t advisory_id, int64_t lane_id, const char *party);
struct notice make_notice(int64_t advisory_id, int64_t lane_id, const char *party);

/* Received, without owner, number seq of the year 2026; stored. */
struct case_file make_case(int64_t seq);
/* Not stored. */
struct case_fact make_fact(int64_t case_id, const char *kind, int64_t at_ms);
struct case_decision make_decision(int64_t case_id, const char *jurisdiction,
                                   enum reportability verdict);

#endif
