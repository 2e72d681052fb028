/* files.c -- the demo company as files in the shapes that real ones have, to try the import with.
 */
#include "demo/company.h"

#include "base/buffer.h"
#include "base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* ---- cells ---- */

static bool needs_quotes(Text text, char delimiter)
{
    return memchr(text.data, delimiter, text.size) != NULL ||
           memchr(text.data, '"', text.size) != NULL || memchr(text.data, '\n', text.size) != NULL;
}

static void add_cell(Buffer *out, Text text, char delimiter)
{
    if (text.size == 0) return;
    if (!needs_quotes(text, delimiter)) {
        buffer_text(out, text);
        return;
    }
    buffer_char(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"') buffer_char(out, '"');
        buffer_char(out, text.data[i]);
    }
    buffer_char(out, '"');
}

/* As 1C and spreadsheets write in Russia: decimal comma, dd.mm.yyyy, да and нет. */
static Text russian_text(Value value, Type type, Arena *arena)
{
    char out[DATE_TEXT_MAX];
    if (value.kind == VALUE_BOOL) return value.as.boolean ? TEXT("да") : TEXT("нет");
    if (value.kind == VALUE_DATE) return arena_text(arena, date_print_dots(value.as.date, out));
    Text text = value_print(value, type, arena);
    if (value.kind != VALUE_DECIMAL) return text;
    char *copy = arena_alloc(arena, text.size + 1);
    for (size_t i = 0; i < text.size; i++)
        copy[i] = text.data[i] == '.' ? ',' : text.data[i];
    return (Text){copy, text.size};
}

/* Text that Windows-1251 can hold; everything that the demo says is in it. */
static void add_windows_1251(Buffer *out, Text text)
{
    static const struct {
        uint32_t code_point;
        unsigned char byte;
    } others[] = {{0x401, 0xA8}, {0x451, 0xB8}, {0xAB, 0xAB},   {0xBB, 0xBB},
                  {0xB2, 0x32},  {0xD7, 'x'},   {0x2116, 0xB9}, {0xB7, 0xB7}};
    for (size_t position = 0; position < text.size;) {
        uint32_t code_point = utf8_next(text, &position);
        char byte = '?';
        if (code_point < 0x80) byte = (char)code_point;
        if (code_point >= 0x410 && code_point <= 0x44F) byte = (char)(code_point - 0x410 + 0xC0);
        for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
            if (others[i].code_point == code_point) byte = (char)others[i].byte;
        buffer_char(out, byte);
    }
}

static Status write_file(const char *folder, const char *name, const Buffer *content, Arena *arena,
                         Error *err)
{
    Text path = arena_printf(arena, "%s/%s", folder, name);
    AUTO(replacement_done) Replacement *file = NULL;
    TRY(replacement_open(path.data, &file, err));
    fwrite(content->data, 1, content->size, replacement_stream(file));
    return replacement_keep(file, err);
}

/* ---- customers.csv: Windows-1251, semicolons ---- */

static void add_customer_row(Buffer *out, const Schema *schema, const DemoCustomer *customer,
                             Arena *arena)
{
    for (size_t i = 0; i < BUILT_IN_PROPERTIES_COUNT; i++) {
        Type type = property_value_type(&schema->properties[i]);
        add_cell(out, russian_text(customer->values[i], type, arena), ';');
        buffer_char(out, ';');
    }
    Type area = property_value_type(&demo_shop_area);
    add_cell(out, russian_text(customer->shop_area, area, arena), ';');
    buffer_cstr(out, "\r\n");
}

static Status write_customers(const char *folder, const Company *company, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(buffer_done) Buffer text = {0};
    AUTO(buffer_done) Buffer bytes = {0};
    const Schema *schema = schema_built_in(demo_settings(), arena);
    for (size_t i = 0; i < BUILT_IN_PROPERTIES_COUNT; i++) {
        add_cell(&text, labels_get(&schema->properties[i].labels, LANGUAGE_RU), ';');
        buffer_char(&text, ';');
    }
    buffer_text(&text, demo_shop_area.name);
    buffer_cstr(&text, "\r\n");
    for (size_t i = 0; i < company->customers_count; i++)
        add_customer_row(&text, schema, &company->customers[i], arena);
    add_windows_1251(&bytes, buffer_view(&text));
    return write_file(folder, "customers.csv", &bytes, arena, err);
}

