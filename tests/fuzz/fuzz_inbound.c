/* Whole mails from outside: classified without a fault, and every rule of the outcome holds. */
#include "channels/inbound.h"
#include "channels/report_mail.h"

#include "tests/channels/inbound_rules.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct err err = {0};
    struct bytes raw = {data, size};
    if (inbound_read(&in, arena, raw, "psirt+{token}@example.com", &err) == OK) {
        const char *broken = inbound_broken_rule(&in);
        if (broken != NULL) {
            (void)fprintf(stderr, "broken: %s\n", broken);
            abort();
        }
    } else if (err.text[0] == '\0') {
        abort();
    }
    struct report_mail report;
    if (report_mail_read(&report, arena, raw, "psirt+{token}@example.com", &err) == OK) {
        const bool locked = report.lock == LOCK_PGP_MIME || report.lock == LOCK_PGP_TEXT;
        if ((locked && report_mail_unlocked(&report, arena, raw) && report.lock != LOCK_OTHER) ||
            report.text == NULL || report.piece_count > REPORT_PARTS_MAX ||
            report.reference_count > REPORT_REFERENCES_MAX)
            abort();
    }
    arena_free(arena);
    return 0;
}
