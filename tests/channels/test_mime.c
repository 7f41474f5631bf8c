/* The shape of mails: fields, addresses, parts, encodings, HTML. GMime is the second opinion. */
#include "inbox.h"

#include "base/utf8.h"
#include "channels/decode.h"
#include "channels/html.h"
#include "channels/mime.h"

#include <dirent.h>
#include <gmime/gmime.h>
#include <string.h>

static struct arena *arena;

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    arena_free(arena);
}

START_TEST(fields_are_found_by_name_whatever_the_case_and_unfolded)
{
    struct fields f;
    struct bytes rest = fields_read(
        &f, arena,
        bytes_of(
            "From someone Mon\nSubject: one\r\n\ttwo\n  three  \nno field\n not folded into one\n"
            "X-A : spaced\nx-a:second\nEmpty:\n\nbody: x\n"));
    ck_assert_str_eq(fields_get(&f, arena, "SUBJECT", 0), "one   two   three");
    ck_assert_str_eq(fields_get(&f, arena, "X-A", 0), "spaced");
    ck_assert_str_eq(fields_get(&f, arena, "x-a", 1), "second");
    ck_assert_ptr_null(fields_get(&f, arena, "x-a", 2));
    ck_assert_str_eq(fields_get(&f, arena, "empty", 0), "");
    ck_assert_ptr_null(fields_get(&f, arena, "body", 0));
    ck_assert_uint_eq(rest.size, strlen("body: x\n"));
}
END_TEST

static const struct {
    const char *value;
    const char *line;
} encoded[] = {
    {"plain", "plain"},
    {"=?utf-8?B?R3LDvMOfZQ==?=", "Gr\xC3\xBC\xC3\x9F"
                                 "e"},
    {"=?ISO-8859-1?q?Gr=FC=DFe_dort?= hier", "Gr\xC3\xBC\xC3\x9F"
                                             "e dort hier"},
    {"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"},
    {"=?utf-8?q?a?=\n =?utf-8?q?b?= c", "ab c"},
    {"=?utf-8*de?q?a?=", "a"},
    {"=?windows-1252?q?=80?=", "\xE2\x82\xAC"},
    {"=?utf-8?q?a=0D=0AX-Evil:_1?=", "a X-Evil: 1"},
    {"=?utf-8?q?=E2=80=AEabc?=", "abc"},
    {"=?no-such-charset?q?=FC?=", "\xC3\xBC"},
    {"=?utf-8?x?a?=", "=?utf-8?x?a?="},
    {"=?utf-8?q?open", "=?utf-8?q?open"},
    {"=?utf-8?q?a b?=", "=?utf-8?q?a b?="},
    {"=?"
     "?q?"
     "?=",
     ""},
    {"Gr\xC3\xBC\xC3\x9F"
     "e",
     "Gr\xC3\xBC\xC3\x9F"
     "e"},
    {"Gr\xFC\xDF"
     "e",
     "Gr\xC3\xBC\xC3\x9F"
     "e"},
};

START_TEST(encoded_words_become_harmless_utf8)
{
    struct fields f;
    struct str raw;
    str_init(&raw, STR_LIMIT_LINE);
    str_addf(&raw, "Subject: %s\n\n", encoded[_i].value);
    (void)fields_read(&f, arena, str_bytes(&raw));
    ck_assert_str_eq(fields_line(&f, arena, "Subject"), encoded[_i].line);
    str_dispose(&raw);
}
END_TEST

static const struct {
    const char *list;
    const char *addresses; /* with a blank behind each */
} mailboxes[] = {
    {"a@b.example", "a@b.example "},
    {"A B <a@b.example>", "a@b.example "},
    {"\"x@y.example, c\" <a@b.example>, <c@d.example>", "a@b.example c@d.example "},
    {"(c@d.example) a@b.example (comment (nested) \\) x)", "a@b.example "},
    {"group: a@b.example, c@d.example;, e@f.example", "a@b.example c@d.example e@f.example "},
    {"undisclosed-recipients:;", ""},
    {"<>", ""},
    {"", ""},
    {"no address here", ""},
    {"John Doe john@b.example", ""},
    {"<a b@c.example>, <d@e.example>", "d@e.example "},
    {"<a@b.example", "a@b.example "},
    {"\"open <a@b.example>", ""},
    {"a\"quoted\"@b.example", ""},
    {"<a@b.example>>", "a@b.example "},
    {"<a;b@c.example>, d@e.example", "d@e.example "},
    {"a@b.example\xE2\x80\xAE", ""},
    {"a@\xFF.example", ""},
};