/* ---- items.csv: UTF-8 with BOM, commas ---- */

static Status write_items(const char *folder, const Company *company, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(buffer_done) Buffer out = {0};
    Type money = {.kind = TYPE_DECIMAL, .scale = MONEY_SCALE, .is_money = true};
    buffer_cstr(&out, "\xEF\xBB\xBF"
                      "code,name,group,brand,price,cost\r\n");
    for (size_t i = 0; i < company->items_count; i++) {
        const Item *item = &company->items[i];
        const Text cells[] = {item->code,
                              item->name,
                              item->group,
                              item->brand,
                              value_print(item->price, money, arena),
                              value_print(item->cost, money, arena)};
        for (size_t c = 0; c < 6; c++) {
            if (c > 0) buffer_char(&out, ',');
            add_cell(&out, cells[c], ',');
        }
        buffer_cstr(&out, "\r\n");
    }
    return write_file(folder, "items.csv", &out, arena, err);
}

/* ---- events ---- */

typedef struct {
    const char *file;
    int stream;
    char delimiter;
    bool is_russian; /* headings, dates and decimals as in Russia */
} EventFile;

static void add_event_row(Buffer *out, const EventFile *file, const Company *company,
                          const Stream *stream, const DemoEvent *event, Arena *arena)
{
    char moment[DATE_TEXT_MAX];
    char delimiter = file->delimiter;
    buffer_text(out, company->customers[event->customer].code);
    buffer_char(out, delimiter);
    buffer_text(out, moment_print_iso(event->at, moment));
    for (size_t i = 0; i < stream->fields_count; i++) {
        Type type = field_value_type(&stream->fields[i]);
        buffer_char(out, delimiter);
        Text text = file->is_russian ? russian_text(event->values[i], type, arena)
                                     : value_print(event->values[i], type, arena);
        add_cell(out, text, delimiter);
    }
    if (file->stream == STREAM_CONTACT) {
        buffer_char(out, delimiter);
        buffer_text(out, event->key);
    }
    buffer_char(out, '\n');
}

static Status write_events(const char *folder, const Company *company, const EventFile *file,
                           Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(arena_done) Arena *row_arena = arena_new();
    AUTO(buffer_done) Buffer out = {0};
    const Schema *schema = schema_built_in(demo_settings(), arena);
    const Stream *stream = &schema->streams[file->stream];
    const DemoEventList *events = &company->events[file->stream];
    buffer_cstr(&out, "customer");
    buffer_char(&out, file->delimiter);
    buffer_cstr(&out, "date");
    for (size_t i = 0; i < stream->fields_count; i++) {
        const Field *field = &stream->fields[i];
        buffer_char(&out, file->delimiter);
        buffer_text(&out, file->is_russian ? labels_get(&field->labels, LANGUAGE_RU) : field->name);
    }
    if (file->stream == STREAM_CONTACT) buffer_printf(&out, "%ckey", file->delimiter);
    buffer_char(&out, '\n');
    for (size_t i = 0; i < events->count; i++) {
        arena_reset(row_arena);
        add_event_row(&out, file, company, stream, &events->items[i], row_arena);
    }
    return write_file(folder, file->file, &out, arena, err);
}

enum { FOLDER_MODE = 0700 };

Status demo_write_files(const char *folder, const DemoOptions *options, Error *err)
{
    static const EventFile files[] = {
        {"purchases.csv", STREAM_PURCHASE, ';', true},
        {"interactions.csv", STREAM_INTERACTION, ',', false},
        {"settlements.csv", STREAM_SETTLEMENT, '\t', false},
        {"contacts.csv", STREAM_CONTACT, ',', false},
    };
    AUTO(arena_done) Arena *arena = arena_new();
    if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST)
        return error_set_system(err, errno, "cannot make the folder '%s'", folder);
    const Company *company = company_new(options, arena);
    TRY(write_customers(folder, company, err));
    TRY(write_items(folder, company, err));
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        TRY(write_events(folder, company, &files[i], err));
    return STATUS_OK;
}
