/* test_parser.c -- the shape of trees, words as names, limits; that any text gives a tree or an
 * error. */
#include "harness/harness.h"
#include "lang/lang.h"
#include "lang/words.h"
#include "random_tree.h"

#include <string.h>

static const Node *parse(const char *source, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *root = NULL;
    if (expression_parse(text_of(source), arena, &root, &diagnostics) == STATUS_OK) return root;
    Text shown = diagnostic_render(&diagnostics.items[0], text_of(source), LANGUAGE_EN, arena);
    harness_fail(__FILE__, __LINE__, "%s\n%.*s", source, TEXT_FORMAT(shown));
    static const Node nothing = {.kind = NODE_KIND_COUNT};
    return &nothing;
}

static void expect_same(int line, const char *source, const char *same)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Node *a = parse(source, arena), *b = parse(same, arena);
    if (a->kind == NODE_KIND_COUNT || b->kind == NODE_KIND_COUNT || expression_equal(a, b)) return;
    harness_fail(__FILE__, line, "'%s' is another expression than '%s'", source, same);
}

#define EXPECT_SAME(source, same) expect_same(__LINE__, source, same)

/* The code of the first error, "" when there is none. */
static const char *first_error(Text source)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *root = NULL;
    Status status = expression_parse(source, arena, &root, &diagnostics);
    EXPECT((status == STATUS_OK) == (diagnostics.errors_count == 0));
    return diagnostics.count == 0 ? "" : diagnostic_code(diagnostics.items[0].kind);
}

static size_t errors_of(Text source)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *root = NULL;
    Status status = expression_parse(source, arena, &root, &diagnostics);
    EXPECT((status == STATUS_OK) == (diagnostics.errors_count == 0));
    return diagnostics.errors_count;
}

#define EXPECT_ERROR(source, code) EXPECT_TEXT(text_of(first_error(text_of(source))), code)

TEST(and_binds_tighter_than_or_and_not_tighter_than_both)
{
    EXPECT_SAME("a or b and c", "a or (b and c)");
    EXPECT_SAME("not a and b", "(not a) and b");
    EXPECT_SAME("not a = 1", "not (a = 1)");
    EXPECT_SAME("not not a", "not (not a)");
}

TEST(arithmetic_groups_to_the_left)
{
    EXPECT_SAME("a - b - c", "(a - b) - c");
    EXPECT_SAME("a / b * c", "(a / b) * c");
    EXPECT_SAME("a + b * c = -d", "(a + (b * c)) = (-d)");
}

TEST(a_list_of_conditions_is_one_node)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Node *flat = parse("a and b and c", arena);
    EXPECT_INT(flat->kind, NODE_AND);
    EXPECT_INT(flat->as.list.count, 3);
    const Node *nested = parse("(a and b) and c", arena);
    EXPECT_INT(nested->as.list.count, 2);
    EXPECT_INT(nested->as.list.items[0]->kind, NODE_AND);
}

TEST(a_minus_belongs_to_the_number_behind_it)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_INT(parse("-1", arena)->kind, NODE_LITERAL);
    EXPECT_INT(parse("-(1)", arena)->kind, NODE_NEGATE);
    EXPECT_INT(parse("- -1", arena)->as.unary.operand->as.literal.value.as.decimal, -1);
    EXPECT_SAME("a -1", "a - 1");
    EXPECT_SAME("a - -1", "a - (-1)");
}

TEST(a_date_needs_its_digits_joined)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_INT(parse("2026-03-31", arena)->as.literal.type.kind, TYPE_DATE);
    EXPECT_INT(parse("2026 - 03 - 31", arena)->kind, NODE_ARITHMETIC);
    EXPECT_INT(parse("2026-3-31", arena)->kind, NODE_ARITHMETIC);
    EXPECT_INT(parse("a-2026-03-31", arena)->kind, NODE_ARITHMETIC);
    EXPECT_INT(parse("2026-03-31T14:30", arena)->as.literal.type.kind, TYPE_MOMENT);
    EXPECT_SAME("2026-03-31T14:30", "2026-03-31T14:30:00");
}

