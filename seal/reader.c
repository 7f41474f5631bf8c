#include "seal/reader.h"

#include <string.h>

#define LINE_LONGEST 998 /* RFC 5322 §2.1.1 */

static GMimeParser *new_parser(struct bytes bytes)
{
    static bool ready = false; /* GMime counts its users; we are one, to the end of the process */
    if (!ready)
        g_mime_init();
    ready = true;
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(
        bytes.size > 0 ? (const char *)bytes.data : "", bytes.size);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_object_unref(stream);
    return parser;
}

GMimeMessage *reader_message(struct bytes bytes)
{
    GMimeParser *parser = new_parser(bytes);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    return message;
}

GMimeObject *reader_entity(struct bytes bytes)
{
    GMimeParser *parser = new_parser(bytes);
    GMimeObject *entity = g_mime_parser_construct_part(parser, NULL);
    g_object_unref(parser);
    return entity;
}

bool reader_content(struct str *out, GMimeObject *part)
{
    GMimeDataWrapper *content =
        GMIME_IS_PART(part) ? g_mime_part_get_content(GMIME_PART(part)) : NULL;
    if (content == NULL)
        return false;
    GMimeStream *stream = g_mime_stream_mem_new();
    bool good = g_mime_data_wrapper_write_to_stream(content, stream) >= 0;
    const GByteArray *array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    if (good && array->len > 0)
        str_add_n(out, array->data, array->len);
    g_object_unref(stream);
    return good && str_ok(out);
}

bool reader_is_type(GMimeObject *object, const char *type, const char *subtype)
{
    GMimeContentType *content_type = g_mime_object_get_content_type(object);
    return content_type != NULL && g_mime_content_type_is_type(content_type, type, subtype);
}

const char *reader_parameter(GMimeObject *object, const char *name)
{
    return g_mime_object_get_content_type_parameter(object, name);
}

GMimeObject *reader_part(GMimeObject *object, int count, int i)
{
    if (!GMIME_IS_MULTIPART(object))
        return NULL;
    GMimeMultipart *multipart = GMIME_MULTIPART(object);
    const char *before = g_mime_multipart_get_prologue(multipart);
    const char *after = g_mime_multipart_get_epilogue(multipart);
    if (g_mime_multipart_get_count(multipart) != count || !text_is_empty(before) ||
        !text_is_empty(after))
        return NULL;
    return g_mime_multipart_get_part(multipart, i);
}

bool reader_is_canonical(struct bytes bytes)
{
    size_t line = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned char c = bytes.data[i];
        bool crlf = c == '\r' && i + 1 < bytes.size && bytes.data[i + 1] == '\n';
        if (crlf) {
            line = 0;
            i++;
        } else if (c == '\r' || c == '\n' || c == '\0' || c > 126 || ++line > LINE_LONGEST) {
            return false;
        }
    }
    return line == 0;
}
