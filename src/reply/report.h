/* report.h -- a report as JSON, and its tables for people and spreadsheets. */
#pragma once

#include "reply/json_writer.h"
#include "reply/output.h"
#include "report/report.h"

/* {"report":"sales",..,"tables":[{"name":..,"columns":[..],"rows":[{..,"rule":".."}]}],..}; a row's
 * rule means the customers it is about. */
void reply_report(JsonWriter *writer, const Report *report);

/* One table. */
typedef struct {
    bool has_numbers; /* each row begins with its number, by which it can be asked for */
    bool has_rules;   /* and ends with its rule */
} ReportShown;
MUST_CHECK Status reply_report_table(const ReportTable *table, ReportShown shown,
                                     OutputOptions options, Error *err);
/* All tables, a sheet each, and the notes on a last one. */
MUST_CHECK Status reply_report_workbook(const Report *report, ReportShown shown,
                                        OutputOptions options, Error *err);
