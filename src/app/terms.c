/* terms.c -- terms of sale and shipment bans by codes and names. */
#include "app/terms.h"

/* ---- agreements ---- */

static AgreementView view_of(const App *app, const AgreementRow *row, const AgreementRow *all,
                             size_t count)
{
    AgreementView view = {.row = *row};
    const Segment *segment = registry_find(app_registry(app), row->segment_id);
    if (segment != NULL) {
        view.segment = segment->card.name;
        view.segment_code = segment->card.code;
    }
    for (size_t i = 0; i < count; i++)
        if (row->based_on != 0 && all[i].id == row->based_on) view.based_on = all[i].name;
    return view;
}

static Status name_customers(App *app, AgreementView *views, size_t count, Arena *arena, Error *err)
{
    CustomerId *ids = ARENA_ARRAY(arena, CustomerId, count);
    CustomerSummary *names = ARENA_ARRAY(arena, CustomerSummary, count);
    for (size_t i = 0; i < count; i++)
        ids[i] = views[i].row.customer;
    TRY(store_describe_customers(app_store(app), ids, count, arena, names, err));
    for (size_t i = 0; i < count; i++) {
        views[i].customer_code = names[i].code;
        views[i].customer_name = names[i].name;
    }
    return STATUS_OK;
}

static Status view_all(App *app, const AgreementRow *rows, size_t count, Arena *arena,
                       AgreementView **ret_views, Error *err)
{
    AgreementRow *all = NULL;
    size_t all_count = 0;
    AgreementView *views = ARENA_ARRAY(arena, AgreementView, count);
    TRY(store_list_agreements(app_store(app), (AgreementQuery){0}, arena, &all, &all_count, err));
    for (size_t i = 0; i < count; i++)
        views[i] = view_of(app, &rows[i], all, all_count);
    *ret_views = views;
    return name_customers(app, views, count, arena, err);
}

Status app_list_agreements(App *app, Arena *arena, AgreementView **ret_agreements,
                           size_t *ret_count, Error *err)
{
    AgreementRow *rows = NULL;
    TRY(store_list_agreements(app_store(app), (AgreementQuery){0}, arena, &rows, ret_count, err));
    return view_all(app, rows, *ret_count, arena, ret_agreements, err);
}

Status app_find_agreement(App *app, Text name_or_code, Arena *arena, AgreementView *ret_agreement,
                          Error *err)
{
    AgreementRow row;
    AgreementView *views = NULL;
    TRY(agreement_find(app_store(app), name_or_code, arena, &row, err));
    TRY(view_all(app, &row, 1, arena, &views, err));
    *ret_agreement = views[0];
    return STATUS_OK;
}

Status app_agreement_subject(App *app, const AgreementSubject *subject, Arena *arena,
                             AgreementRow *agreement, Error *err)
{
    if (subject->segment.size > 0) {
        const Segment *segment;
        TRY(registry_get(app_registry(app), subject->segment, &segment, err));
        agreement->segment_id = segment->id;
    }
    if (subject->customer.size > 0)
        TRY(store_get_customer(app_store(app), subject->customer, &agreement->customer, err));
    if (subject->based_on.size > 0) {
        AgreementRow base;
        TRY(agreement_find(app_store(app), subject->based_on, arena, &base, err));
        agreement->based_on = base.id;
    }
    return STATUS_OK;
}

/* ---- what applies ---- */

static Status read_terms(App *app, const TermsOrder *order, Arena *arena, TermsAnswer *answer,
                         Error *err)
{
    CustomerSummary customer;
    TermsLine *lines = NULL;
    AgreementView *views = NULL;
    TermsQuery query = {
        .registry = app_registry(app), .as_of = order->as_of, .wants_all = order->wants_all};
    TRY(store_get_customer(app_store(app), order->code, &query.customer, err));
    TRY(store_describe_customers(app_store(app), &query.customer, 1, arena, &customer, err));
    TRY(terms_are_off(app_store(app), &answer->are_off, err));
    TRY(terms_of_customer(app_store(app), query, arena, &lines, &answer->count, err));
    AgreementRow *rows = ARENA_ARRAY(arena, AgreementRow, answer->count);
    for (size_t i = 0; i < answer->count; i++)
        rows[i] = lines[i].agreement;
    TRY(view_all(app, rows, answer->count, arena, &views, err));
    answer->code = customer.code;
    answer->name = customer.name;
    answer->as_of = order->as_of;
    answer->lines = lines;
    answer->agreements = views;
    return STATUS_OK;
}

Status app_terms(App *app, const TermsOrder *order, Arena *arena, TermsAnswer *ret_answer,
                 Error *err)
{
    TRY(store_read_begin(app_store(app), err));
    Status status = read_terms(app, order, arena, ret_answer, err);
    store_read_end(app_store(app));
    return status;
}

/* ---- shipments in spite of a ban ---- */

static Status name_overrides(App *app, const ShippingOverride *rows, size_t count, Arena *arena,
                             ShippingOverrideView *views, Error *err)
{
    CustomerId *ids = ARENA_ARRAY(arena, CustomerId, count);
    CustomerSummary *names = ARENA_ARRAY(arena, CustomerSummary, count);
    for (size_t i = 0; i < count; i++)
        ids[i] = rows[i].customer;
    TRY(store_describe_customers(app_store(app), ids, count, arena, names, err));
    for (size_t i = 0; i < count; i++)
        views[i] = (ShippingOverrideView){rows[i], names[i].code, names[i].name};
    return STATUS_OK;
}

Status app_list_shipping_overrides(App *app, OverridesOrder order, Arena *arena,
                                   ShippingOverrideView **ret_overrides, size_t *ret_count,
                                   Error *err)
{
    ShippingOverrideQuery query = {.limit = order.limit};
    ShippingOverride *rows = NULL;
    if (order.code.size > 0)
        TRY(store_get_customer(app_store(app), order.code, &query.customer, err));
    TRY(store_list_shipping_overrides(app_store(app), query, arena, &rows, ret_count, err));
    *ret_overrides = ARENA_ARRAY(arena, ShippingOverrideView, *ret_count);
    return name_overrides(app, rows, *ret_count, arena, *ret_overrides, err);
}
