#include "advisory/quote.h"

#include "base/utf8.h"

void quote_add(struct str *out, const char *text)
{
    struct bytes bytes = bytes_of(text);
    bool cut = bytes.size > QUOTE_MAX;
    if (cut) {
        bytes.size = QUOTE_MAX;
        while (bytes.size > 0 && (bytes.data[bytes.size] & 0xC0) == 0x80)
            bytes.size--;
    }
    utf8_add_line(out, bytes);
    str_add(out, cut ? "…" : "");
}