START_TEST(addresses_come_without_names_and_odd_ones_not_at_all)
{
    struct str got;
    const char *list = mailboxes[_i].list;
    const char *address = NULL;
    str_init(&got, STR_LIMIT_LINE);
    while (address_next(&address, &list, arena))
        str_addf(&got, "%s ", address);
    ck_assert_str_eq(str_text(&got), mailboxes[_i].addresses);
    str_dispose(&got);
}
END_TEST

START_TEST(parameters_are_read_with_quotes_comments_and_blanks)
{
    const char *value = "Text/Plain (x;y=z) ; a = \"q;\\\"u\" ; B=two (c); boundary=\"--x y\"; e";
    ck_assert_str_eq(value_word(value, arena), "text/plain");
    ck_assert_str_eq(value_parameter("x; a = \"q;\\\"u\" ; B=two (c)", arena, "a"), "q;\"u");
    ck_assert_str_eq(value_parameter("x; a=1 ; B=two (c); c=3", arena, "b"), "two");
    ck_assert_str_eq(value_parameter("x; boundary=\"--x y\"", arena, "boundary"), "--x y");
    ck_assert_ptr_null(value_parameter("x; e", arena, "f"));
    ck_assert_ptr_null(value_parameter(NULL, arena, "f"));
    ck_assert_str_eq(value_message_id("<a@b>", arena), "a@b");
    ck_assert_str_eq(value_message_id("a@b", arena), "a@b");
    ck_assert_ptr_null(value_message_id("<>", arena));
    ck_assert_str_eq(value_typed_address("rfc822; <a@b.example>", arena), "a@b.example");
    ck_assert_ptr_null(value_typed_address("rfc822;", arena));
}
END_TEST

static const struct {
    const char *html;
    const char *text;
} pages[] = {
    {"<p>one</p><p>two</p>", "one\n\ntwo\n\n"},
    {"a<br>b<BR/>c", "a\nb\nc\n"},
    {"a &amp; b &lt;c&gt; &#65;&#x42; &auml; &nosuch; &", "a & b <c> AB \xC3\xA4 &nosuch; &\n"},
    {"<style>x</style><script>if (a<b) {}</script><title>t</title>y", "y\n"},
    {"<STYLE>x</STYLE >y", "y\n"},
    {"<style>never closed", ""},
    {"a<!-- <b>hidden --> b<!-- open", "a b\n"},
    {"<blockquote>q<blockquote>r</blockquote></blockquote>own", "> q\n>> r\nown\n"},
    {"</blockquote>x", "x\n"},
    {"<a title=\"x > y\">z</a>", "z\n"},
    {"<a title=\"open>z</a>", "z\n"},
    {"<td>a</td><td>b</td>", "a b\n"},
    {"1 < 2 and <3", "1 < 2 and <3\n"},
    {"<b", ""},
    {"  much \n space  ", "much space\n"},
};

START_TEST(html_gives_its_words_and_nothing_else)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    html_add_text(&out, bytes_of(pages[_i].html));
    ck_assert_str_eq(str_text(&out), pages[_i].text);
    str_dispose(&out);
}
END_TEST

static const struct {
    const char *charset;
    const char *bytes;
    const char *text;
} charsets[] = {
    {"iso-8859-15", "\xA4", "\xE2\x82\xAC"},
    {"UTF-16LE", "D\0O\0", "DO"},
    {"utf-8", "\xC3\xA4\xFF", "\xC3\xA4\xFF"}, /* made harmless by who shows it */
    {NULL, "\xE4", "\xC3\xA4"},
    {"../../evil", "\xC3\xA4", "\xC3\xA4"},
    {"gb18030", "\xFF\x41",
     "\xEF\xBF\xBD"
     "A"},
    {"us-ascii", "a\xE4", "a\xC3\xA4"},
};

START_TEST(charsets_of_a_closed_list_are_converted)
{
    struct str out;
    size_t size = charsets[_i].charset != NULL && strcmp(charsets[_i].charset, "UTF-16LE") == 0
                      ? 4
                      : strlen(charsets[_i].bytes);
    str_init(&out, STR_LIMIT_LINE);
    ck_assert(decode_charset(&out, charsets[_i].charset,
                             (struct bytes){(const unsigned char *)charsets[_i].bytes, size}));
    ck_assert_str_eq(str_text(&out), charsets[_i].text);
    str_dispose(&out);
}
END_TEST

START_TEST(what_does_not_fit_is_cut_and_said)
{
    struct str out;
    str_init(&out, 4);
    ck_assert(!decode_transfer(&out, "base64", bytes_of("YWJjZGVm")));
    ck_assert_str_eq(str_text(&out), "abcd");
    str_reset(&out);
    ck_assert(!decode_transfer(&out, NULL, bytes_of("abcdef")));
    ck_assert_str_eq(str_text(&out), "abcd");
    str_reset(&out);
    ck_assert(!decode_charset(&out, "windows-1252", bytes_of("abcdef")));
    ck_assert_str_eq(str_text(&out), "abcd");
    str_dispose(&out);
}
END_TEST

