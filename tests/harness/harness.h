/* harness.h -- small unit tests that register themselves; one executable per folder of src/.
 *
 * TEST(name) { EXPECT(x == 1); } runs by itself. Options of the executable: --filter TEXT runs the
 * tests whose name holds TEXT, --seed N replays random tests, --list names them, --accept rewrites
 * text cases (cases.h). The last line is "N passed, N failed". A failed expectation fails its test
 * but lets it go on; REQUIRE ends it. */
#pragma once

#include "base/error.h"
#include "base/text.h"

#include <stdint.h>

typedef void TestFunction(void);

void harness_register(const char *file, const char *name, TestFunction *function);
void harness_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
uint64_t harness_seed(void);             /* the seed of this run: fixed unless --seed was given */
const char *harness_temporary_dir(void); /* an empty directory of this test, removed afterwards */
const char *harness_source_dir(void);    /* the root of the checkout */
bool harness_accepts(void);              /* --accept: text cases take what came out as right */

#define TEST(name)                                                 \
    static void test_##name(void);                                 \
    __attribute__((constructor)) static void register_##name(void) \
    {                                                              \
        harness_register(__FILE__, #name, test_##name);            \
    }                                                              \
    static void test_##name(void)

#define EXPECT(condition)                                                              \
    do {                                                                               \
        if (!(condition)) harness_fail(__FILE__, __LINE__, "expected %s", #condition); \
    } while (0)

#define REQUIRE(condition)                                               \
    do {                                                                 \
        if (!(condition)) {                                              \
            harness_fail(__FILE__, __LINE__, "required %s", #condition); \
            return;                                                      \
        }                                                                \
    } while (0)

#define EXPECT_INT(actual, expected) \
    harness_expect_int(__FILE__, __LINE__, #actual, (int64_t)(actual), (int64_t)(expected))
#define EXPECT_TEXT(actual, expected) \
    harness_expect_text(__FILE__, __LINE__, #actual, (actual), text_of(expected))
/* A call that must succeed; prints the error's sentence when it does not. */
#define EXPECT_OK(call, err) \
    harness_expect_status(__FILE__, __LINE__, #call, (call), STATUS_OK, (err))
#define EXPECT_STATUS(call, status, err) \
    harness_expect_status(__FILE__, __LINE__, #call, (call), (status), (err))

void harness_expect_int(const char *file, int line, const char *what, int64_t actual,
                        int64_t expected);
void harness_expect_text(const char *file, int line, const char *what, Text actual, Text expected);
void harness_expect_status(const char *file, int line, const char *what, Status actual,
                           Status expected, const Error *err);
