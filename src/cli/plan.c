/* plan.c -- the steps of an answer, told as a table or as JSON. */
#include "cli/plan.h"

#include "cli/labels.h"

enum { MICROSECOND_SCALE = 3, NANOSECONDS_PER_MICROSECOND = 1000 };

Status plan_tell(Invocation *invocation, const Answer *answer, Language language, Error *err)
{
    Type count = {.kind = TYPE_DECIMAL};
    Type milliseconds = {.kind = TYPE_DECIMAL, .scale = MICROSECOND_SCALE};
    const OutputColumn columns[] = {
        {TEXT("step"), label_get(LABEL_STEP, language), (Type){.kind = TYPE_TEXT}},
        {TEXT("rows_expected"), label_get(LABEL_ROWS_EXPECTED, language), count},
        {TEXT("rows"), label_get(LABEL_ROWS, language), count},
        {TEXT("milliseconds"), label_get(LABEL_MILLISECONDS, language), milliseconds},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done)
    Output *output = output_open(format, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < answer->steps_count; i++) {
        const EngineStep *step = &answer->steps[i];
        Text what = arena_printf(invocation->arena, "%*s%.*s", 2 * (int)step->depth, "",
                                 TEXT_FORMAT(step->what));
        const Value values[] = {
            {.kind = VALUE_TEXT, .as.text = what},
            value_decimal((int64_t)step->estimated_rows),
            value_decimal((int64_t)step->actual_rows),
            value_decimal((int64_t)(step->nanoseconds / NANOSECONDS_PER_MICROSECOND))};
        output_row(output, values);
    }
    return output_close(output, err);
}
