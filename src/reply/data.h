/* data.h -- customers, events, items and what can be known of them, as JSON. */
#pragma once

#include "app/timeline.h"
#include "reply/json_writer.h"
#include "store/removals.h"

/* {"code":..,"name":..,"kind":..} */
void reply_customer_summary(JsonWriter *writer, const CustomerSummary *customer);
/* The card: {"code":..,"properties":{..},"events":{"purchase":{"count":..,"first":..,"last":..}}}
 */
void reply_customer(JsonWriter *writer, const Schema *schema, const CustomerRow *row);
/* The same without the brackets, for an object that holds more. */
void reply_customer_members(JsonWriter *writer, const Schema *schema, const CustomerRow *row);
/* {"stream":..,"at":..,"sequence":..,"fields":{..}} */
void reply_event(JsonWriter *writer, const TimelineEvent *event);
/* {"code":..,"name":..,"group":..,"brand":..,"price":..,"cost":..} */
void reply_item(JsonWriter *writer, const Item *item);
/* {"name":..,"label":..,"type":..,..}; with how it is filled unless `fill` is NULL. */
typedef struct {
    const Property *property;
    const PropertyFill *fill;
    uint64_t customers_count;
    Language language;
} PropertyShown;
void reply_property(JsonWriter *writer, const PropertyShown *shown, Arena *arena);
/* {"stream":..,"label":..,"state":..,"fields":[..]} */
void reply_stream(JsonWriter *writer, const Stream *stream, Language language, Arena *arena);
/* {"name":..,"expression":..,"description":..,"descriptions":{..}}; with the sentence when its data
 * is not NULL. */
void reply_metric(JsonWriter *writer, const StoredMetric *metric, Text sentence, Language language);
/* {"code":..,"at":..,"properties":..,"events":{..},"act_digest":..} */
/* {"customer":..,"contact":..,"events":..} */
void reply_removed_contact(JsonWriter *writer, const RemovedContact *removed);
void reply_erase_act(JsonWriter *writer, const EraseAct *act, const Schema *schema);
