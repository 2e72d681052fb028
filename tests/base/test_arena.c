/* test_arena.c -- arenas: alignment, zeroing, reuse, poisoning; and heap memory that aborts. */
#include "base/arena.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "harness/harness.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define IS_POISONED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_POISONED 1
#endif
#endif

static bool is_zeroed(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0) return false;
    return true;
}

TEST(arena_gives_zeroed_aligned_memory)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (size_t size = 0; size < 300; size++) {
        char *bytes = arena_alloc(arena, size);
        REQUIRE(bytes != NULL);
        EXPECT_INT((uintptr_t)bytes % _Alignof(max_align_t), 0);
        EXPECT(is_zeroed(bytes, size));
        memset(bytes, 0xAA, size);
    }
}

/* Goal: memory used again after a reset is zeroed, and pieces of one round do not overlap. */
TEST(arena_is_zeroed_again_after_reset)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Random random = random_seeded(harness_seed());
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 200; i++) {
            size_t size = (size_t)random_below(&random, i % 50 == 0 ? 50000 : 500);
            char *bytes = arena_alloc(arena, size);
            EXPECT(is_zeroed(bytes, size));
            memset(bytes, 0xFF, size);
        }
        EXPECT(arena_used_bytes(arena) > 0);
        arena_reset(arena);
        EXPECT_INT(arena_used_bytes(arena), 0);
    }
}

TEST(arena_takes_pieces_larger_than_its_blocks)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (int round = 0; round < 3; round++) {
        char *small = arena_alloc(arena, 10);
        char *large = arena_alloc(arena, 20u << 20);
        char *next = arena_alloc(arena, 10);
        memset(small, 1, 10);
        memset(large, 2, 20u << 20);
        memset(next, 3, 10);
        EXPECT_INT(small[9], 1);
        EXPECT_INT(large[(20u << 20) - 1], 2);
        EXPECT_INT(next[0], 3);
        arena_reset(arena);
    }
}

TEST(arena_copies_and_prints_texts)
{
    AUTO(arena_done) Arena *arena = arena_new();
    char source[] = "Иванов";
    Text copy = arena_text(arena, text_of(source));
    source[0] = '?';
    EXPECT_TEXT(copy, "Иванов");
    EXPECT_INT(copy.data[copy.size], 0);
    Text empty = arena_text(arena, (Text){NULL, 0});
    EXPECT(empty.data != NULL && empty.size == 0);
    EXPECT(strcmp(arena_cstr(arena, text_slice(copy, 0, 4)), "Ив") == 0);
    EXPECT_TEXT(arena_printf(arena, "%d of %s", 7, "nine"), "7 of nine");
    EXPECT_INT(arena_printf(arena, "%5000d", 1).size, 5000);
}

TEST(arena_push_grows_a_list)
{
    AUTO(arena_done) Arena *arena = arena_new();
    struct {
        int *items;
        size_t count, capacity;
    } list = {0};
    for (int i = 0; i < 10000; i++)
        ARENA_PUSH(arena, &list, i * 3);
    REQUIRE(list.count == 10000);
    for (int i = 0; i < 10000; i++)
        EXPECT_INT(list.items[i], i * 3);
}

TEST(arena_free_accepts_null)
{
    Arena *arena = NULL;
    arena_free(arena);
    arena_done(&arena);
    EXPECT(arena == NULL);
}

#ifdef IS_POISONED
#include <sanitizer/asan_interface.h>

TEST(arena_poisons_what_is_not_handed_out)
{
    AUTO(arena_done) Arena *arena = arena_new();
    char *bytes = arena_alloc(arena, 21);
    EXPECT(!__asan_address_is_poisoned(bytes + 20));
    EXPECT(__asan_address_is_poisoned(bytes + 21));
    char *next = arena_alloc(arena, 32);
    EXPECT(!__asan_address_is_poisoned(next + 31));
    EXPECT(__asan_address_is_poisoned(next + 32));
    EXPECT(__asan_address_is_poisoned(next - 1));
}

TEST(arena_poisons_everything_on_reset)
{
    AUTO(arena_done) Arena *arena = arena_new();
    char *pieces[100];
    for (size_t i = 0; i < 100; i++)
        pieces[i] = arena_alloc(arena, 1000);
    arena_reset(arena);
    for (size_t i = 0; i < 100; i++)
        EXPECT(__asan_address_is_poisoned(pieces[i]) &&
               __asan_address_is_poisoned(pieces[i] + 999));
}
#endif

/* Runs `promise_breaker` in a child; true when it aborted. */
static bool aborts(void (*promise_breaker)(void))
{
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
        promise_breaker();
        _exit(0);
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGABRT;
}

static void ask_for_too_many_elements(void)
{
    Arena *arena = arena_new();
    arena_alloc_array(arena, SIZE_MAX / 4, 8);
    arena_free(arena);
}

static void ask_for_too_many_bytes(void)
{
    Arena *arena = arena_new();
    volatile size_t too_many = SIZE_MAX - 4; /* kept from the compiler, which would complain */
    arena_alloc(arena, too_many);
    arena_free(arena);
}

static void break_a_promise(void)
{
    ASSERT(1 + 1 == 3);
}

TEST(memory_overflow_and_broken_promises_abort)
{
    EXPECT(aborts(ask_for_too_many_elements));
    EXPECT(aborts(ask_for_too_many_bytes));
    EXPECT(aborts(break_a_promise));
}

TEST(memory_is_zeroed_and_resized)
{
    char *bytes = memory_alloc(100);
    EXPECT(is_zeroed(bytes, 100));
    bytes[99] = 'x';
    bytes = memory_resize(bytes, 10000);
    EXPECT_INT(bytes[99], 'x');
    free(bytes);
    void *nothing = memory_alloc(0);
    EXPECT(nothing != NULL);
    free(nothing);
}