TEST(round_brackets_hold_a_list_unless_they_cannot)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_INT(parse("a in (200, 500)", arena)->kind, NODE_IN_LIST);
    EXPECT_INT(parse("a in (-200, \"b\")", arena)->kind, NODE_IN_LIST);
    const char *intervals[] = {"a in [200, 500)", "a in (200, 500]", "a in (, 500)",
                               "a in (200, )",    "a in (b, 500)",   "a in (200, 2 * b)",
                               "a in ((1), 2)",   "a in [f(1, 2), ]"};
    for (size_t i = 0; i < sizeof intervals / sizeof *intervals - 1; i++)
        EXPECT_INT(parse(intervals[i], arena)->kind, NODE_IN_INTERVAL);
    const Node *half = parse("a in (, 500]", arena);
    EXPECT(half->as.in_interval.low == NULL && !half->as.in_interval.low_included);
    EXPECT(half->as.in_interval.high_included);
}

TEST(negative_forms_are_marked)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *forms[] = {"a != 1",
                           "a not in (1)",
                           "a not in [1, 2)",
                           "a not between 1 and 2",
                           "a is not missing",
                           "a not contains \"x\"",
                           "a not starts with \"x\"",
                           "a not ends with \"x\"",
                           "a not matches \"x\"",
                           "a has none (\"x\")",
                           "a not under \"x\""};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        EXPECT(parse(forms[i], arena)->negated);
}

TEST(words_are_names_where_they_cannot_be_words)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *words[] = {"last",   "previous", "this",   "next",  "from", "to",     "since",
                           "before", "on",       "ago",    "top",   "by",   "within", "where",
                           "then",   "at",       "of",     "any",   "none", "date",   "time",
                           "kind",   "day",      "months", "class", "left", "count",  "sequence"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        Text source = arena_printf(arena, "%s > 3 and if(%s, %s, -%s) = %s * 2 or %s", words[i],
                                   words[i], words[i], words[i], words[i], words[i]);
        EXPECT_TEXT(expression_print(parse(source.data, arena), arena), source.data);
        EXPECT(!lang_word_is_reserved(text_of(words[i])));
    }
    EXPECT_INT(parse("top 5 by by within (within)", arena)->kind, NODE_RANK);
    EXPECT_INT(parse("count(where where by by month, last 1 day)", arena)->kind, NODE_AGGREGATE);
}

TEST(reserved_words_are_names_only_in_backticks)
{
    const char *words[] = {"and",   "or",       "NOT",    "in",    "between",
                           "is",    "missing",  "true",   "False", "has",
                           "under", "contains", "starts", "ends",  "matches"};
    AUTO(arena_done) Arena *arena = arena_new();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        EXPECT(lang_word_is_reserved(text_of(words[i])));
        Text source = arena_printf(arena, "`%s` = 1", words[i]);
        EXPECT_TEXT(expression_print(parse(source.data, arena), arena), source.data);
    }
}

TEST(the_schema_refuses_exactly_the_reserved_words)
{
    size_t reserved_count = 0, refused_count = 0;
    for (Word word = WORD_OTHER + 1; word < WORD_COUNT; word++)
        if (word_is_reserved(word)) reserved_count++;
#define RESERVED_WORD(word) refused_count += lang_word_is_reserved(TEXT(word));
#include "model/reserved_words.def"
#undef RESERVED_WORD
    EXPECT_INT(refused_count, reserved_count);
}

TEST(today_is_a_function_without_brackets)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_INT(parse("today", arena)->kind, NODE_CALL);
    EXPECT_SAME("TODAY()", "today");
    EXPECT_INT(parse("`today`", arena)->kind, NODE_NAME);
}

TEST(keywords_functions_and_units_mind_no_case)
{
    EXPECT_SAME("A AND NOT Sum(Purchase.amount, LAST 3 Months) IN (TRUE)",
                "a and not sum(purchase.amount, last 3 month) in (true)");
}

