/* class_view.h -- what a run of a classification looks like, as JSON: a page of its customers, the
 * curve of Pareto, the grid of scores, the spread of the variation; and the kinds there are. */
#pragma once

#include "app/classified.h"
#include "classification/run_shape.h"
#include "reply/json_writer.h"
#include "reply/output.h"

/* {"as_of","run","count","columns","items"}, left open: the caller adds "next" and ends it. */
void reply_classified_page(JsonWriter *writer, const ClassifiedRows *rows, Arena *arena,
                           Language language);
/* {"as_of","customers","sum","points":[{"customers","sum_share","class"}]} */
void reply_curve(JsonWriter *writer, const RunTable *table, const RunCurve *curve);
/* {"as_of","scores":[5,5,5],"cells":[{"recency","frequency","customers","sum","money",
 * "classes":[{"class","customers"}]}]} */
void reply_grid(JsonWriter *writer, const RunTable *table, const RunGrid *grid);
/* {"as_of","column","bins":[{"from","to","customers","classes":[{"class","customers"}]}]}:
 * percents; the last one may have no end */
void reply_spread(JsonWriter *writer, const RunTable *table, const RunSpread *spread);
/* [{"kind","label","parameters"}]: what each kind begins with, names in the language. */
void reply_classification_kinds(JsonWriter *writer, Language language);
