/*
 * tests/store/fault_vfs - a disk under SQLite that fails on request.
 *
 * It counts the calls that reach the disk and makes one of them fail, or takes the power away at
 * one of them: what was not synced by then is there, gone, or torn, sector by sector, as a seed
 * says; what was synced is there. Syncs are only believed, not done, so that it is fast.
 */
#ifndef TOCSIN_TESTS_STORE_FAULT_VFS_H
#define TOCSIN_TESTS_STORE_FAULT_VFS_H

#include <stdbool.h>

enum fault {
    FAULT_NONE,
    FAULT_EIO,      /* that call fails */
    FAULT_EIO_EVER, /* and every one after it */
    FAULT_FULL,     /* that write finds no room */
    FAULT_READER,   /* that opening gives a file for reading only, as SQLite does in need */
    FAULT_POWER     /* the process ends, with FAULT_EXIT */
};

#define FAULT_EXIT 42

/* Becomes SQLite's default. Once per process. */
void fault_register(void);
/* From now on; at counts from 1. */
void fault_arm(enum fault fault, long at, unsigned seed);
/* Did it happen since? */
bool fault_struck(void);

#endif