/* GMime's leaves in the order of the mail, messages inside not entered. */
static void list_leaves(GMimeObject *object, struct str *out)
{
    if (GMIME_IS_MULTIPART(object)) {
        GMimeMultipart *multipart = (GMimeMultipart *)object;
        for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
            list_leaves(g_mime_multipart_get_part(multipart, i), out);
        return;
    }
    GMimeContentType *type = g_mime_object_get_content_type(object);
    char *name = g_mime_content_type_get_mime_type(type);
    str_addf(out, "%s", name);
    g_free(name);
    if (GMIME_IS_PART(object)) {
        GMimeStream *memory = g_mime_stream_mem_new();
        GMimeDataWrapper *content = g_mime_part_get_content((GMimePart *)object);
        if (content != NULL)
            (void)g_mime_data_wrapper_write_to_stream(content, memory);
        GByteArray *bytes = g_mime_stream_mem_get_byte_array((GMimeStreamMem *)memory);
        str_addf(out, " %u ", bytes->len);
        str_add_n(out, bytes->data, bytes->len);
        g_object_unref(memory);
    }
    str_add_c(out, '\n');
}

static void list_ours(struct bytes raw, struct str *out)
{
    struct mime mime;
    mime_read(&mime, arena, raw);
    for (size_t i = 0; i < mime.count; i++) {
        const struct mime_part *part = &mime.parts[i];
        struct str body;
        if (text_starts(part->type, "multipart/"))
            continue;
        str_addf(out, "%s", part->type);
        /* A message inside that is not encoded has no content of its own in GMime. */
        bool recoded = fields_get(&part->fields, arena, "Content-Transfer-Encoding", 0) != NULL;
        if (strcmp(part->type, "message/rfc822") != 0 || recoded) {
            str_init(&body, STR_LIMIT_TEXT);
            ck_assert(mime_decode(&body, part, arena));
            str_addf(out, " %zu ", body.size);
            str_add_n(out, str_text(&body), body.size);
            str_dispose(&body);
        }
        str_add_c(out, '\n');
    }
}

START_TEST(gmime_sees_the_same_parts_in_every_fixture)
{
    size_t compared = 0;
    DIR *dir = opendir(TEST_SOURCE_DIR "/tests/fixtures/inbound");
    ck_assert_ptr_nonnull(dir);
    g_mime_init();
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        struct str raw, ours, theirs;
        if (!text_ends(entry->d_name, ".eml"))
            continue;
        inbox_read_file(&raw, entry->d_name);
        str_init(&ours, STR_LIMIT_TEXT);
        str_init(&theirs, STR_LIMIT_TEXT);
        GMimeStream *stream = g_mime_stream_mem_new_with_buffer(str_text(&raw), raw.size);
        GMimeParser *parser = g_mime_parser_new_with_stream(stream);
        GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
        ck_assert_ptr_nonnull(message);
        list_leaves(g_mime_message_get_mime_part(message), &theirs);
        list_ours(str_bytes(&raw), &ours);
        ck_assert_msg(strcmp(str_text(&ours), str_text(&theirs)) == 0, "%s\nours:\n%s\ntheirs:\n%s",
                      entry->d_name, str_text(&ours), str_text(&theirs));
        compared++;
        g_object_unref(message);
        g_object_unref(parser);
        g_object_unref(stream);
        str_dispose(&theirs);
        str_dispose(&ours);
        str_dispose(&raw);
    }
    (void)closedir(dir);
    ck_assert_uint_gt(compared, 70);
    printf("%zu mails compared with GMime\n", compared);
    g_mime_shutdown();
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, fields_are_found_by_name_whatever_the_case_and_unfolded);
    tcase_add_loop_test(tc, encoded_words_become_harmless_utf8, 0,
                        (int)(sizeof encoded / sizeof encoded[0]));
    tcase_add_loop_test(tc, addresses_come_without_names_and_odd_ones_not_at_all, 0,
                        (int)(sizeof mailboxes / sizeof mailboxes[0]));
    tcase_add_test(tc, parameters_are_read_with_quotes_comments_and_blanks);
    tcase_add_loop_test(tc, html_gives_its_words_and_nothing_else, 0,
                        (int)(sizeof pages / sizeof pages[0]));
    tcase_add_loop_test(tc, charsets_of_a_closed_list_are_converted, 0,
                        (int)(sizeof charsets / sizeof charsets[0]));
    tcase_add_test(tc, what_does_not_fit_is_cut_and_said);
    tcase_add_test(tc, gmime_sees_the_same_parts_in_every_fixture);
}

int main(void)
{
    return inbox_run("channels.mime", add);
}
