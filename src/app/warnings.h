/* warnings.h -- what looks wrong in the expressions that an answer or a definition rests on.
 *
 * It is told with every answer, whoever asks, so that nobody believes a number that means something
 * else (rule_lint_answer), and with every definition that is kept, all of it
 * (rule_lint_definition). Modes say as of when, and who alone may be seen. */
#pragma once

#include "app/ask.h"
#include "app/reason.h"
#include "app/work.h"
#include "segment/definition.h"

/* Of a question and of its columns, added to what ask_prepare found. Who may see some customers
 * only is told nothing of the others, as by rule_lint. */
void warn_of_question(App *app, const Question *question, const BreakdownMode *mode, Arena *arena,
                      Findings findings[2]);

/* Of an understood card, added to what was found when it was. */
void warn_of_card(App *app, const SegmentCard *card, const BreakdownMode *mode, Arena *arena,
                  CardFindings *findings);

/* Of the expressions of a classification that fits the data, each with what was found in it. */
typedef struct {
    Findings *items;
    size_t count, capacity;
} FindingsList;
void warn_of_classification(App *app, const Definition *definition, const BreakdownMode *mode,
                            Arena *arena, FindingsList *ret_findings);
