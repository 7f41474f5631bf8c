/*
 * evidence/files_inner - what the two ways to list a bundle share. Internal to evidence/files*.c.
 */
#ifndef TOCSIN_EVIDENCE_FILES_INNER_H
#define TOCSIN_EVIDENCE_FILES_INNER_H

#include "base/utf8.h"
#include "evidence/files.h"

/* In at most one folder, parts of [A-Za-z0-9._-] that begin with neither '.' nor '-'. */
bool files_name_good(const char *name);
MUST_USE enum status files_add(struct bundle_files *files, const char *name, int64_t size,
                               int64_t at, struct bundle_fault *fault, struct err *err);
MUST_USE enum status files_list_folder(struct bundle_files *files, struct bundle_fault *fault,
                                       struct err *err);
MUST_USE enum status files_list_tar(struct bundle_files *files, int64_t size,
                                    struct bundle_fault *fault, struct err *err);

#endif
