/* routes_members.c -- who is in a segment: the composition, changes by hand, the journal. */
#include "server/routes.h"

#include "app/chosen.h"
#include "app/reason.h"
#include "reply/rule.h"
#include "reply/segments.h"
#include "server/segment_handlers.h"

static Store *store_of(Request *request)
{
    return app_store(request_app(request));
}

/* ---- the composition ---- */

/* ?at= or ?forming=, else now. */
static Status read_moment(Request *request, const Segment *segment, ListWish *wish, Error *err)
{
    App *app = request_app(request);
    AskMode mode = {0};
    MembersMoment moment = {.has_day = request_query(request, "at").data != NULL,
                            .has_forming = request_query(request, "forming").data != NULL};
    TRY(request_query_date(request, "at", app_today(app), &moment.day, err));
    TRY(request_query_number(request, "forming", 0, INT64_MAX, &moment.forming_id, err));
    TRY(segment_members_moment(app, segment, &moment, &mode, err));
    wish->as_of = mode.as_of;
    wish->formed = mode.formed;
    return STATUS_OK;
}

static Status list_members(Request *request, Response *response, Error *err)
{
    const Segment *segment;
    Page page;
    Question question;
    Findings findings[2];
    AskOptions order = {0};
    TRY(read_segment(request, &segment, err));
    TRY(request_page(request, LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &page, err));
    read_sort(request_query(request, "sort"), &order);
    ListWish wish = {.search = request_query(request, "search"),
                     .after = page.after,
                     .format = request_query(request, "format"),
                     .limit = page.limit,
                     .name = segment->card.name};
    bool with_source;
    TRY(request_query_bool(request, "with_source", false, &with_source, err));
    if (with_source) wish.origins_in = segment;
    TRY(read_moment(request, segment, &wish, err));
    MembersOptions members = {.segment = segment,
                              .columns = request_query(request, "columns"),
                              .sort = order.sort,
                              .is_descending = order.is_descending};
    Status status = segment_members_prepare(request_app(request), &members, request_arena(request),
                                            &question, findings, err);
    if (status == STATUS_INVALID) return fail_with_findings(request, response, findings, err);
    TRY(status);
    return answer_question_list(request, response, &wish, &question, err);
}

static Status read_act(const json_t *body, HandAct *ret_act, Error *err)
{
    static const char *const words[] = {"add", "remove", "pin", "exclude", "release"};
    Text act = {0};
    TRY(json_need_text(body, "act", &act, err));
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (!text_equal(act, text_of(words[i]))) continue;
        *ret_act = (HandAct)i;
        return STATUS_OK;
    }
    return error_set(err, STATUS_INVALID,
                     "'act' is add, remove, pin, exclude or release, not '%.*s'", TEXT_FORMAT(act));
}

static Status edit_members(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"act", "customers", "set", "reason", "until"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    const Segment *segment;
    HandEdit edit = {0};
    ChosenSource source = {0};
    Chosen chosen;
    Text *codes = NULL;
    FormingOutcome outcome;
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(read_act(body, &edit.act, err));
    TRY(json_get_texts(body, "customers", request_arena(request), &codes, &source.codes_count,
                       err));
    TRY(json_get_text(body, "set", &source.set, err));
    TRY(json_get_text(body, "reason", &edit.reason, err));
    TRY(json_get_date(body, "until", &edit.has_until, &edit.until, err));
    if (source.codes_count == 0 && source.set.data == NULL)
        return error_set(err, STATUS_INVALID, "'customers' is missing");
    source.codes = codes;
    TRY(begin_on_segment(request, &work, &segment, err));
    TRY(chosen_read(work.app, &source, request_arena(request), &chosen, err));
    edit.customers = chosen.customers;
    edit.count = chosen.count;
    edit.source = chosen.source;
    edit.source_name = chosen.source_name;
    TRY(segment_edit(&work.forming, segment, &edit, &outcome, err));
    reply_forming_outcome(response_json(response), &outcome);
    return STATUS_OK;
}

