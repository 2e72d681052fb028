/* test_cases.c -- tests/cases/eval.case: small data sets, questions and their answers, given by the
 * reference evaluator, by SQL for running and by SQL for reading.
 *
 *   @data                lines of population.h, up to the next mark
 *   @case title          a line `as-of DATE`, then the expression, then `=>` and the answer
 *                        (answers.h: "C1 C3", "C1=5 C2=", "LIMIT") */
#include "base/file.h"
#include "eval/answers.h"
#include "harness/harness.h"

typedef struct {
    Arena *arena;
    Population *population;
    Tables *tables;
    size_t cases_count;
} CaseRun;

static void start_data(CaseRun *run, Text body)
{
    Error err;
    tables_close(run->tables);
    run->tables = NULL;
    run->population = population_new(run->arena);
    EXPECT_OK(population_read(run->population, body, &err), &err);
    run->tables = tables_open(run->population);
}

typedef struct {
    Text title, source, expected;
    Date as_of;
} Case;

static bool read_case(Text body, Case *ret_case)
{
    Text rest;
    ret_case->title = text_trim(text_split(body, '\n', &rest));
    Text as_of = text_trim(text_split(rest, '\n', &rest));
    if (!text_starts_with(as_of, TEXT("as-of ")) ||
        !date_parse_iso(text_trim(text_slice(as_of, 6, as_of.size)), &ret_case->as_of))
        return false;
    for (size_t i = 0; i + 1 < rest.size; i++) {
        bool is_line_begin = i == 0 || rest.data[i - 1] == '\n';
        if (!is_line_begin || rest.data[i] != '=' || rest.data[i + 1] != '>') continue;
        ret_case->source = text_trim(text_slice(rest, 0, i));
        Text answer = text_slice(rest, i + 2, rest.size);
        ret_case->expected = text_trim(text_split(answer, '\n', &rest));
        return true;
    }
    return false;
}

static void expect_answer(const Case *one, const char *who, Text actual)
{
    if (!text_equal(actual, one->expected))
        harness_fail("tests/cases/eval.case", 0, "%.*s (%s)\n  is       '%.*s'\n  expected '%.*s'",
                     TEXT_FORMAT(one->title), who, TEXT_FORMAT(actual), TEXT_FORMAT(one->expected));
}

static void run_case(CaseRun *run, Text body)
{
    Case one;
    if (!read_case(body, &one)) {
        harness_fail("tests/cases/eval.case", 0, "no as-of or no answer: %.*s", TEXT_FORMAT(body));
        return;
    }
    Text problem;
    const Expression *expression =
        population_compile(run->population, one.source, run->arena, &problem);
    if (expression == NULL) {
        harness_fail("tests/cases/eval.case", 0, "%.*s: %.*s", TEXT_FORMAT(one.title),
                     TEXT_FORMAT(problem));
        return;
    }
    Type type = expression->root->type;
    SqlRunner runner = tables_runner(run->tables);
    Answer reference = answer_of_reference(run->population, expression, one.as_of, run->arena);
    Answer sql = answer_of_sql(&runner, expression, one.as_of, run->arena);
    expect_answer(&one, "reference", answer_print(&reference, type, run->arena));
    if (sql.status == STATUS_CORRUPT) harness_fail(__FILE__, __LINE__, "%s", sql.err.message);
    expect_answer(&one, "SQL", answer_print(&sql, type, run->arena));
    if (reference.status == STATUS_OK) {
        Answer readable = answer_of_readable_sql(&runner, expression, one.as_of, run->arena);
        expect_answer(&one, "readable SQL", answer_print(&readable, type, run->arena));
    }
    run->cases_count++;
}

/* The text up to the next line that begins with `@`. */
static Text next_block(Text *rest)
{
    for (size_t i = 1; i < rest->size; i++) {
        if (rest->data[i] != '@' || rest->data[i - 1] != '\n') continue;
        Text block = text_slice(*rest, 0, i);
        *rest = text_slice(*rest, i, rest->size);
        return block;
    }
    Text block = *rest;
    *rest = (Text){0};
    return block;
}

TEST(cases_have_their_answers_in_every_evaluator)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err;
    Text content, path = arena_printf(arena, "%s/tests/cases/eval.case", harness_source_dir());
    EXPECT_OK(file_read(path.data, 1 << 24, arena, &content, &err), &err);
    CaseRun run = {.arena = arena};
    for (Text rest = content; rest.size > 0;) {
        Text block = next_block(&rest);
        if (text_starts_with(block, TEXT("@data")))
            start_data(&run, text_slice(block, 5, block.size));
        else if (text_starts_with(block, TEXT("@case")))
            run_case(&run, text_slice(block, 5, block.size));
    }
    EXPECT(run.cases_count > 0);
    tables_close(run.tables);
}
