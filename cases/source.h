/* cases/source - the seven sources of IEC 81001-5-1 9.2, in words. */
#ifndef TOCSIN_CASES_SOURCE_H
#define TOCSIN_CASES_SOURCE_H

#include "base/word.h"

const char *case_source_about(enum case_source source); /* "component suppliers" */

#endif