static Status get_member(Request *request, Response *response, Error *err)
{
    const Segment *segment;
    CustomerHistory history;
    Text code = request_path(request, "code");
    TRY(read_segment(request, &segment, err));
    TRY(request_may_see(request, code, err));
    TRY(history_of_customer(store_of(request), segment->id, code, request_arena(request), &history,
                            err));
    reply_customer_history(response_json(response), segment, &history);
    return STATUS_OK;
}

/* ---- the journal ---- */

/* Ids grow; pages go back in time. */
static Status list_formings(Request *request, Response *response, Error *err)
{
    const Segment *segment;
    Page page;
    JournalEntry *entries;
    size_t count, shown = 0, i = 0;
    uint64_t after;
    TRY(read_segment(request, &segment, err));
    TRY(request_page(request, LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &page, err));
    TRY(request_query_number(request, "after", UINT64_MAX, UINT64_MAX, &after, err));
    FormingQuery query = {segment->id, SIZE_MAX / 2};
    TRY(history_journal(store_of(request), query, request_arena(request), &entries, &count, err));
    while (i < count && entries[i].forming.id >= after)
        i++;
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (; i < count && shown < page.limit; i++, shown++)
        reply_journal_entry(writer, &entries[i]);
    json_end(writer, ']');
    Text last = i > 0 ? arena_printf(request_arena(request), "%llu",
                                     (unsigned long long)entries[i - 1].forming.id)
                      : TEXT("");
    response_next(writer, i < count, last);
    json_end(writer, '}');
    return STATUS_OK;
}

