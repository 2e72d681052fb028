/* classification.h -- classifications, their runs and classes as JSON and as tables. */
#pragma once

#include "app/classified.h"
#include "reply/json_writer.h"
#include "reply/output.h"

/* {"name","kind","description","parameters","schedule","version","last_run"}; `last_run` NULL: it
 * was never run. */
void reply_classification(JsonWriter *writer, const Classification *classification,
                          const RunSummary *last_run);
/* {"id","as_of","at","author","version","customers","classes":[{"class","customers","sum"}]}; the
 * last one, whose class is null, are those who are not classified. */
void reply_run(JsonWriter *writer, const RunSummary *summary);
/* [{"as_of","class","values":{..}}] */
void reply_class_history(JsonWriter *writer, const ClassHistory *history);
/* [{"customer","name","class","at","author","reason","until"}] */
void reply_class_pins(JsonWriter *writer, const ClassPinView *pins, size_t count);
MUST_CHECK Status reply_class_pins_table(const ClassPinView *pins, size_t count,
                                         OutputOptions options, Error *err);
/* {"name","done","failure","run"} */
void reply_due_run(JsonWriter *writer, const DueRun *due);

/* Classes with counts, sums and shares, a run after another. */
MUST_CHECK Status reply_runs_table(const RunSummary *summaries, size_t count, OutputOptions options,
                                   Error *err);
/* What a list of classified customers consists of. */
typedef struct {
    const OutputColumn *items;
    const bool *is_share; /* by column */
    size_t count;
} ClassifiedColumns;
ClassifiedColumns classified_columns(const ClassifiedRows *rows, Arena *arena, Language language);
/* The values of one of the shown rows. */
void classified_row(const ClassifiedRows *rows, size_t index, OutputOptions options, Value *values);
/* code, name, class, the numbers, rank, share, cumulative_share. */
MUST_CHECK Status reply_classified_table(const ClassifiedRows *rows, Arena *arena,
                                         OutputOptions options, Error *err);
MUST_CHECK Status reply_class_history_table(const ClassHistory *history, Arena *arena,
                                            OutputOptions options, Error *err);
