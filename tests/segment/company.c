/* company.c -- a data directory with a few customers and segments. */
#include "segment/company.h"

#include "base/buffer.h"
#include "base/memory.h"

#include <stdlib.h>

static const char *customer_code(Company *company, unsigned customer)
{
    return arena_printf(company->fixture.arena, "C%u", customer).data;
}

void company_refresh(Company *company)
{
    Fixture *fixture = &company->fixture;
    if (company->view != NULL) dataset_release(company->dataset, company->view);
    if (company->dataset == NULL)
        EXPECT_OK(dataset_open(fixture->path, &(DatasetOptions){.threads_count = 1},
                               &company->dataset, &fixture->err),
                  &fixture->err);
    EXPECT_OK(dataset_refresh(company->dataset, NULL, &fixture->err), &fixture->err);
    company->view = dataset_acquire(company->dataset);
    EXPECT_OK(
        registry_load(fixture->store, NULL, fixture->arena, &company->registry, &fixture->err),
        &fixture->err);
    company->catalog = (Catalog){.schema = store_schema(fixture->store)};
    company->catalog.metrics = &company->home;
    company->catalog.metrics_count = company->home.name.size > 0 ? 1 : 0;
    company->catalog.segments =
        registry_names(&company->registry, fixture->arena, &company->catalog.segments_count);
    company->context.store = fixture->store;
    company->context.data = dataset_view_data(company->view);
    company->context.data_version = dataset_view_data_version(company->view);
    company->context.catalog = &company->catalog;
    company->context.registry = &company->registry;
}

Company *company_open(unsigned customers_count)
{
    Company *company = MEMORY_NEW(Company);
    company->fixture = fixture_open();
    for (unsigned i = 1; i <= customers_count; i++)
        fixture_add_customer(&company->fixture, customer_code(company, i), "name");
    Date today = date_of(2026, 3, 31);
    company->context =
        (FormingContext){.today = today, .now = moment_of(today, 12, 0, 0), .author = TEXT("anna")};
    company_refresh(company);
    return company;
}

void company_done(Company **company)
{
    dataset_release((*company)->dataset, (*company)->view);
    dataset_close((*company)->dataset);
    fixture_done(&(*company)->fixture);
    free(*company);
    *company = NULL;
}

void company_set_city(Company *company, unsigned customer, const char *city)
{
    WriteResult result;
    EXPECT_OK(fixture_set(&company->fixture, customer_code(company, customer), "city",
                          value_text(text_of(city)), WRITE_UPSERT, &result),
              &company->fixture.err);
}

void company_pass_days(Company *company, int days)
{
    company->context.today.day += days;
    company->context.now.second += (int64_t)days * 86400;
}

static SegmentWrite write_of(Company *company, const SegmentCard *card)
{
    return (SegmentWrite){.code = card->code,
                          .name = card->name,
                          .card = card_to_json(card, company->fixture.arena),
                          .at = company->context.now,
                          .author = TEXT("anna")};
}

static SegmentCard with_code(const SegmentCard *card)
{
    SegmentCard full = *card;
    if (full.code.size == 0) full.code = full.name;
    return full;
}

uint32_t company_add(Company *company, const SegmentCard *card)
{
    uint32_t id = 0;
    Fixture *fixture = &company->fixture;
    SegmentCard full = with_code(card);
    SegmentWrite write = write_of(company, &full);
    EXPECT_OK(card_check(&full, &fixture->err), &fixture->err);
    EXPECT_OK(store_add_segment(fixture->store, &write, &id, &fixture->err), &fixture->err);
    company_refresh(company);
    return id;
}

void company_change(Company *company, uint32_t id, const SegmentCard *card)
{
    Fixture *fixture = &company->fixture;
    SegmentCard full = with_code(card);
    SegmentWrite write = write_of(company, &full);
    EXPECT_OK(store_change_segment(fixture->store, id, &write, &fixture->err), &fixture->err);
    company_refresh(company);
}

const Segment *company_segment(Company *company, uint32_t id)
{
    const Segment *segment = registry_find(&company->registry, id);
    ASSERT(segment != NULL);
    return segment;
}

FormingOutcome company_form(Company *company, const uint32_t *ids, size_t count)
{
    FormingOutcome *outcomes = NULL;
    FormingRequest request = {
        .segment_ids = ids, .count = count, .reason = FORMING_FORM, .note = TEXT("")};
    company_refresh(company);
    Status status = segments_form(&company->context, &request, company->fixture.arena, &outcomes,
                                  &company->fixture.err);
    EXPECT_OK(status, &company->fixture.err);
    company_refresh(company);
    return status == STATUS_OK ? outcomes[0] : (FormingOutcome){0};
}

static void add_members(Buffer *out, const CustomerSet *set)
{
    FOR_EACH_CUSTOMER (id, set)
        buffer_printf(out, "%s%u", out->size > 0 && out->data[out->size - 1] >= '0' ? " " : "",
                      id.value);
}

Text company_members(Company *company, uint32_t id)
{
    AUTO(buffer_done) Buffer out = {0};
    CustomerSet set = {0};
    EXPECT_OK(
        store_read_composition(company->fixture.store, id, UINT64_MAX, &set, &company->fixture.err),
        &company->fixture.err);
    add_members(&out, &set);
    customer_set_free(&set);
    return arena_text(company->fixture.arena, buffer_view(&out));
}

Text company_last_changes(Company *company, uint32_t id)
{
    AUTO(buffer_done) Buffer out = {0};
    Fixture *fixture = &company->fixture;
    FormingRow last;
    StoredChange *changes = NULL;
    size_t count = 0;
    EXPECT_OK(store_last_forming(fixture->store, id, fixture->arena, &last, &fixture->err),
              &fixture->err);
    EXPECT_OK(store_read_changes(fixture->store, last.id, fixture->arena, &changes, &count,
                                 &fixture->err),
              &fixture->err);
    for (size_t i = 0; i < count; i++) {
        buffer_printf(&out, "%s%s %c", i > 0 ? "; " : "", change_cause_code(changes[i].cause),
                      changes[i].is_joining ? '+' : '-');
        add_members(&out, &changes[i].customers);
        customer_set_free(&changes[i].customers);
    }
    return arena_text(fixture->arena, buffer_view(&out));
}
