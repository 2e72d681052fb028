/* fixture.c -- a fresh data directory and files beside it, for tests of the import. */
#include "fixture.h"

#include "harness/harness.h"

#include "base/buffer.h"
#include "base/file.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

Fixture fixture_open(Language language)
{
    Fixture fixture = {.arena = arena_new()};
    static unsigned opened; /* a test may open several */
    const char *path =
        arena_printf(fixture.arena, "%s/data%u", harness_temporary_dir(), opened++).data;
    Error err = {0};
    Settings settings = {TEXT("Europe/Moscow"), TEXT("RUB"), language};
    EXPECT_OK(store_init(path, settings, &err), &err);
    EXPECT_OK(store_open(path, STORE_WRITE, &fixture.store, &err), &err);
    return fixture;
}

void fixture_close(Fixture *fixture)
{
    store_done(&fixture->store);
    arena_done(&fixture->arena);
}

const char *fixture_file(const Fixture *fixture, const char *name, Text content)
{
    const char *path = arena_printf(fixture->arena, "%s/%s", harness_temporary_dir(), name).data;
    FILE *file = fopen(path, "wb");
    EXPECT(file != NULL);
    if (file == NULL) return path;
    EXPECT_INT(fwrite(content.data, 1, content.size, file), content.size);
    EXPECT_INT(fclose(file), 0);
    return path;
}

Text fixture_encoded(const Fixture *fixture, const char *utf8, const char *encoding)
{
    size_t left = strlen(utf8), room = left * 2 + 16, capacity = room;
    char *input = arena_alloc(fixture->arena, left + 1), *from = input;
    char *output = arena_alloc(fixture->arena, capacity), *to = output;
    memcpy(input, utf8, left);
    iconv_t converter = iconv_open(encoding, "UTF-8");
    EXPECT(iconv(converter, &from, &left, &to, &room) != (size_t)-1);
    iconv_close(converter);
    return (Text){output, capacity - room};
}

Text fixture_read(const Fixture *fixture, const char *path)
{
    Text content = {NULL, 0};
    if (path != NULL && file_exists(path))
        EXPECT_OK(file_read(path, 64 << 20, fixture->arena, &content, NULL), NULL);
    return content;
}

static void print_columns(const ImportPlan *plan, Buffer *out)
{
    static const char *const uses[] = {"->", "new", "ignored", "unknown"};
    for (size_t i = 0; i < plan->columns_count; i++) {
        const ImportColumn *column = &plan->columns[i];
        buffer_printf(out, "%.*s %s", TEXT_FORMAT(column->name), uses[column->use]);
        if (column->field.size != 0)
            buffer_printf(out, " %.*s %s", TEXT_FORMAT(column->field),
                          property_type_code(column->type));
        if (column->date_order != DATE_ORDER_DETECT)
            buffer_printf(out, " %s", import_date_order_code(column->date_order));
        if (column->decimal_mark != DECIMAL_MARK_DETECT)
            buffer_printf(out, " %s", import_decimal_mark_code(column->decimal_mark));
        buffer_printf(out, "%s\n", column->is_certain ? "" : " ?");
    }
}

static void print_preview(const ImportPlan *plan, Buffer *out)
{
    for (size_t i = 0; i < plan->fields_count; i++)
        buffer_printf(out, "%s%.*s", i == 0 ? "| " : " | ", TEXT_FORMAT(plan->fields[i]));
    buffer_char(out, '\n');
    for (size_t i = 0; i < plan->preview_count; i++) {
        const ImportPreviewRow *row = &plan->preview[i];
        buffer_printf(out, "%llu", (unsigned long long)row->line);
        for (size_t c = 0; row->cells != NULL && c < plan->fields_count; c++)
            buffer_printf(out, " | %.*s", TEXT_FORMAT(row->cells[c]));
        if (row->cells == NULL) buffer_printf(out, " refused: %.*s", TEXT_FORMAT(row->reason));
        buffer_char(out, '\n');
    }
}

Text fixture_print_plan(const ImportPlan *plan, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    for (size_t i = 0; i < plan->decisions_count; i++) {
        const ImportDecision *decision = &plan->decisions[i];
        buffer_printf(&out, "%.*s: %.*s%s\n", TEXT_FORMAT(decision->what),
                      TEXT_FORMAT(decision->value), decision->is_certain ? "" : " ?");
        EXPECT(decision->why.size != 0);
        EXPECT(text_starts_with(decision->option, TEXT("--")));
    }
    print_columns(plan, &out);
    print_preview(plan, &out);
    return arena_text(arena, buffer_view(&out));
}

Text fixture_print_report(const ImportReport *report, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    buffer_printf(&out, "read %llu: %llu added, %llu updated, %llu unchanged, %llu rejected\n",
                  (unsigned long long)report->read, (unsigned long long)report->added,
                  (unsigned long long)report->updated, (unsigned long long)report->unchanged,
                  (unsigned long long)report->rejected);
    for (size_t i = 0; i < report->rejections_count; i++) {
        const ImportRejection *reason = &report->rejections[i];
        buffer_printf(&out, "%llu x '%.*s' %.*s (line %llu, '%.*s')\n",
                      (unsigned long long)reason->count, TEXT_FORMAT(reason->column),
                      TEXT_FORMAT(reason->reason), (unsigned long long)reason->line,
                      TEXT_FORMAT(reason->example));
    }
    return arena_text(arena, buffer_view(&out));
}
