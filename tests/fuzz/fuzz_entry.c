/* Any bytes as a line of the evidence log: good or a reason, and nothing good that is not ours. */
#include "evidence/entry.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct entry_check check;
    struct bytes line = {data, size};
    entry_check_init(&check);
    bool good = entry_check_line(&check, line);
    if (good != (check.reason == NULL) || good != (check.head.idx == 1))
        abort();
    if (good && (size == 0 || data[size - 1] != '\n'))
        abort();
    (void)entry_check_value(line, "data.party",
                            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                            "x");
    return 0;
}
