#include "base/word.h"

#include "tests/base/suite.h"

#include <string.h>

/* Enumerations differ in type: small wrappers give them one shape for the table. */
#define WRAP(name)                                                                                 \
    static const char *text_of_##name(int v)                                                       \
    {                                                                                              \
        return name##_word((enum name)v);                                                          \
    }                                                                                              \
    static bool read_##name(int *out, const char *text)                                            \
    {                                                                                              \
        enum name v = (enum name)0;                                                                \
        bool known = name##_of(&v, text);                                                          \
        *out = (int)v;                                                                             \
        return known;                                                                              \
    }
WRAP(party_kind)
WRAP(route)
WRAP(tlp)
WRAP(level)
WRAP(notice_kind)
WRAP(form)
WRAP(notice_state)
WRAP(verdict)
WRAP(grade)
WRAP(answer)
WRAP(task_kind)
WRAP(role)
WRAP(advisory_state)
WRAP(case_source)
WRAP(case_state)
WRAP(reportability)
WRAP(fact_class)
WRAP(link_kind)
WRAP(message_way)
WRAP(duty_state)
WRAP(hold_state)

#define ROW(name, count)                                                                           \
    {                                                                                              \
#name, (int)(count), text_of_##name, read_##name                                           \
    }
static const struct {
    const char *name;
    int count;
    const char *(*word)(int v);
    bool (*read)(int *out, const char *text);
} lists[] = {
    ROW(party_kind, PARTY_KIND_COUNT),
    ROW(route, ROUTE_COUNT),
    ROW(tlp, TLP_COUNT),
    ROW(level, LEVEL_COUNT),
    ROW(notice_kind, NOTICE_KIND_COUNT),
    ROW(form, FORM_COUNT),
    ROW(notice_state, STATE_COUNT),
    ROW(verdict, VERDICT_COUNT),
    ROW(grade, GRADE_COUNT),
    ROW(answer, ANSWER_COUNT),
    ROW(task_kind, TASK_KIND_COUNT),
    ROW(role, ROLE_COUNT),
    ROW(advisory_state, ADVISORY_STATE_COUNT),
    ROW(case_source, CASE_SOURCE_COUNT),
    ROW(case_state, CASE_STATE_COUNT),
    ROW(reportability, REPORTABILITY_COUNT),
    ROW(fact_class, FACT_CLASS_COUNT),
    ROW(link_kind, LINK_KIND_COUNT),
    ROW(message_way, MESSAGE_WAY_COUNT),
    ROW(duty_state, DUTY_STATE_COUNT),
    ROW(hold_state, HOLD_STATE_COUNT),
};

START_TEST(every_word_comes_back_as_its_value_and_is_there_once)
{
    for (int v = 0; v < lists[_i].count; v++) {
        int back = -1;
        const char *word = lists[_i].word(v);
        ck_assert_msg(lists[_i].read(&back, word) && back == v, "%s: %s", lists[_i].name, word);
        for (int w = 0; w < v; w++)
            ck_assert_str_ne(lists[_i].word(w), word);
    }
}
END_TEST

START_TEST(unknown_words_are_refused)
{
    static const char *const wrong[] = {"", " ", "unknown", "Accepted", "SEALED", "clear", "smtp "};
    int back = 0;
    ck_assert(!lists[_i].read(&back, NULL));
    for (int i = 0; i < COUNT(wrong); i++)
        ck_assert_msg(!lists[_i].read(&back, wrong[i]), "%s: %s", lists[_i].name, wrong[i]);
}
END_TEST

START_TEST(words_need_no_quoting_anywhere)
{
    for (int v = 0; v < lists[_i].count; v++) {
        const char *word = lists[_i].word(v);
        ck_assert_uint_eq(strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-+"),
                          strlen(word));
    }
}
END_TEST

START_TEST(words_of_stores_and_evidence_never_change)
{
    ck_assert_str_eq(tlp_word(TLP_AMBER_STRICT), "AMBER+STRICT");
    ck_assert_str_eq(answer_word(ANSWER_NOT_HERE), "not-here");
    ck_assert_str_eq(verdict_word(VERDICT_UNCERTAIN), "uncertain");
    ck_assert_str_eq(notice_state_word(STATE_DOTTED), "dotted");
    ck_assert_str_eq(grade_word(GRADE_PASSED_ON), "passed-on");
    ck_assert_str_eq(notice_event_word(EVENT_WATCH_OVER), "watch-over");
}
END_TEST

START_TEST(events_have_words_of_their_own)
{
    for (int v = 0; v < EVENT_COUNT; v++)
        for (int w = 0; w < v; w++)
            ck_assert_str_ne(notice_event_word((enum notice_event)v),
                             notice_event_word((enum notice_event)w));
}
END_TEST

/* Proves: 4.1.7 authorities, 7.2.3 authorities */
START_TEST(nothing_comes_before_an_authority)
{
    for (int v = 0; v < PARTY_KIND_COUNT; v++)
        if (v != PARTY_REGULATOR)
            ck_assert_int_gt(party_kind_priority((enum party_kind)v),
                             party_kind_priority(PARTY_REGULATOR));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.word");
    TCase *tcase = tcase_create("word");
    tcase_add_loop_test(tcase, every_word_comes_back_as_its_value_and_is_there_once, 0,
                        COUNT(lists));
    tcase_add_loop_test(tcase, unknown_words_are_refused, 0, COUNT(lists));
    tcase_add_loop_test(tcase, words_need_no_quoting_anywhere, 0, COUNT(lists));
    tcase_add_test(tcase, words_of_stores_and_evidence_never_change);
    tcase_add_test(tcase, events_have_words_of_their_own);
    tcase_add_test(tcase, nothing_comes_before_an_authority);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
