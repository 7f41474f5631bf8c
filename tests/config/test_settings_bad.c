/* What a wrong tocsin.conf says: each row breaks the good file in one place. */
#include "tests/config/fixture.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

struct fault {
    const char *old, *put; /* put in place of old; old NULL: put is the whole file */
    const char *words;     /* exact; %s stands for the folder */
};

static const struct fault faults[] = {
    /* names */
    {"relay =", "relai =",
     "tocsin.conf line 3: mail.relai: unknown setting: did you mean mail.relay?"},
    {"store  ", "stoer  ", "tocsin.conf line 11: stoer: unknown setting: did you mean store?"},
    {"release =", "relaese =",
     "tocsin.conf line 9: relaese: unknown setting: did you mean release?"},
    {"approvals = 1", "relay = \"x\"",
     "tocsin.conf line 9: release.relay: unknown setting: did you mean mail.relay?"},
    {"phone = \"+49 30 1\"", "phon = \"+49 30 1\"",
     "tocsin.conf line 5: people.phon: unknown setting: did you mean people.phone?"},
    {"sealing =", "quite_another =",
     "tocsin.conf line 10: quite_another: unknown setting: take it out, or look into the manual"},
    /* types */
    {"{ approvals = 1; }", "{ approvals = \"1\"; }",
     "tocsin.conf line 9: release.approvals: is text, a whole number is wanted: write it without "
     "quotes"},
    {"{ approvals = 1; }", "{ approvals = 1.5; }",
     "tocsin.conf line 9: not a whole number: write decimal digits only, and texts in quotes"},
    {"{ approvals = 1; }", "{ approvals = true; }",
     "tocsin.conf line 9: release.approvals: is true or false, a whole number is wanted: write "
     "decimal digits"},
    {"{ approvals = 1; }", "1",
     "tocsin.conf line 9: release: is a number, a group is wanted: write it as release = { ... };"},
    {"\"tocsin.db\"", "7",
     "tocsin.conf line 11: store: is a number, text is wanted: write it in quotes"},
    {"\"tocsin.db\"", "{ file = \"tocsin.db\"; }",
     "tocsin.conf line 11: store: is a group, text is wanted: write it in quotes"},
    {"\"EXM\"", "[ \"EXM\" ]",
     "tocsin.conf line 1: maker.id: is an array, text is wanted: write it in quotes"},
    {"[ \"psirt\" ]", "\"psirt\"",
     "tocsin.conf line 6: people.roles: is text, an array of texts is wanted: write it as [ "
     "\"one\", \"two\" ]"},
    {"[ \"psirt\" ]", "( \"psirt\" )",
     "tocsin.conf line 6: people.roles: is a list, an array of texts is wanted: write it as [ "
     "\"one\", \"two\" ]"},
    {"[ \"psirt\" ]", "[ 1, 2 ]",
     "tocsin.conf line 6: people.roles: is an array of something else, an array of texts is "
     "wanted: write it as [ \"one\", \"two\" ]"},
    {"[ \"psirt\" ]", "[ \"psirt\", 2 ]",
     "tocsin.conf line 6: 2 is of another type than the first: an array holds values of one type "
     "only"},
    {"store   =", "people2 = 1; people = 2; store =",
     "tocsin.conf line 11: duplicate setting name: a setting stands here a second time: take one "
     "of the two out"},
    {"store   =", "digest = { for = \"hdo\"; }; store =",
     "tocsin.conf line 11: digest: is a group, a list of groups is wanted: write it as ( { for = "
     "\"hdo\"; rrule = \"FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0\"; } )"},
    {"store   =", "digest = ( \"hdo\" ); store =",
     "tocsin.conf line 11: digest: holds text, groups are wanted: write it as ( { for = \"hdo\"; "
     "rrule = \"FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0\"; } )"},
    {"approvals = 1;", "notify_within = 24;",
     "tocsin.conf line 9: release.notify_within: is a number, text is wanted: write a length of "
     "time in quotes, such as \"24h\""},
    {"relay = \"m", "size_limit = 10; relay = \"m",
     "tocsin.conf line 3: mail.size_limit: is a number, text is wanted: write a size in quotes, "
     "such as \"10M\""},
    /* bounds */
    {"approvals = 1;", "approvals = 3;",
     "tocsin.conf line 9: release.approvals: 3 is out of range: 1 to 2 is possible"},
    {"approvals = 1;", "approvals = -1;",
     "tocsin.conf line 9: release.approvals: -1 is out of range: 1 to 2 is possible"},
    {"approvals = 1;", "approvals = 4294967297;",
     "tocsin.conf line 9: the number is too large: write a smaller one"},
    {"approvals = 1;", "approvals = 0x1;",
     "tocsin.conf line 9: not a whole number: write decimal digits only, and texts in quotes"},
    {"approvals = 1;", "approvals = 1L;",
     "tocsin.conf line 9: not a whole number: write decimal digits only, and texts in quotes"},
    {"relay = \"m", "connections = 17; relay = \"m",
     "tocsin.conf line 3: mail.connections: 17 is out of range: 1 to 16 is possible"},
    {"relay = \"m", "deadline = \"1s\"; relay = \"m",
     "tocsin.conf line 3: mail.deadline: 1s is out of range: 5s to 1h is possible"},
    {"relay = \"m", "size_limit = \"999999999999999999M\"; relay = \"m",
     "tocsin.conf line 3: mail.size_limit: 999999999999999999M is out of range: 64K to 50M is "
     "possible"},
    {"relay = \"m", "size_limit = \"60M\"; relay = \"m",
     "tocsin.conf line 3: mail.size_limit: 60M is out of range: 64K to 50M is possible"},
    {"relay = \"m", "size_limit = \"ten\"; relay = \"m",
     "tocsin.conf line 3: mail.size_limit: \"ten\" is not a size: write it as \"512K\", \"10M\" or "
     "a count of bytes"},
    {"approvals = 1;", "notify_within = \"soon\";",
     "tocsin.conf line 9: release.notify_within: \"soon\" is not a length of time: write it as "
     "90s, 15m, 24h or 14d"},
    {"approvals = 1;", "answer_within = \"1000d\";",
     "tocsin.conf line 9: release.answer_within: 1000d is out of range: 1h to 365d is possible"},
    {"store   =", "retry = { first = \"2h\"; };\nstore =",
     "tocsin.conf line 11: retry.first: 2h is out of range: 1s to 1h is possible"},
    /* shapes */
    {"\"EXM\"", "\"exm\"",
     "tocsin.conf line 1: maker.id: \"exm\" is not a maker's id: 2 to 12 capital letters and "
     "digits"},
    {"\"DE\"", "\"UK\"",
     "tocsin.conf line 1: maker.country: \"UK\" is no country of ISO 3166-1: did you mean GB?"},
    {"\"DE\"", "\"de\"",
     "tocsin.conf line 1: maker.country: \"de\" is no country of ISO 3166-1: did you mean DE?"},
    {"\"DE\"", "\"XQ\"",
     "tocsin.conf line 1: maker.country: \"XQ\" is no country of ISO 3166-1: write two capital "
     "letters such as DE"},
    {"\"Example Medical GmbH\"", "\"\"",
     "tocsin.conf line 1: maker.name: is empty: write what it is, or take the line out"},
    {"\"Example Medical GmbH\"", "\"Example \\n Medical\"",
     "tocsin.conf line 1: maker.name: holds a control or direction sign: take it out, it is one "
     "line"},
    {"\"Example Medical GmbH\"", "\"Example \xE2\x80\xAElacideM\"",
     "tocsin.conf line 1: maker.name: holds a control or direction sign: take it out, it is one "
     "line"},
    {"\"Example Medical GmbH\"", "\" Example\"",
     "tocsin.conf line 1: maker.name: begins or ends with a space: take it out"},
    {"\"Example Medical GmbH\"", "\"a\\x00b\"",
     "tocsin.conf line 1: \\x in a text: write the sign itself, the file is UTF-8"},
    {"country =", "url = \"www.example.com\"; country =",
     "tocsin.conf line 1: maker.url: \"www.example.com\" is no web address: write it as "
     "https://www.example.com/security"},
    {"\"psirt@example.com\"", "\"psirt\"",
     "tocsin.conf line 2: mail.from: \"psirt\" is no mail address: write it as name@example.com"},
    {"\"psirt@example.com\"", "\"psirt@@example.com\"",
     "tocsin.conf line 2: mail.from: \"psirt@@example.com\" is no mail address: write it as "
     "name@example.com"},
    {"\"psirt@example.com\"", "\"a..b@example.com\"",
     "tocsin.conf line 2: mail.from: \"a..b@example.com\" is no mail address: write it as "
     "name@example.com"},
    {"\"psirt@example.com\"", "\"psirt@-example.com\"",
     "tocsin.conf line 2: mail.from: \"psirt@-example.com\" is no mail address: write it as "
     "name@example.com"},
    {"\"psirt@example.com\"", "\"psirt@m\xC3\xBCller.example\"",
     "tocsin.conf line 2: mail.from: \"psirt@m\xC3\xBC"
     "ller.example\" holds letters that mail addresses cannot carry: write its domain in the form "
     "that begins with xn--"},
    {"\"psirt@example.com\"", "\"psirt@xn--ample.example\"",
     "tocsin.conf line 2: mail.from: \"psirt@xn--ample.example\" has a part that begins with xn-- "
     "and is no international name: write it in small letters, as it was registered"},
    {"\"psirt@example.com\"", "\"psirt@XN--bcher-kva.example\"",
     "tocsin.conf line 2: mail.from: \"psirt@XN--bcher-kva.example\" has a part that begins with "
     "xn-- and is no international name: write it in small letters, as it was registered"},
    {"psirt+{token}@example.com", "psirt@example.com",
     "tocsin.conf line 2: mail.return: \"psirt@example.com\" must hold {token} once, before the @: "
     "write it as name+{token}@example.com"},
    {"psirt+{token}@example.com", "{token}{token}@example.com",
     "tocsin.conf line 2: mail.return: \"{token}{token}@example.com\" must hold {token} once, "
     "before the @: write it as name+{token}@example.com"},
    {"psirt+{token}@example.com", "psirt@{token}.example.com",
     "tocsin.conf line 2: mail.return: \"psirt@{token}.example.com\" must hold {token} once, "
     "before the @: write it as name+{token}@example.com"},
    {"psirt+{token}@example.com", "a-local-part-that-is-far-too-long-for-mail+{token}@example.com",
     "tocsin.conf line 2: mail.return: "
     "\"a-local-part-that-is-far-too-long-for-mail+{token}@example.com\" is no mail address once "
     "{token} stands for 26 signs: write it as name+{token}@example.com"},
    {"\"mail.example.com:587\"", "\"mail example:587\"",
     "tocsin.conf line 3: mail.relay: \"mail example:587\" is no relay: write its name and port, "
     "mail.example.com:587"},
    {"\"mail.example.com:587\"", "\"mail.example.com:0\"",
     "tocsin.conf line 3: mail.relay: \"mail.example.com:0\" has no port that could be: write 1 to "
     "65535 behind the colon"},
    {"\"mail.example.com:587\"", "\"[::1]:587\"",
     "tocsin.conf line 3: mail.relay: \"[::1]:587\" is no relay: write its name and port, "
     "mail.example.com:587"},
    {"relay = \"m", "helo = \"a_b\"; relay = \"m",
     "tocsin.conf line 3: mail.helo: \"a_b\" is no host name: write it as mail.example.com"},
    {"phone = \"+49 30 1\"", "phone = \"reception\"",
     "tocsin.conf line 5: people.phone: \"reception\" is not a telephone number: write it as +49 "
     "30 123456"},
    {"\"weber\"; name", "\"Weber\"; name",
     "tocsin.conf line 5: people.id: \"Weber\" is not a person's id: 1 to 32 small letters, digits "
     "and hyphens"},
    {"\"psirt\" ]", "\"boss\" ]",
     "tocsin.conf line 6: people.roles: \"boss\" is no role: psirt, regulatory, quality, safety "
     "and service are possible"},
    {"[ \"psirt\" ]", "[ ]", "tocsin.conf line 6: people.roles: is empty: name at least one role"},
    {"\"tls\"", "\"waiting\"",
     "tocsin.conf line 10: sealing.clear: \"waiting\" is none of its words: write \"tls\" or "
     "\"sealed\""},
    {"green = \"sealed\"", "update = \"split\"",
     "tocsin.conf line 10: sealing.update: \"split\" is none of its words: write \"personal\" or "
     "\"broadcast\""},
    {"\"tocsin.db\"", "\"mysql://db/tocsin\"",
     "tocsin.conf line 11: store: \"mysql://db/tocsin\" is no store: write a file name or "
     "postgresql://host/name"},
    {"\"tocsin.db\"", "\"postgresql://tocsin:hunter2@db/tocsin\"",
     "tocsin.conf line 11: store: holds a password: take it out and put it into a password file "
     "(passfile=...) of mode 0600"},
    {"\"tocsin.db\"", "\"postgresql://db/tocsin?user=t&password=hunter2\"",
     "tocsin.conf line 11: store: holds a password: take it out and put it into a password file "
     "(passfile=...) of mode 0600"},
    {"store   =", "digest = ( { for = \"clinic\"; rrule = \"FREQ=DAILY\"; } );\nstore =",
     "tocsin.conf line 11: digest.for: \"clinic\" is none of its words: write a kind of party such "
     "as \"hdo\" or \"regulator\""},
    {"store   =", "digest = ( { for = \"hdo\"; rrule = \"every monday\"; } );\nstore =",
     "tocsin.conf line 11: digest.rrule: \"every monday\" is no recurrence: write it as "
     "FREQ=WEEKLY;BYDAY=MO"},
    {"store   =",
     "digest = ( { for = \"hdo\"; rrule = \"FREQ=DAILY\"; },\n{ for = \"hdo\"; rrule = "
     "\"FREQ=WEEKLY;BYDAY=MO\"; } );\nstore =",
     "tocsin.conf line 12: digest.for: is for the same as another one: write all of it into one "
     "rrule, or take one out"},
    {"store   =",
     "digest = ( { for = \"hdo\"; rrule = \"FREQ=DAILY\"; holidays = \"ignore\"; } );\nstore =",
     "tocsin.conf line 11: digest.holidays: \"ignore\" is none of its words: write none, move, "
     "before or skip"},
    {"store   =",
     "digest = ( { for = \"hdo\"; rrule = \"FREQ=DAILY\"; zone = \"Europe/Berlun\"; } );\nstore =",
     "tocsin.conf line 11: digest.zone: there is no time zone \"Europe/Berlun\": did you mean "
     "Europe/Berlin?"},
    {"store   =", "drill = { schedule = \"FREQ=DAILY\";\n zone = \"Berlin\"; };\nstore =",
     "tocsin.conf line 12: drill.zone: there is no time zone \"Berlin\": write its name of the "
     "IANA "
     "database, as Europe/Berlin"},
    {"store   =", "drill = { schedule = \"FREQ=DAILY\"; zone = \"../zoneinfo/UTC\"; };\nstore =",
     "tocsin.conf line 11: drill.zone: there is no time zone \"../zoneinfo/UTC\": write its name "
     "of "
     "the IANA database, as Europe/Berlin"},
    {"store   =", "digest = ( { for = \"hdo\"; rrule = \"FREQ=WEEKLY;BYDAY=MON\"; } );\nstore =",
     "tocsin.conf line 11: digest.rrule: \"FREQ=WEEKLY;BYDAY=MON\": BYDAY=MON is no weekday: "
     "did you mean MO?"},
    {"store   =",
     "evidence = { timestamps = ( { url = \"http://a.example\"; ca_file = \"a\"; policy = "
     "\"1.02.3\"; } ); };\nstore =",
     "tocsin.conf line 11: evidence.timestamps.policy: \"1.02.3\" is no object identifier: write "
     "it "
     "as 1.2.3.4"},
    {"store   =",
     "evidence = { timestamps = ( { url = \"ftp://a.example\"; ca_file = \"a\"; } ); };\nstore =",
     "tocsin.conf line 11: evidence.timestamps.url: \"ftp://a.example\" is no web address: write "
     "it "
     "as https://www.example.com/security"},
    {"store   =",
     "evidence = { timestamps = ( { url = \"https://me:hunter2@a.example/\"; ca_file = \"a\"; } ); "
     "};\nstore =",
     "tocsin.conf line 11: evidence.timestamps.url: holds a name or a password: take it out, there "
     "is no way to log in"},
    {"store   =",
     "evidence = { timestamps = ( { url = \"http:///tsa\"; ca_file = \"a\"; } ); };\nstore =",
     "tocsin.conf line 11: evidence.timestamps.url: names no server: write it as "
     "http://tsa.example.com"},
    {"store   =", "evidence = { timestamp_every = \"59s\"; };\nstore =",
     "tocsin.conf line 11: evidence.timestamp_every: 59s is out of range: 1m to 30d is possible"},
    {"store   =", "evidence = { timestamp_timeout = \"6m\"; };\nstore =",
     "tocsin.conf line 11: evidence.timestamp_timeout: 6m is out of range: 1s to 5m is possible"},
    /* what is missing, and what does not go together */
    {"store   =", "evidence = { timestamps = ( { url = \"http://a.example\"; } ); };\nstore =",
     "tocsin.conf line 11: evidence.timestamps.ca_file: is missing: add ca_file = \"tsa-ca.pem\"; "
     "to it"},
    {"store   =",
     "evidence = { timestamps = ( { url = \"http://a.example\"; ca_file = \"a\"; },\n{ url = "
     "\"http://a.example\"; ca_file = \"b\"; } ); };\nstore =",
     "tocsin.conf line 12: evidence.timestamps.url: is the address of the first one, too: write "
     "another, or take one out"},
    {"store   =",
     "evidence = { timestamps = ( { url = \"http://a.example/?key=1\"; ca_file = \"a\"; },\n{ url "
     "= "
     "\"http://a.example/?key=2\"; ca_file = \"b\"; } ); };\nstore =",
     "tocsin.conf line 12: evidence.timestamps.url: is the address of the first one, too: write "
     "another, or take one out"},
    {"store   =",
     "evidence = { timestamps = ( { url = \"http://a.example\"; ca_file = \"a\"; }, { url = "
     "\"http://b.example\"; ca_file = \"a\"; }, { url = \"http://c.example\"; ca_file = \"a\"; } "
     "); };\nstore =",
     "tocsin.conf line 11: evidence.timestamps: has 3 entries: 1 to 2 are possible"},
    {"relay = \"mail.example.com:587\";", "",
     "tocsin.conf line 2: mail.relay: is missing: add relay = \"mail.example.com:587\"; to it"},
    {"maker   =", "#maker =",
     "tocsin.conf: maker.name: is missing: write maker = { name = \"Example Medical GmbH\"; };"},
    {"mail = \"weber@example.com\"; ", "",
     "tocsin.conf line 5: people.mail: is missing: add mail = \"weber@example.com\"; to it"},
    {"people  = (", "people = ( );\n/*",
     "tocsin.conf line 5: the comment does not end: close it with */"},
    {"\"meyer\"; name", "\"weber\"; name",
     "tocsin.conf line 7: people.id: \"weber\" is the id of the person of line 5 already: write "
     "another"},
    {"deputy = \"weber\"", "deputy = \"nobody\"",
     "tocsin.conf line 7: people.deputy: \"nobody\" is nobody's id: write the id of another "
     "person"},
    {"deputy = \"weber\"", "deputy = \"meyer\"",
     "tocsin.conf line 7: people.deputy: nobody is their own deputy: write another person's id"},
    {"deputy = \"weber\"", "absent_from = \"2027-01-06\"; absent_to = \"2026-12-24\"",
     "tocsin.conf line 7: people.absent_to: lies before absent_from, or there is none: write both "
     "days"},
    {"deputy = \"weber\"", "absent_to = \"2026-12-24\"",
     "tocsin.conf line 7: people.absent_to: lies before absent_from, or there is none: write both "
     "days"},
    {"approvals = 1;", "approvals = 2;",
     "tocsin.conf line 9: release.approvals: needs 2 of a releasing role and there is 1: give more "
     "people a role of release.roles"},
    {"approvals = 1;", "roles = [ \"safety\" ];",
     "tocsin.conf line 9: release.approvals: needs 1 of a releasing role and there is 0: give more "
     "people a role of release.roles"},
    {"relay = \"m", "user = \"psirt\"; relay = \"m",
     "tocsin.conf line 3: mail.user: needs a password: write mail.password_file too, or take the "
     "user out"},
    {"relay = \"m", "password_file = \"good.secret\"; relay = \"m",
     "tocsin.conf line 3: mail.password_file: belongs to no user: write mail.user too, or take the "
     "file out"},
    {"relay = \"m", "user = \"psirt\"; password_file = \"none.secret\"; relay = \"m",
     "tocsin.conf line 3: mail.password_file: %s/none.secret cannot be read: No such file or "
     "directory: make the file or mend the path"},
    {"relay = \"m", "user = \"psirt\"; password_file = \"open.secret\"; relay = \"m",
     "tocsin.conf line 3: mail.password_file: %s/open.secret can be read by others (mode 0644): "
     "chmod 600 %s/open.secret"},
    {"relay = \"m", "user = \"psirt\"; password_file = \".\"; relay = \"m",
     "tocsin.conf line 3: mail.password_file: %s/. is not a file: name a file"},
    {"relay = \"m", "ca_file = \"none.pem\"; relay = \"m",
     "tocsin.conf line 3: mail.ca_file: %s/none.pem cannot be read: No such file or directory: "
     "make the file or mend the path"},
    /* the text itself */
    {"relay = \"m", "relay = \"a\"; relay = \"m",
     "tocsin.conf line 3: duplicate setting name: a setting stands here a second time: take one of "
     "the two out"},
    {"approvals = 1;", "approvals 1;",
     "tocsin.conf line 9: approvals lacks its = behind it: each setting reads name = value;"},
    {"release = {", "release = {{",
     "tocsin.conf line 9: { stands where a setting or } belongs: each setting reads name = value;"},
    {"tocsin.db\";\n", "tocsin.db", "tocsin.conf line 11: the text does not end: close it with \""},
    {"store   =", "/* store =", "tocsin.conf line 11: the comment does not end: close it with */"},
    {"{ approvals = 1; };", "{ approvals = 1;",
     "tocsin.conf line 9: this { is not closed: close it with }"},
    {"\"mail.example.com:587\"", "mail.example.com:587",
     "tocsin.conf line 3: mail is no value: write texts in quotes"},
    {"\"DE\"; };", "\"DE\"; } };",
     "tocsin.conf line 1: } is not the name of a setting: each setting reads name = value;"},
    {"deputy = \"weber\"; } );", "deputy = \"weber\"; }, );",
     "tocsin.conf line 8: ) stands where a value belongs: each setting reads name = value;"},
    {"deputy = \"weber\"; } );", "deputy = \"weber\"; } };",
     "tocsin.conf line 8: } stands where a comma or the closing bracket belongs: write one of "
     "them"},
    {"[ \"psirt\" ]", "[ \"psirt\" \"a\" true ]",
     "tocsin.conf line 6: true stands where a comma or the closing bracket belongs: write one of "
     "them"},
    {"\"tocsin.db\";\n", "",
     "tocsin.conf line 11: the end of the file stands where a value belongs: each setting reads "
     "name = value;"},
    {"approvals = 1;", "approvals \"hunter2\";",
     "tocsin.conf line 9: approvals lacks its = behind it: each setting reads name = value;"},
    {"release =", "\"release\" =",
     "tocsin.conf line 9: a text is not the name of a setting: each setting reads name = value;"},
    {"store   =", "@include \"/etc/passwd\"\nstore =",
     "tocsin.conf line 11: @include is not followed: write all settings into this file"},
    {"store   =", "a = ((((((((( 1 ))))))))); store =",
     "tocsin.conf line 11: brackets inside brackets: at most 8 are possible"},
    {"store   =", "\xFF\xFE store =", "tocsin.conf line 11: is not UTF-8: save the file as UTF-8"},
    {"store   =", "\x01 store =",
     "tocsin.conf line 11: a control sign stands in the text: take it out"},
    {NULL, "", "tocsin.conf: is empty: write the settings into it"},
    {NULL, "# nothing\n",
     "tocsin.conf: maker.name: is missing: write maker = { name = \"Example Medical GmbH\"; };"},
};

