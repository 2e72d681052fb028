/* rows.c -- the rows of an answer as a list. */
#include "cli/rows.h"

#include "cli/labels.h"
#include "cli/segment_show.h"
#include "reply/origins.h"

Status rows_tell(Invocation *invocation, const Question *question, const Answer *answer,
                 OutputOptions format, Error *err)
{
    Arena *arena = invocation->arena;
    AnswerLabels labels = {
        label_get(LABEL_CODE, format.language), label_get(LABEL_NAME, format.language),
        label_get(LABEL_VALUE, format.language), format.is_for_excel, format.language};
    AnswerColumns list = answer_columns(question, labels, arena);
    answer_columns_add_origins(&list, answer, format, segment_cause_word, arena);
    AUTO(output_done) Output *output = output_open(format, list.columns, list.count);
    answer_output(&list, question, answer, output, arena);
    TRY(output_close(output, err));
    if (answer->rows_count < answer->count)
        invocation_note(invocation, "%llu of %llu customers are shown",
                        (unsigned long long)answer->rows_count, (unsigned long long)answer->count);
    return STATUS_OK;
}
