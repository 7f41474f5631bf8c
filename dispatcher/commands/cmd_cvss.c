/* dispatcher/commands/cmd_cvss - scores of vectors, and how they come about. */
#include "advisory/cvss.h"
#include "dispatcher/cli.h"

#include <stdio.h>
#include <string.h>

#define VECTOR_MOST 1024 /* bytes; the longest that is right has 164 */

/* One vector; where names it in an error. Returns its exit code. */
static int show_vector(const char *where, const char *vector, bool json)
{
    struct cvss cvss;
    struct err err = {0};
    struct str out;
    if (cvss_read(&cvss, vector, &err) != OK) {
        (void)err_prefix(&err, "%s", where);
        (void)cli_fail(&err);
        return EXIT_NO;
    }
    str_init(&out, STR_LIMIT_LINE);
    if (json)
        cvss_print_json(&out, &cvss, vector);
    else {
        str_addf(&out, "%s\n", vector);
        cvss_print(&out, &cvss);
    }
    str_add_c(&out, '\n');
    int code = cli_put(&out) ? EXIT_DONE : EXIT_AGAIN;
    str_dispose(&out);
    return code;
}

/* The next line without its end; false at the end of the file. What is too long is cut. */
static bool read_line(char line[VECTOR_MOST + 1], size_t *size)
{
    int c = getc(stdin);
    if (c == EOF)
        return false;
    for (*size = 0; c != EOF && c != '\n'; c = getc(stdin)) {
        if (*size <= VECTOR_MOST)
            line[(*size)++] = (char)c;
    }
    return true;
}

static int show_line(char line[VECTOR_MOST + 1], size_t size, size_t number, bool json)
{
    char where[48];
    (void)snprintf(where, sizeof where, "standard input, line %zu", number);
    bool long_one = size > VECTOR_MOST;
    size -= size > 0 && line[size - 1] == '\r';
    if (size == 0)
        return EXIT_DONE;
    if (long_one || memchr(line, '\0', size) != NULL) {
        struct err err = {0};
        (void)err_set(&err, ERR_INVALID, "%s: %s: write one vector a line", where,
                      long_one ? "longer than any vector" : "it holds a NUL byte");
        (void)cli_fail(&err);
        return EXIT_NO;
    }
    line[size] = '\0';
    return show_vector(where, line, json);
}

static int show_input(bool json)
{
    char line[VECTOR_MOST + 2];
    size_t size = 0;
    int code = EXIT_DONE;
    for (size_t number = 1; code != EXIT_AGAIN && read_line(line, &size); number++) {
        int one = show_line(line, size, number, json);
        code = one > code ? one : code;
    }
    if (ferror(stdin) != 0) {
        (void)fprintf(stderr, "tocsin: standard input: cannot be read: try again\n");
        code = EXIT_AGAIN;
    }
    return code;
}

int command_cvss(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, NULL, 0, &argc, argv, &code))
        return code;
    if (argc == 0)
        return cli_usage("no vector given");
    for (int i = 0; i < argc && code != EXIT_AGAIN; i++) {
        char where[32];
        (void)snprintf(where, sizeof where, "vector %d", i + 1);
        int one = text_equal(argv[i], "-") ? show_input(common.json)
                                           : show_vector(where, argv[i], common.json);
        code = one > code ? one : code;
    }
    return code;
}