/* Puts the folder's name where the words have %s. */
static const char *expected(struct str *out, const char *words)
{
    for (const char *at; (at = strstr(words, "%s")) != NULL; words = at + 2) {
        str_add_n(out, words, (size_t)(at - words));
        str_add(out, fixture_dir());
    }
    str_add(out, words);
    return str_text(out);
}

START_TEST(a_fault_is_named_with_its_line_and_its_cure)
{
    const struct fault *fault = &faults[_i];
    struct settings *settings = NULL;
    struct err err = {0};
    struct str want;
    char *text = fault->old != NULL ? fixture_broken(fault->old, fault->put) : xstrdup(fault->put);
    str_init(&want, STR_LIMIT_LINE);
    fixture_write("open.secret", bytes_of("x\n"), 0644);
    fixture_write("good.secret", bytes_of("x\n"), 0600);
    enum status status = fixture_load(&settings, text, &err);
    ck_assert_msg(status == ERR_INVALID || status == ERR_LIMIT, "%s gave %s", fault->put,
                  status_word(status));
    ck_assert_ptr_null(settings);
    ck_assert_int_eq(err.code, status);
    ck_assert_str_eq(err.text, expected(&want, fault->words));
    str_dispose(&want);
    free(text);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, a_fault_is_named_with_its_line_and_its_cure, 0,
                        (int)(sizeof faults / sizeof faults[0]));
}

int main(void)
{
    return fixture_run("config.settings_bad", add);
}
