/* lang.h -- the expression language in one page: text and JSON in, checked tree out, and back.
 *
 *   source ─ expression_parse ─> Node ─ expression_check ─> Expression ─> print, JSON, sentence,
 *   JSON ── expression_from_json ┘                                        lint, SQL, evaluators
 *
 * Nothing here knows data; names come from a Catalog. Results live in the arena given. */
#pragma once

#include "lang/catalog.h"
#include "lang/diagnostics.h"

/* Parse text. INVALID when diagnostics hold errors (all that were found, not only the first); LIMIT
 * problems are diagnostics too. Names stay unresolved. */
MUST_CHECK Status expression_parse(Text source, Arena *arena, const Node **ret_root,
                                   Diagnostics *diagnostics);

/* Parse "EXPRESSION as name, EXPRESSION, ...". A column without a name is called by its canonical
 * text. */
typedef struct {
    Text name;
    const Node *root;
} ColumnExpression;

MUST_CHECK Status expression_parse_columns(Text source, Arena *arena,
                                           ColumnExpression **ret_columns, size_t *ret_count,
                                           Diagnostics *diagnostics);

/* The same where columns stand beside the customer's own code and name: these two names are taken.
 */
MUST_CHECK Status expression_parse_customer_columns(Text source, Arena *arena,
                                                    ColumnExpression **ret_columns,
                                                    size_t *ret_count, Diagnostics *diagnostics);

/* The JSON form; the same tree as the text it stands for. */
MUST_CHECK Status expression_from_json(Text json, Arena *arena, const Node **ret_root,
                                       Diagnostics *diagnostics);

/* An expression as a person gave it, as text: itself, or when it is the JSON form ('{' begins no
 * text) what that prints. Findings are about what was given when this fails, else about the text.
 */
MUST_CHECK Status expression_read_text(Text given, Arena *arena, Text *ret_text,
                                       Diagnostics *diagnostics);

typedef enum { EXPECT_ANY_VALUE, EXPECT_RULE } ExpectedResult;

/* Resolve names, give every node its type, expand metrics. The given tree is not changed, but its
 * texts are borrowed; the texts of the catalog are not. INVALID with all errors in `diagnostics`; a
 * rule that is not yes/no is one when EXPECT_RULE. The result has no source; expression_compile
 * gives it one. */
MUST_CHECK Status expression_check(const Node *root, const Catalog *catalog,
                                   ExpectedResult expected, Arena *arena,
                                   Expression **ret_expression, Diagnostics *diagnostics);

/* After parsing failed: where words that are the label of a property or a field stand for its name,
 * the diagnostics from index `first` on tell the name. */
void expression_explain_labels(const Catalog *catalog, Diagnostics *diagnostics, size_t first);

/* Parse and check in one step; the source may be the JSON form. */
MUST_CHECK Status expression_compile(Text source, const Catalog *catalog, ExpectedResult expected,
                                     Arena *arena, Expression **ret_expression,
                                     Diagnostics *diagnostics);

/* Canonical text: parse(print(x)) gives x. Works on unchecked and checked trees alike. */
Text expression_print(const Node *root, Arena *arena);
/* Canonical JSON, compact, keys in a fixed order; from_json(json(x)) gives x. */
Text expression_to_json(const Node *root, Arena *arena);
/* Whether two trees are the same expression (spans and quoting ignored). */
bool expression_equal(const Node *a, const Node *b);

/* One readable sentence; windows as concrete dates of `as_of`. */
Text expression_sentence(const Expression *expression, Date as_of, Language language, Arena *arena);

/* A text that a rule looks for in what the data hold. */
typedef struct {
    const Node *subject; /* NODE_PROPERTY or NODE_FIELD */
    Text text;
    bool is_under; /* any level of a hierarchy will do; else the last one */
} TextSought;

typedef enum {
    TEXT_OCCURS,       /* or it is not known */
    TEXT_HAS_BRANCHES, /* a level of a hierarchy that others lie below; the last one was sought */
    TEXT_OCCURS_NOT
} TextOccurrence;

/* What is legal but looks wrong: see §10 of the language. Adds warnings. Facts about the data are
 * optional: pass what is known. */
typedef struct {
    bool has_today, has_event_dates;
    Date today;
    Date first_event, last_event; /* of all streams */
    /* Whether the text occurs; when it does not, *ret_near is one like it that does, or empty.
     * NULL: not known. */
    TextOccurrence (*occurs)(void *context, const TextSought *sought, Text *ret_near);
    void *context;
} LintFacts;

void expression_lint(const Expression *expression, const Catalog *catalog, const LintFacts *facts,
                     Date as_of, Diagnostics *diagnostics);

/* The part of it that every answer needs: what makes it another one than its expressions, which
 * stand in one text, seem to ask for. Texts that occur nowhere, segments that were never formed or
 * failed to be, properties asked as of a past day. */
void expression_lint_answer(const Expression *const *expressions, size_t expressions_count,
                            const Catalog *catalog, const LintFacts *facts, Date as_of,
                            Diagnostics *diagnostics);

/* Rules that together divide the base into bands, such as 200–500, 500–1500, 2000–100 000 of one
 * property: warns of values that two bands hold and of values between bands that none holds. */
typedef struct {
    Text name;
    const Expression *rule;
} BandedRule;

void expression_lint_bands(const BandedRule *rules, size_t rules_count, Diagnostics *diagnostics);

/* Whether the rule reads conditionally constant data, changing data, or both (R148-R156). */
typedef enum { NATURE_STATIC, NATURE_DYNAMIC, NATURE_MIXED } DataNature;
DataNature expression_data_nature(const Expression *expression);

/* Whether a name spelt so needs backticks everywhere: and, or, not, in, between, is, missing, true,
 * false, has, under, contains, starts, ends, matches, today, in any case. All other words of the
 * language (last, top, by, day, sum, ...) stay free for names. */
bool lang_word_is_reserved(Text word);

/* The nearest of `names` to `wanted` within a small edit distance; empty when none. */
Text suggest_name(Text wanted, const Text *names, size_t names_count);
/* The value of an enumeration that is spelt most like `wanted`, in any language; empty when none.
 */
Text suggest_value(Text wanted, Enumeration enumeration);
