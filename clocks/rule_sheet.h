/*
 * clocks/rule_sheet - the one table of what a file of rules may hold. Internal to clocks/.
 */
#ifndef TOCSIN_CLOCKS_RULE_SHEET_H
#define TOCSIN_CLOCKS_RULE_SHEET_H

#include "config/sheet.h"

extern const struct sheet rule_file_sheet;
extern const struct sheet rule_sheet; /* of one rule; its fields are called "rules.NAME" */

/* NULL behind the last; in the order of the enums of clocks/rule.h. */
extern const char *const rule_triggers[];
extern const char *const rule_units[];
extern const char *const rule_holds[];
extern const char *const rule_deliverables[];
extern const char *const rule_states[];
extern const char *const rule_recipients[];
extern const char *const rule_copies[];
extern const char *const rule_scopes[];
extern const char *const rule_statuses[];

#endif
