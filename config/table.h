/*
 * config/table - the one table of the settings of tocsin.conf. Internal to config/.
 */
#ifndef TOCSIN_CONFIG_TABLE_H
#define TOCSIN_CONFIG_TABLE_H

#include "config/sheet.h"

extern const struct sheet settings_sheet;

#endif
