/*
 * drills/sample - the made-up advisory that ships, for drills that are about none of ours.
 */
#ifndef TOCSIN_DRILLS_SAMPLE_H
#define TOCSIN_DRILLS_SAMPLE_H

#include "base/str.h"

/* CSAF 2.0. Its maker, device and flaw do not exist, and it says so. */
struct bytes drill_sample(void);

#endif
