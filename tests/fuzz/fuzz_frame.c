/*
 * Any bytes from the other process, in two pieces: frames or ERR_CORRUPT, never a field outside
 * its frame, never more memory than bytes that came.
 */
#include "base/frame.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_frame(const struct frame *frame)
{
    struct frame_out out;
    assert(frame->count <= FRAME_FIELDS);
    frame_begin(&out, frame->type);
    for (uint32_t i = 0; i < frame->count; i++) {
        struct bytes field = frame_get_bytes(frame, i);
        const char *text = frame_get_text(frame, i);
        assert((text != NULL) == frame->present[i]);
        if (text != NULL) {
            assert(text[field.size] == '\0');
            frame_bytes(&out, field);
        } else {
            frame_text(&out, NULL);
        }
        (void)frame_get_int(frame, i);
    }
    assert(frame_end(&out).size > 0);
    frame_dispose(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int ends[2];
    size_t piece = size == 0 ? 0 : data[0] % size + 1;
    struct frame_reader reader;
    struct frame frame;
    if (size > 32 * 1024 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0)
        return 0;
    frame_reader_init(&reader);
    enum status status = ERR_NOT_FOUND;
    for (size_t at = 0; at < size && status == ERR_NOT_FOUND; at += piece) {
        if (piece > size - at)
            piece = size - at;
        assert(send(ends[0], data + at, piece, MSG_NOSIGNAL) == (ssize_t)piece);
        status = frame_reader_fill(&reader, ends[1], NULL);
        assert(status == OK);
        while ((status = frame_take(&reader, &frame, NULL)) == OK)
            check_frame(&frame);
        assert(status == ERR_NOT_FOUND || status == ERR_CORRUPT);
        assert(reader.buffer.capacity + reader.text.capacity <= 4 * size + 1024);
    }
    frame_reader_dispose(&reader);
    (void)close(ends[0]);
    (void)close(ends[1]);
    return 0;
}