TEST(an_argument_is_a_window_when_its_words_can_be_nothing_else)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Node *call = parse("entered(\"S\", last 30 days)", arena);
    EXPECT(call->as.call.has_window && call->as.call.arguments.count == 1);
    call = parse("coalesce(last, this, on)", arena);
    EXPECT(!call->as.call.has_window && call->as.call.arguments.count == 3);
    call = parse("left(\"S\", between 6 and 3 months ago shifted back 1 year)", arena);
    EXPECT_INT(call->as.call.window.kind, WINDOW_BETWEEN_AGO);
    EXPECT(call->as.call.window.is_shifted);
}

TEST(spans_are_the_bytes_of_each_node)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Node *root = parse("  (ё = 1 ) and count(p) > -2 ", arena);
    EXPECT_INT(root->span.begin_byte, 2);
    EXPECT_INT(root->span.end_byte, 29);
    EXPECT_INT(root->as.list.items[0]->span.begin_byte, 3);
    EXPECT_INT(root->as.list.items[0]->span.end_byte, 9);
    EXPECT_INT(root->as.list.items[1]->as.compare.right->span.begin_byte, 27);
}

/* `before` and `after` around `count` times `piece`. */
static Text repeated(Arena *arena, const char *before, const char *piece, size_t count,
                     const char *after)
{
    size_t piece_size = strlen(piece), before_size = strlen(before), after_size = strlen(after);
    size_t size = before_size + count * piece_size + after_size;
    char *text = arena_alloc(arena, size + 1);
    memcpy(text, before, before_size);
    for (size_t i = 0; i < count; i++)
        memcpy(text + before_size + i * piece_size, piece, piece_size);
    memcpy(text + size - after_size, after, after_size);
    return (Text){text, size};
}

TEST(depth_is_limited_whatever_makes_it)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(text_of(first_error(repeated(arena, "", "not ", LANG_DEPTH_MAX - 1, "a"))), "");
    const char *deep[] = {"not ",
                          "a + ",
                          "-(",
                          "(",
                          "abs(",
                          "top 1 by ",
                          "a in [(",
                          "if(a, b, ",
                          "any(p where ",
                          "at least 1 of (",
                          "sequence(p where "};
    for (size_t i = 0; i < sizeof deep / sizeof *deep; i++) {
        Text source = repeated(arena, "", deep[i], 100000, "a");
        EXPECT_TEXT(text_of(first_error(source)), "L037");
    }
    EXPECT_TEXT(text_of(first_error(repeated(arena, "a", " + a", LANG_DEPTH_MAX - 1, ""))), "");
    EXPECT_TEXT(text_of(first_error(repeated(arena, "a", " + a", LANG_DEPTH_MAX, ""))), "L037");
}

TEST(nodes_lists_and_length_are_limited)
{
    AUTO(arena_done) Arena *arena = arena_new();
    size_t operands = LANG_NODES_MAX - 2; /* and the first, and the node of `or` */
    EXPECT_TEXT(text_of(first_error(repeated(arena, "a", " or a", operands, ""))), "");
    EXPECT_TEXT(text_of(first_error(repeated(arena, "a", " or a", operands + 1, ""))), "L038");
    EXPECT_TEXT(text_of(first_error(repeated(arena, "a in (1", ",1", LANG_LIST_MAX - 1, ")"))), "");
    EXPECT_TEXT(text_of(first_error(repeated(arena, "a in (1", ",1", LANG_LIST_MAX, ")"))), "L039");
    EXPECT_INT(errors_of(repeated(arena, "a in (1", ",1", LANG_LIST_MAX + 60, ")")), 1);
    Text longest = repeated(arena, "a", " ", LANG_SOURCE_BYTES_MAX - 1, "");
    EXPECT_TEXT(text_of(first_error(longest)), "");
    EXPECT_TEXT(text_of(first_error(repeated(arena, "a", " ", LANG_SOURCE_BYTES_MAX, ""))), "L040");
    EXPECT_ERROR("count(p, last 1000000 days)", "");
    EXPECT_ERROR("count(p, last 1000001 days)", "L048");
}

