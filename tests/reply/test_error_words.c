/* test_error_words.c -- errors speak the language of their thread. */
#include "base/thread.h"
#include "harness/harness.h"
#include "reply/error_words.h"

#include <errno.h>

static Status no_such_item(Error *err)
{
    return error_set(err, STATUS_NOT_FOUND, "there is no item '%.*s'", 6, "Дрель!!");
}

TEST(errors_speak_the_chosen_language)
{
    Error err;
    EXPECT(no_such_item(&err) == STATUS_NOT_FOUND);
    EXPECT_TEXT(text_of(err.message), "there is no item 'Дре'");
    error_speak(error_words_of(LANGUAGE_RU));
    EXPECT(no_such_item(&err) == STATUS_NOT_FOUND);
    EXPECT_TEXT(text_of(err.message), "нет товара 'Дре'");
    error_speak(error_words_of(LANGUAGE_UK));
    EXPECT(no_such_item(&err) == STATUS_NOT_FOUND);
    EXPECT_TEXT(text_of(err.message), "немає товару 'Дре'");
    error_speak(error_words_of(LANGUAGE_EN));
    EXPECT(no_such_item(&err) == STATUS_NOT_FOUND);
    EXPECT_TEXT(text_of(err.message), "there is no item 'Дре'");
}

TEST(the_system_speaks_it_too)
{
    Error err;
    error_speak(error_words_of(LANGUAGE_RU));
    EXPECT(error_set_system(&err, ENOSPC, "cannot write '%s'", "a") == STATUS_IO);
    error_speak(NULL);
    EXPECT_TEXT(text_of(err.message), "не удаётся записать 'a': на диске нет места");
}

TEST(what_has_no_words_stays_as_it_is)
{
    Error err;
    error_speak(error_words_of(LANGUAGE_RU));
    EXPECT(error_set(&err, STATUS_INVALID, "%s", "there is no item '%.*s'") == STATUS_INVALID);
    error_speak(NULL);
    EXPECT_TEXT(text_of(err.message), "there is no item '%.*s'");
}

static void ask_in_thread(void *context)
{
    (void)no_such_item(context);
}

TEST(a_thread_speaks_like_the_one_that_started_it)
{
    Error err;
    Thread thread;
    error_speak(error_words_of(LANGUAGE_UK));
    EXPECT_OK(thread_start(ask_in_thread, &err, &thread, &err), &err);
    error_speak(NULL);
    thread_join(thread);
    EXPECT_TEXT(text_of(err.message), "немає товару 'Дре'");
}