/* "N": rows shown before. What a forming changed never changes. */
static Status list_forming_changes(Request *request, Response *response, Error *err)
{
    const Segment *segment;
    Page page;
    MovementQuery query = {0};
    Movement *movements;
    size_t count;
    uint64_t begin;
    TRY(read_segment(request, &segment, err));
    TRY(request_path_number(request, "forming", &query.forming_id, err));
    TRY(request_page(request, LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &page, err));
    TRY(request_query_number(request, "after", 0, UINT32_MAX, &begin, err));
    query.segment_id = segment->id;
    TRY(history_movements(store_of(request), query, request_arena(request), &movements, &count,
                          err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    uint64_t end = begin;
    for (; end < count && end - begin < page.limit; end++)
        reply_movement(writer, &movements[end]);
    json_end(writer, ']');
    response_next(writer, end < count,
                  arena_printf(request_arena(request), "%llu", (unsigned long long)end));
    json_end(writer, '}');
    return STATUS_OK;
}

static Status list_versions(Request *request, Response *response, Error *err)
{
    const Segment *segment;
    DefinitionVersion *versions;
    size_t count;
    TRY(read_segment(request, &segment, err));
    TRY(definition_history(store_of(request), segment->id, request_arena(request), &versions,
                           &count, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_definition_version(writer, &versions[i]);
    json_end(writer, ']');
    json_end(writer, '}');
    return STATUS_OK;
}

static Status get_stability(Request *request, Response *response, Error *err)
{
    const Segment *segment;
    TwoDays days;
    Comparison comparison;
    Date today = app_today(request_app(request));
    if (request_query(request, "from").data == NULL)
        return error_set(err, STATUS_INVALID, "'from' is missing");
    TRY(read_segment(request, &segment, err));
    TRY(request_query_date(request, "from", today, &days.from, err));
    TRY(request_query_date(request, "to", today, &days.to, err));
    TRY(mode_check(segment->card.mode, ACT_FORM, segment->card.name, err));
    TRY(history_compare(store_of(request), segment->id, days, &comparison, err));
    reply_comparison(response_json(response), &comparison);
    return STATUS_OK;
}

static Status get_series(Request *request, Response *response, Error *err)
{
    const Segment *segment;
    SeriesPoint *points;
    size_t count;
    Date today = app_today(request_app(request));
    SeriesQuery query;
    TRY(read_segment(request, &segment, err));
    query.segment_id = segment->id;
    TRY(request_query_date(request, "to", today, &query.days.to, err));
    TRY(request_query_date(request, "from", date_add(query.days.to, -1, UNIT_YEAR),
                           &query.days.from, err));
    TRY(read_unit(request_query(request, "step"), &query.step, err));
    TRY(history_series(store_of(request), query, request_arena(request), &points, &count, err));
    reply_series(response_json(response), points, count);
    return STATUS_OK;
}

static Status read_feed(Request *request, Response *response, Error *err)
{
    FeedQuery query;
    FeedPage page;
    uint64_t limit;
    TRY(request_query_number(request, "after", 0, INT64_MAX, &query.after, err));
    TRY(request_query_number(request, "limit", LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &limit, err));
    if (limit == 0) return error_set(err, STATUS_INVALID, "'limit' wants a number from 1");
    query.limit = (size_t)limit;
    TRY(history_feed(store_of(request), query, request_arena(request), &page, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < page.count; i++)
        reply_feed_line(writer, &page.lines[i]);
    json_end(writer, ']');
    json_key(writer, "next");
    if (page.count == query.limit) {
        json_count(writer, page.lines[page.count - 1].entry.sequence);
    } else {
        json_nothing(writer);
    }
    json_end(writer, '}');
    return STATUS_OK;
}

/* ---- what is said of it ---- */

static Status answer_details(Request *request, Response *response,
                             void (*reply)(JsonWriter *writer, const SegmentDetails *details),
                             Error *err)
{
    const Segment *segment;
    SegmentDetails details;
    TRY(read_segment(request, &segment, err));
    TRY(segment_details(request_app(request), segment, request_progress(request),
                        request_arena(request), &details, err));
    TRY(narrow_details(request, request_app(request), &details, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    reply(writer, &details);
    json_end(writer, '}');
    return STATUS_OK;
}

static Status list_marks(Request *request, Response *response, Error *err)
{
    return answer_details(request, response, reply_marks, err);
}

static Status list_uses(Request *request, Response *response, Error *err)
{
    return answer_details(request, response, reply_uses, err);
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/segments/{segment}/marks", RIGHT_READ, RUN_HEAVY, BODY_NONE, list_marks},
    {METHOD_GET, "/api/v1/segments/{segment}/used-by", RIGHT_READ, RUN_HEAVY, BODY_NONE, list_uses},
    {METHOD_GET, "/api/v1/segments/{segment}/members", RIGHT_READ, RUN_HEAVY, BODY_NONE,
     list_members},
    {METHOD_POST, "/api/v1/segments/{segment}/members", RIGHT_WRITE_ALL, RUN_HEAVY, BODY_JSON,
     edit_members},
    {METHOD_GET, "/api/v1/segments/{segment}/members/{code}", RIGHT_READ, RUN_LIGHT, BODY_NONE,
     get_member},
    {METHOD_GET, "/api/v1/segments/{segment}/journal", RIGHT_READ_ALL, RUN_LIGHT, BODY_NONE,
     list_formings},
    {METHOD_GET, "/api/v1/segments/{segment}/journal/{forming}", RIGHT_READ_ALL, RUN_LIGHT,
     BODY_NONE, list_forming_changes},
    {METHOD_GET, "/api/v1/segments/{segment}/history", RIGHT_READ_ALL, RUN_LIGHT, BODY_NONE,
     list_versions},
    {METHOD_GET, "/api/v1/segments/{segment}/stability", RIGHT_READ_ALL, RUN_LIGHT, BODY_NONE,
     get_stability},
    {METHOD_GET, "/api/v1/segments/{segment}/series", RIGHT_READ_ALL, RUN_LIGHT, BODY_NONE,
     get_series},
    {METHOD_GET, "/api/v1/feed", RIGHT_READ_ALL, RUN_LIGHT, BODY_NONE, read_feed},
};

const RouteTable routes_members = {items, COUNT_OF(items)};