/* Nonsense of any length costs what its length costs: a few hundred bytes of memory per byte. */
TEST(long_nonsense_is_refused_at_a_bounded_cost)
{
    static const char *const PIECES[] = {
        "(",           "a in (",
        "a in (b c, ", "f() ",
        "1 111 ",      "a b ",
        "a, ",         "]",
        "и ",          "0,5 ",
        "1,",          "a < ",
        "not ",        "if(a, last 3 days, ",
        "a.b.c ",      "sequence(p, then ",
        "a in (a b ",  "$",
        "- ",          "'\\d' ",
    };
    enum { SIZE = 200000 };
    for (size_t i = 0; i < sizeof PIECES / sizeof *PIECES; i++) {
        AUTO(arena_done) Arena *arena = arena_new();
        Text source = repeated(arena, "", PIECES[i], SIZE / strlen(PIECES[i]), "");
        size_t used_before = arena_used_bytes(arena);
        Diagnostics diagnostics = diagnostics_new(arena);
        const Node *root = NULL;
        EXPECT_INT(expression_parse(source, arena, &root, &diagnostics), STATUS_INVALID);
        size_t used = arena_used_bytes(arena) - used_before;
        if (diagnostics.errors_count > 110 || used > 200 * (size_t)SIZE)
            harness_fail(__FILE__, __LINE__, "'%s': %zu errors, %zu bytes", PIECES[i],
                         diagnostics.errors_count, used);
    }
}

TEST(wrong_bytes_are_refused)
{
    EXPECT_TEXT(text_of(first_error((Text){"a = \"\xFF\"", 7})), "L001");
    EXPECT_TEXT(text_of(first_error((Text){"a\0b", 3})), "L001");
    EXPECT_TEXT(text_of(first_error((Text){0})), "L013");
}

/* Removes, repeats or moves a few bytes of a text. */
static Text mutated(Text text, Random *random, Arena *arena)
{
    char *bytes = arena_alloc(arena, text.size * 2 + 64);
    size_t size = text.size;
    memcpy(bytes, text.data, size);
    for (size_t count = 1 + random_below(random, 3); count > 0 && size > 0; count--) {
        size_t at = random_below(random, size), length = random_below(random, 8);
        if (length > size - at) length = size - at;
        if (random_chance(random, 0.5)) {
            memmove(bytes + at, bytes + at + length, size - at - length);
            size -= length;
        } else if (size + length <= text.size * 2) {
            memmove(bytes + at + length, bytes + at, size - at);
            size += length;
        }
    }
    return (Text){bytes, size};
}

/* Whatever the source: a tree that prints and parses back, or errors that can be shown. */
static void expect_tree_or_errors(Text source, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *root = NULL, *again = NULL;
    if (expression_parse(source, arena, &root, &diagnostics) == STATUS_OK) {
        Text printed = expression_print(root, arena);
        Status status = expression_parse(printed, arena, &again, &diagnostics);
        if (status != STATUS_OK || !expression_equal(root, again))
            harness_fail(__FILE__, __LINE__, "printed otherwise:\n%.*s\n%.*s", TEXT_FORMAT(source),
                         TEXT_FORMAT(printed));
        return;
    }
    EXPECT(diagnostics.errors_count > 0);
    for (size_t i = 0; i < diagnostics.count; i++) {
        Span span = diagnostics.items[i].span;
        EXPECT(span.begin_byte <= span.end_byte && span.end_byte <= source.size);
        for (Language language = LANGUAGE_EN; language < LANGUAGE_COUNT; language++)
            EXPECT(diagnostic_render(&diagnostics.items[i], source, language, arena).size > 0);
    }
}

TEST(damaged_sources_give_a_tree_or_errors_with_places)
{
    Random random = random_seeded(harness_seed());
    for (size_t i = 0; i < 5000; i++) {
        AUTO(arena_done) Arena *arena = arena_new();
        Text printed = expression_print(random_tree(&random, arena, 8, 20), arena);
        expect_tree_or_errors(mutated(printed, &random, arena), arena);
    }
}
