/* test_import.c -- whole imports into a data directory: every row accounted for, again and again.
 */
#include "fixture.h"
#include "harness/harness.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/random.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const ImportOptions CUSTOMERS = {.target = IMPORT_CUSTOMERS};
static const ImportOptions ITEMS = {.target = IMPORT_ITEMS};
static const ImportOptions PURCHASES = {.target = IMPORT_EVENTS, .stream = {"purchase", 8}};
static const ImportOptions SETTLEMENTS = {.target = IMPORT_EVENTS, .stream = {"settlement", 10}};
static const ImportOptions INTERACTIONS = {.target = IMPORT_EVENTS, .stream = {"interaction", 11}};
static const ImportOptions CONTACTS = {.target = IMPORT_EVENTS, .stream = {"contact", 7}};

/* Import `content` and return the report as text; *ret_rejects gets the file of refused rows. */
static Text import_text(const Fixture *fixture, Text content, const ImportOptions *options,
                        Text *ret_rejects)
{
    Error err = {0};
    AUTO(import_done) Import *import = NULL;
    const char *path = fixture_file(fixture, "input", content);
    if (import_open(fixture->store, path, options, &import, &err) != STATUS_OK)
        return arena_text(fixture->arena, text_of(err.message));
    if (import_run(import, NULL, &err) != STATUS_OK)
        return arena_text(fixture->arena, text_of(err.message));
    const ImportReport *report = import_report(import);
    EXPECT_INT(report->read,
               report->added + report->updated + report->unchanged + report->rejected);
    EXPECT(report->is_finished);
    EXPECT_INT(report->rejected != 0 && !options->is_dry_run, report->rejects_path != NULL);
    if (ret_rejects != NULL) *ret_rejects = fixture_read(fixture, report->rejects_path);
    if (report->rejects_path != NULL) unlink(report->rejects_path);
    return fixture_print_report(report, fixture->arena);
}

static void expect_import(int line, const Fixture *fixture, const char *content,
                          const ImportOptions *options, const char *expected)
{
    Text actual = import_text(fixture, text_of(content), options, NULL);
    harness_expect_text(__FILE__, line, "report", actual, text_of(expected));
}

#define EXPECT_IMPORT(content, options, expected) \
    expect_import(__LINE__, &fixture, content, &(options), expected)

/* Everything that is stored, one line per customer and event, in a form to compare. */
static Text print_store(const Fixture *fixture)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(buffer_done) Buffer out = {0};
    const Schema *schema = store_schema(fixture->store);
    CustomerSource *source;
    CustomerRow row;
    EXPECT_OK(store_read_begin(fixture->store, NULL), NULL);
    EXPECT_OK(store_customer_source(fixture->store, &source, NULL), NULL);
    while (source->next(source, arena, &row, NULL) == STATUS_OK && row.id.value != 0) {
        buffer_printf(&out, "%.*s:", TEXT_FORMAT(row.code));
        for (size_t i = 1; i < schema->properties_count; i++) {
            Text value =
                value_print(row.values[i], property_value_type(&schema->properties[i]), arena);
            if (value.size != 0)
                buffer_printf(&out, " %.*s=%.*s", TEXT_FORMAT(schema->properties[i].name),
                              TEXT_FORMAT(value));
        }
        buffer_char(&out, '\n');
        for (size_t s = 0; s < schema->streams_count; s++) {
            const Stream *stream = &schema->streams[s];
            for (size_t e = 0; e < row.events[s].count; e++) {
                const EventRow *event = &row.events[s].items[e];
                char moment[DATE_TEXT_MAX];
                buffer_printf(&out, "  %.*s %.*s", TEXT_FORMAT(stream->name),
                              TEXT_FORMAT(moment_print_iso(event->at, moment)));
                for (size_t f = 0; f < stream->fields_count; f++) {
                    Text value =
                        value_print(event->values[f], field_value_type(&stream->fields[f]), arena);
                    if (value.size != 0)
                        buffer_printf(&out, " %.*s=%.*s", TEXT_FORMAT(stream->fields[f].name),
                                      TEXT_FORMAT(value));
                }
                buffer_char(&out, '\n');
            }
        }
        arena_reset(arena);
    }
    store_read_end(fixture->store);
    return arena_text(fixture->arena, buffer_view(&out));
}

TEST(customers_come_and_change)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    EXPECT_IMPORT("Код;Наименование;Город;Вид деятельности;Кредитный лимит;VIP-клиент\n"
                  "1;Ромашка;Москва;Торговля|Производство;10 000,5;да\n"
                  "2;Лютик;;;;\n",
                  CUSTOMERS, "read 2: 2 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_TEXT(print_store(&fixture),
                "1: name=Ромашка vip=true city=Москва activity=Торговля|Производство "
                "credit_limit=10000.5\n2: name=Лютик\n");
    EXPECT_IMPORT("Код;Наименование;Город\n1;Ромашка;Москва\n2;Лютик;Казань\n3;Новый;\n", CUSTOMERS,
                  "read 3: 1 added, 1 updated, 1 unchanged, 0 rejected\n");
    EXPECT_IMPORT("Код;Город\n1;\n", CUSTOMERS,
                  "read 1: 0 added, 1 updated, 0 unchanged, 0 rejected\n");
    EXPECT_TEXT(print_store(&fixture),
                "1: name=Ромашка vip=true activity=Торговля|Производство credit_limit=10000.5\n"
                "2: name=Лютик city=Казань\n3: name=Новый\n");
    fixture_close(&fixture);
}

TEST(modes_of_customers)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    ImportOptions insert = CUSTOMERS, replace = CUSTOMERS;
    insert.mode = IMPORT_INSERT;
    replace.mode = IMPORT_REPLACE;
    EXPECT_IMPORT("code,name,city\n1,a,x\n", CUSTOMERS,
                  "read 1: 1 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("code,name\n1,b\n2,c\n", insert,
                  "read 2: 1 added, 0 updated, 0 unchanged, 1 rejected\n"
                  "1 x '' exists already, and --mode insert only adds (line 2, '1')\n");
    EXPECT_IMPORT("code,name\n1,b\n", replace,
                  "read 1: 0 added, 1 updated, 0 unchanged, 0 rejected\n");
    EXPECT_TEXT(print_store(&fixture), "1: name=b\n2: name=c\n");
    fixture_close(&fixture);
}

static const char PURCHASES_FILE[] = "Клиент;Дата;Заказ;Номенклатура;Количество;Цена;Сумма\r\n"
                                     "1;31.03.2026 14:30;ЗК-7;Супер дрель;2;6 250,25;12 500,50\r\n"
                                     "2;01.04.2026;ЗК-8;Сверло;10;;1 200\r\n"
                                     "2;01.04.2026;ЗК-8;Сверло;10;;1 200\r\n"
                                     "1;02.04.2026;ЗК-9;Сверло;-1;120,125;\r\n";

TEST(purchases_come_once)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    EXPECT_IMPORT("code\n1\n2\n", CUSTOMERS,
                  "read 2: 2 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT(PURCHASES_FILE, PURCHASES,
                  "read 4: 4 added, 0 updated, 0 unchanged, 0 rejected\n");
    const char *stored =
        "1:\n"
        "  purchase 2026-03-31T14:30:00 order=ЗК-7 item=Супер дрель quantity=2 price=6250.25 "
        "amount=12500.5\n"
        "  purchase 2026-04-02T00:00:00 order=ЗК-9 item=Сверло quantity=-1 price=120.125 "
        "amount=-120.125\n"
        "2:\n"
        "  purchase 2026-04-01T00:00:00 order=ЗК-8 item=Сверло quantity=10 amount=1200\n"
        "  purchase 2026-04-01T00:00:00 order=ЗК-8 item=Сверло quantity=10 amount=1200\n";
    EXPECT_TEXT(print_store(&fixture), stored);
    EXPECT_IMPORT(PURCHASES_FILE, PURCHASES,
                  "read 4: 0 added, 0 updated, 4 unchanged, 0 rejected\n");
    EXPECT_TEXT(print_store(&fixture), stored);
    fixture_close(&fixture);
}

/* The same rows in every encoding and format are the same events. */
TEST(every_form_of_a_file_is_the_same)
{
    static const char *const encodings[] = {"CP1251", "CP866",    "KOI8-U",
                                            "UTF-8",  "UTF-16LE", "UTF-16BE"};
    Fixture fixture = fixture_open(LANGUAGE_EN);
    ImportOptions create = PURCHASES;
    create.create_customers = true;
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        Text content = fixture_encoded(&fixture, PURCHASES_FILE, encodings[i]);
        Text report = import_text(&fixture, content, &create, NULL);
        harness_expect_text(__FILE__, __LINE__, encodings[i], report,
                            i == 0 ? TEXT("read 4: 4 added, 0 updated, 0 unchanged, 0 rejected\n")
                                   : TEXT("read 4: 0 added, 0 updated, 4 unchanged, 0 rejected\n"));
    }
    EXPECT_IMPORT("{\"customer\":1,\"date\":\"2026-03-31T14:30\",\"order\":\"ЗК-7\","
                  "\"item\":\"Супер дрель\",\"quantity\":2.0,\"price\":6250.25,"
                  "\"amount\":1.25005e4}\n"
                  "{\"customer\":\"2\",\"date\":\"2026-04-01\",\"order\":\"ЗК-8\","
                  "\"item\":\"Сверло\",\"quantity\":10,\"amount\":1200,\"price\":null}\n",
                  create, "read 2: 0 added, 0 updated, 2 unchanged, 0 rejected\n");
    fixture_close(&fixture);
}

TEST(every_refused_row_says_why)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    Text rejects = TEXT("");
    EXPECT_IMPORT("code\n1\n", CUSTOMERS, "read 1: 1 added, 0 updated, 0 unchanged, 0 rejected\n");
    Text report = import_text(&fixture,
                              TEXT("customer;date;item;amount\n"
                                   "1;01.02.2026;\"сверло;\"\"б\"\"\";5\n"
                                   "9;01.02.2026;c;5\n"
                                   "1;01.13.2026;c;5\n"
                                   "1;01.02.2026;c;5,5,5\n"
                                   ";02.02.2026;c;5\n"
                                   "1;;c;6\n"
                                   "1;03.02.2026;c\n"
                                   "1;03.02.2026;c;7;8\n"
                                   "1;03.02.2026;c;7;;\n"
                                   "1;\"04.02.2026\"x;c;7\n"
                                   "1;05.02.2026;\xFF\xFEgood;7\n"
                                   "1;05.02.2026;\0;7\n"),
                              &PURCHASES, &rejects);
    EXPECT_TEXT(report,
                "read 12: 2 added, 0 updated, 0 unchanged, 10 rejected\n"
                "1 x 'customer' no such customer: import customers first, or use "
                "--create-customers (line 3, '9')\n"
                "1 x 'date' no such day in the order of the column; see --dates (dmy) (line 4, "
                "'01.13.2026')\n"
                "1 x 'amount' not a number (line 5, '5,5,5')\n"
                "1 x '' no customer (line 6, '')\n"
                "1 x '' no date (line 7, '')\n"
                "1 x '' fewer cells than columns: the file has 4 (line 8, '')\n"
                "1 x '' more cells than columns: the file has 4 (line 9, '')\n"
                "1 x '' a quote that does not end its cell, or is never closed (line 11, '')\n"
                "1 x '' bytes that mean nothing in the encoding of the file, utf-8 (line 12, '')\n"
                "1 x '' a NUL byte (line 13, '')\n");
    EXPECT(text_equal(
        rejects,
        TEXT("\xEF\xBB\xBF_line;_column;_value;_reason;customer;date;item;amount\r\n"
             "3;customer;9;no such customer: import customers first, or use "
             "--create-customers;9;01.02.2026;c;5\r\n"
             "4;date;01.13.2026;\"no such day in the order of the column; see --dates (dmy)\";"
             "1;01.13.2026;c;5\r\n"
             "5;amount;5,5,5;not a number;1;01.02.2026;c;5,5,5\r\n"
             "6;;;no customer;;02.02.2026;c;5\r\n"
             "7;;;no date;1;;c;6\r\n"
             "8;;;fewer cells than columns: the file has 4;1;03.02.2026;c\r\n"
             "9;;;more cells than columns: the file has 4;1;03.02.2026;c;7;8\r\n"
             "11;;;a quote that does not end its cell, or is never closed;"
             "\"1;\"\"04.02.2026\"\"x;c;7\"\r\n"
             "12;;;bytes that mean nothing in the encoding of the file, utf-8;"
             "1;05.02.2026;\xEF\xBF\xBD\xEF\xBF\xBDgood;7\r\n"
             "13;;;a NUL byte;1;05.02.2026;\0;7\r\n")));
    fixture_close(&fixture);
}

/* A file of refused rows, mended, is an ordinary file; unmended rows are refused again. */
TEST(mended_rows_are_imported)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    Text rejects = TEXT(""), again = TEXT("");
    EXPECT_IMPORT("code\n1\n", CUSTOMERS, "read 1: 1 added, 0 updated, 0 unchanged, 0 rejected\n");
    import_text(&fixture, TEXT("customer,date,amount\n7,01.02.2026,5\n1,x,\"5,5\"\n1,,\"\"\"\"\n"),
                &PURCHASES, &rejects);
    EXPECT_TEXT(rejects, "\xEF\xBB\xBF_line,_column,_value,_reason,customer,date,amount\r\n"
                         "2,customer,7,\"no such customer: import customers first, or use "
                         "--create-customers\",7,01.02.2026,5\r\n"
                         "3,date,x,not a date,1,x,\"5,5\"\r\n"
                         "4,amount,\"\"\"\",not a number,1,,\"\"\"\"\r\n");
    EXPECT_TEXT(import_text(&fixture, rejects, &PURCHASES, &again),
                "read 3: 0 added, 0 updated, 0 unchanged, 3 rejected\n"
                "1 x 'customer' no such customer: import customers first, or use "
                "--create-customers (line 2, '7')\n"
                "1 x 'date' not a date (line 3, 'x')\n"
                "1 x 'amount' not a number (line 4, '\"')\n");
    EXPECT(text_equal(again, rejects));
    EXPECT_IMPORT("\xEF\xBB\xBF_line,_column,_value,_reason,customer,date,amount\r\n"
                  "2,customer,7,no such customer,1,01.02.2026,5\r\n"
                  "3,date,x,not a date,1,02.02.2026,\"5,5\"\r\n",
                  PURCHASES, "read 2: 2 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("\xEF\xBB\xBF_line,_column,_value,_reason,customer,date,order\r\n"
                  "2,,,bytes,1,01.02.2026,damaged \xEF\xBF\xBD text\r\n",
                  PURCHASES,
                  "read 1: 0 added, 0 updated, 0 unchanged, 1 rejected\n"
                  "1 x 'order' the sign U+FFFD stands for damaged text: mend it (line 2, 'damaged "
                  "\xEF\xBF\xBD text')\n");
    fixture_close(&fixture);
}

TEST(refused_json_lines_stay_json)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    Text rejects = TEXT(""), again = TEXT("");
    EXPECT_TEXT(import_text(&fixture,
                            TEXT("{\"code\":\"1\",\"vip\":true}\n"
                                 "{\"code\":\"2\",\"vip\":\"maybe\",\"x\":{\"y\":[1,\"z\"]}}\n"
                                 "{\"code\":\"3\"\n{\"vip\":false}\n"),
                            &CUSTOMERS, &rejects),
                "read 4: 1 added, 0 updated, 0 unchanged, 3 rejected\n"
                "1 x 'vip' neither yes nor no (line 2, 'maybe')\n"
                "1 x '' not a JSON object on one line (line 3, '')\n"
                "1 x '' no code (line 4, '')\n");
    EXPECT_TEXT(
        rejects,
        "{\"_line\":2,\"_column\":\"vip\",\"_value\":\"maybe\",\"_reason\":\"neither yes nor "
        "no\",\"code\":\"2\",\"vip\":\"maybe\",\"x\":{\"y\":[1,\"z\"]}}\n"
        "{\"_line\":3,\"_column\":\"\",\"_value\":\"\",\"_reason\":\"not a JSON object on "
        "one line\",\"_row\":\"{\\\"code\\\":\\\"3\\\"\"}\n"
        "{\"_line\":4,\"_column\":\"\",\"_value\":\"\",\"_reason\":\"no code\","
        "\"vip\":false}\n");
    EXPECT_TEXT(import_text(&fixture, rejects, &CUSTOMERS, &again),
                "read 3: 0 added, 0 updated, 0 unchanged, 3 rejected\n"
                "2 x '' no code (line 2, '')\n"
                "1 x 'vip' neither yes nor no (line 1, 'maybe')\n");
    EXPECT(text_starts_with(again, TEXT("{\"_line\":1,\"_column\":\"vip\",\"_value\":\"maybe\","
                                        "\"_reason\":\"neither yes nor no\",\"code\":\"2\","
                                        "\"vip\":\"maybe\",\"x.y\":\"1|z\"}\n")));
    fixture_close(&fixture);
}

TEST(items_and_their_prices)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    ImportOptions create = PURCHASES;
    create.create_customers = true;
    EXPECT_IMPORT("Артикул;Наименование;Группа;Цена\nT1;Супер дрель;Инструмент / Дрели;1 250,5\n",
                  ITEMS, "read 1: 1 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("customer;date;item;quantity\n1;01.02.2026;супер  дрель;2\n", create,
                  "read 1: 1 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_TEXT(print_store(&fixture),
                "1:\n  purchase 2026-02-01T00:00:00 item=T1 quantity=2 amount=2501\n");
    /* A new price is not a new purchase. */
    EXPECT_IMPORT("Артикул;Цена\nT1;1 300\n", ITEMS,
                  "read 1: 0 added, 1 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("customer;date;item;quantity\n1;01.02.2026;T1;2\n", create,
                  "read 1: 0 added, 0 updated, 1 unchanged, 0 rejected\n");
    fixture_close(&fixture);
}

TEST(contacts_and_what_they_did)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    EXPECT_IMPORT("code\n1\n", CUSTOMERS, "read 1: 1 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("Код контакта;Клиент;ФИО;Пол\nP1;1;Иванов;м\n;1;;м\n", CONTACTS,
                  "read 2: 1 added, 0 updated, 0 unchanged, 1 rejected\n"
                  "1 x '' neither key nor name of the contact person (line 3, '')\n");
    EXPECT_IMPORT("Код контакта;Клиент;ФИО;Пол\nP1;1;Иванова;ж\n", CONTACTS,
                  "read 1: 0 added, 1 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("Контакт;Дата;Тип\nP1;01.02.2026;звонок\nP2;01.02.2026;звонок\n", INTERACTIONS,
                  "read 2: 1 added, 0 updated, 0 unchanged, 1 rejected\n"
                  "1 x '' no customer and no such contact person: import contacts first (line 3, "
                  "'P2')\n");
    EXPECT_TEXT(print_store(&fixture),
                "1:\n  interaction 2026-02-01T00:00:00 kind=call contact=P1\n"
                "  contact 1970-01-01T00:00:00 name=Иванова gender=female\n");
    fixture_close(&fixture);
}

TEST(settlements_know_two_kinds)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    ImportOptions create = SETTLEMENTS;
    create.create_customers = true;
    EXPECT_IMPORT("Клиент;Дата;Вид операции;Сумма;Срок оплаты\n"
                  "1;01.02.2026;Отгрузка;100;15.02.2026\n1;03.02.2026;оплата;60;\n"
                  "1;04.02.2026;прочее;1;\n",
                  create,
                  "read 3: 2 added, 0 updated, 0 unchanged, 1 rejected\n"
                  "1 x 'Вид операции' not one of the values this field may have: charge, payment "
                  "(line 4, 'прочее')\n");
    EXPECT_TEXT(print_store(&fixture),
                "1:\n  settlement 2026-02-01T00:00:00 kind=charge amount=100 due_date=2026-02-15\n"
                "  settlement 2026-02-03T00:00:00 kind=payment amount=60\n");
    fixture_close(&fixture);
}

TEST(events_with_keys)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    ImportOptions upsert = PURCHASES, insert = PURCHASES;
    Text rejects = TEXT("");
    upsert.create_customers = insert.create_customers = true;
    insert.mode = IMPORT_INSERT;
    EXPECT_IMPORT("key;customer;date;amount\nA;1;01.02.2026;5\nB;1;01.02.2026;6\n", upsert,
                  "read 2: 2 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("key;customer;date;amount\nA;1;01.02.2026;5\nB;1;02.02.2026;7\n", upsert,
                  "read 2: 0 added, 1 updated, 1 unchanged, 0 rejected\n");
    EXPECT_TEXT(import_text(&fixture,
                            TEXT("key;customer;date;amount\nC;1;03.02.2026;1\nB;1;02.02.2026;8\n"),
                            &insert, &rejects),
                "read 2: 1 added, 0 updated, 0 unchanged, 1 rejected\n"
                "1 x '' exists already, and --mode insert only adds (line 3, '')\n");
    EXPECT_TEXT(rejects, "\xEF\xBB\xBF_line;_column;_value;_reason;key;customer;date;amount\r\n"
                         "3;;;exists already, and --mode insert only adds;B;1;02.02.2026;8\r\n");
    EXPECT_TEXT(print_store(&fixture), "1:\n  purchase 2026-02-01T00:00:00 amount=5\n"
                                       "  purchase 2026-02-02T00:00:00 amount=7\n"
                                       "  purchase 2026-02-03T00:00:00 amount=1\n");
    fixture_close(&fixture);
}

TEST(replacing_the_days_of_a_file)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    ImportOptions create = PURCHASES, replace = PURCHASES;
    create.create_customers = true;
    replace.mode = IMPORT_REPLACE;
    EXPECT_IMPORT("customer;date;amount\n1;01.02.2026;1\n1;02.02.2026;2\n1;03.02.2026;3\n", create,
                  "read 3: 3 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("customer;date;amount\n1;02.02.2026;20\n1;03.02.2026;3\n", replace,
                  "read 2: 1 added, 0 updated, 1 unchanged, 0 rejected\n");
    EXPECT_TEXT(print_store(&fixture), "1:\n  purchase 2026-02-01T00:00:00 amount=1\n"
                                       "  purchase 2026-02-02T00:00:00 amount=20\n"
                                       "  purchase 2026-02-03T00:00:00 amount=3\n");
    fixture_close(&fixture);
}

TEST(nothing_is_removed_while_rows_are_rejected)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    ImportOptions create = PURCHASES, replace = PURCHASES;
    create.create_customers = true;
    replace.mode = IMPORT_REPLACE;
    EXPECT_IMPORT("customer;date;amount\n1;01.02.2026;1\n1;02.02.2026;2\n", create,
                  "read 2: 2 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("customer;date;amount\n1;01.02.2026;10\n1;02.02.2026;2O\n", replace,
                  "read 2: 1 added, 0 updated, 0 unchanged, 1 rejected\n"
                  "1 x 'amount' not a number (line 3, '2O')\n");
    EXPECT_TEXT(print_store(&fixture), "1:\n  purchase 2026-02-01T00:00:00 amount=1\n"
                                       "  purchase 2026-02-01T00:00:00 amount=10\n"
                                       "  purchase 2026-02-02T00:00:00 amount=2\n");
    EXPECT_IMPORT("customer;date;amount\n1;01.02.2026;10\n1;02.02.2026;20\n", replace,
                  "read 2: 1 added, 0 updated, 1 unchanged, 0 rejected\n");
    EXPECT_TEXT(print_store(&fixture), "1:\n  purchase 2026-02-01T00:00:00 amount=10\n"
                                       "  purchase 2026-02-02T00:00:00 amount=20\n");
    fixture_close(&fixture);
}

TEST(a_price_that_comes_later_doubles_nothing)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    ImportOptions create = PURCHASES;
    create.create_customers = true;
    EXPECT_IMPORT("customer;date;item;quantity\n1;01.02.2026;W1;3\n", create,
                  "read 1: 1 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("code;price\nW1;10\n", ITEMS,
                  "read 1: 0 added, 1 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("customer;date;item;quantity\n1;01.02.2026;W1;3\n", PURCHASES,
                  "read 1: 0 added, 1 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("code;price\nW1;12\n", ITEMS,
                  "read 1: 0 added, 1 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("customer;date;item;quantity\n1;01.02.2026;W1;3\n", PURCHASES,
                  "read 1: 0 added, 0 updated, 1 unchanged, 0 rejected\n");
    EXPECT_TEXT(print_store(&fixture),
                "1:\n  purchase 2026-02-01T00:00:00 item=W1 quantity=3 amount=30\n");
    fixture_close(&fixture);
}

TEST(new_fields_and_properties_are_made)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    ImportOptions customers = CUSTOMERS, purchases = PURCHASES;
    customers.create_properties = true;
    purchases.create_fields = purchases.create_customers = true;
    EXPECT_IMPORT("code;Площадь;Дилер\n1;12,5;да\n2;;нет\n", customers,
                  "read 2: 2 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("customer;date;amount;Курьер\n1;01.02.2026;5;Ваня\n2;01.02.2026;5;Ваня\n",
                  purchases, "read 2: 2 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("customer;date;amount;Курьер\n1;01.02.2026;5;Ваня\n", PURCHASES,
                  "read 1: 0 added, 0 updated, 1 unchanged, 0 rejected\n");
    EXPECT_TEXT(print_store(&fixture),
                "1: Площадь=12.5 Дилер=true\n  purchase 2026-02-01T00:00:00 amount=5 Курьер=Ваня\n"
                "2: Дилер=false\n  purchase 2026-02-01T00:00:00 amount=5 Курьер=Ваня\n");
    fixture_close(&fixture);
}

TEST(a_dry_run_keeps_nothing)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    ImportOptions customers = CUSTOMERS, purchases = PURCHASES;
    customers.is_dry_run = purchases.is_dry_run = true;
    customers.create_properties = purchases.create_customers = purchases.create_fields = true;
    EXPECT_IMPORT("code;Новое\n1;2\n", customers,
                  "read 1: 1 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_IMPORT("customer;date;amount;Новое;item\n1;01.02.2026;5;x;T1\n1;;5;x;T1\n", purchases,
                  "read 2: 1 added, 0 updated, 0 unchanged, 1 rejected\n"
                  "1 x '' no date (line 3, '')\n");
    EXPECT_TEXT(print_store(&fixture), "");
    EXPECT(schema_find_property(store_schema(fixture.store), TEXT("Новое")) == NULL);
    purchases.is_dry_run = false;
    EXPECT_IMPORT("customer;date;amount;Новое;item\n1;01.02.2026;5;x;T1\n", purchases,
                  "read 1: 1 added, 0 updated, 0 unchanged, 0 rejected\n");
    fixture_close(&fixture);
}

TEST(saved_mappings_are_used_again)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    const ImportMapping mapping = {TEXT("К\"од"), TEXT("code")};
    const ImportDefault set = {TEXT("city"), TEXT("Москва")};
    ImportOptions save = CUSTOMERS, use = CUSTOMERS, read;
    save.mappings = &mapping;
    save.defaults = &set;
    save.mappings_count = save.defaults_count = 1;
    save.save_mapping = use.use_mapping = TEXT("crm");
    save.decimal_mark = DECIMAL_MARK_POINT;
    save.has_mode = true;
    save.mode = IMPORT_REPLACE;
    EXPECT_IMPORT("\"К\"\"од\";name\n1;a\n", save,
                  "read 1: 1 added, 0 updated, 0 unchanged, 0 rejected\n");
    Error err = {0};
    EXPECT_OK(import_mapping_read(fixture.store, TEXT("crm"), fixture.arena, &read, &err), &err);
    EXPECT_INT(read.mappings_count, 2);
    EXPECT_TEXT(read.mappings[0].column, "К\"од");
    EXPECT_TEXT(read.mappings[0].field, "code");
    EXPECT_INT(read.decimal_mark, DECIMAL_MARK_POINT);
    EXPECT_INT(read.mode, IMPORT_REPLACE);
    EXPECT_IMPORT("name;\"К\"\"од\"\nb;2\n", use,
                  "read 1: 1 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_TEXT(print_store(&fixture), "1: name=a city=Москва\n2: name=b city=Москва\n");
    ImportOptions other = ITEMS;
    other.use_mapping = TEXT("crm");
    EXPECT_IMPORT("code\n1\n", other, "the saved mapping 'crm' is for customers");
    fixture_close(&fixture);
}

TEST(rounded_values_are_counted)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    ImportOptions create = PURCHASES;
    create.create_customers = true;
    const char *path = fixture_file(&fixture, "input",
                                    TEXT("customer,date,amount,price\n1,2026-02-01,1.00005,2.5\n"
                                         "1,2026-02-02,1.00015,2.00001\n"));
    AUTO(import_done) Import *import = NULL;
    Error err = {0};
    EXPECT_OK(import_open(fixture.store, path, &create, &import, &err), &err);
    EXPECT_OK(import_run(import, NULL, &err), &err);
    EXPECT_INT(import_report(import)->rounded, 3);
    EXPECT_INT(import_report(import)->customers_added, 1);
    EXPECT(text_ends_with(import_report(import)->notes[0],
                          TEXT("'amount' 2, first in line 2; column 'price' 1, first in line 3")));
    import_done(&import);
    fixture_close(&fixture);
}

/* ---- cancelling, killing, pipes ---- */

/* A file of `rows` purchases of 50 customers, with true duplicates and rows to refuse. */
static const char *large_file(const Fixture *fixture, size_t rows)
{
    Random random = random_seeded(harness_seed());
    AUTO(buffer_done) Buffer content = {0};
    buffer_cstr(&content, "customer;date;order;item;quantity;amount\n");
    for (size_t i = 0; i < rows; i++)
        buffer_printf(&content, "c%llu;%02llu.%02llu.2025;o%zu;item %llu;%llu;%llu,5\n",
                      (unsigned long long)random_below(&random, 50),
                      (unsigned long long)random_below(&random, 29),
                      1 + (unsigned long long)random_below(&random, 12), i / 5,
                      (unsigned long long)random_below(&random, 20),
                      (unsigned long long)random_below(&random, 2),
                      (unsigned long long)random_below(&random, 3));
    return fixture_file(fixture, "large.csv", buffer_view(&content));
}

static ImportOptions small_batches(void)
{
    ImportOptions options = PURCHASES;
    options.create_customers = true;
    options.batch_bytes_max = 1 << 20;
    return options;
}

static Text run_and_print(const Fixture *fixture, const char *path, const ImportOptions *options)
{
    AUTO(import_done) Import *import = NULL;
    Error err = {0};
    EXPECT_OK(import_open(fixture->store, path, options, &import, &err), &err);
    EXPECT_OK(import_run(import, NULL, &err), &err);
    return fixture_print_report(import_report(import), fixture->arena);
}

static bool stop_late(void *context, const char *step, uint64_t done, uint64_t total)
{
    int *calls_left = context;
    EXPECT(step[0] != '\0');
    EXPECT(total == 0 || done <= total);
    return --*calls_left > 0;
}

static uint64_t count_events(const Fixture *fixture)
{
    Text stored = print_store(fixture);
    uint64_t count = 0;
    for (size_t i = 0; i + 1 < stored.size; i++)
        count += stored.data[i] == '\n' && stored.data[i + 1] == ' ';
    return count;
}

enum { LARGE_ROWS = 60000 };

/* Cancelled at any call, whole batches stay, the report tells the truth, and going on ends as if
 * nothing had happened. */
TEST(cancelling_keeps_whole_batches)
{
    Fixture whole = fixture_open(LANGUAGE_EN), cut = fixture_open(LANGUAGE_EN);
    ImportOptions options = small_batches();
    const char *path = large_file(&whole, LARGE_ROWS);
    Text report = run_and_print(&whole, path, &options);
    uint64_t stored_before = 0;
    for (int calls = 2; calls < 60; calls += 9) {
        AUTO(import_done) Import *import = NULL;
        Error err = {0};
        int calls_left = calls;
        Progress progress = {stop_late, &calls_left};
        EXPECT_OK(import_open(cut.store, path, &options, &import, &err), &err);
        Status status = import_run(import, &progress, &err);
        const ImportReport *cancelled = import_report(import);
        EXPECT(status == STATUS_CANCELLED || status == STATUS_OK);
        EXPECT_INT(cancelled->is_finished, status == STATUS_OK);
        EXPECT_INT(cancelled->read, cancelled->added + cancelled->updated + cancelled->unchanged +
                                        cancelled->rejected);
        uint64_t stored = count_events(&cut);
        EXPECT_INT(stored, stored_before + cancelled->added);
        stored_before = stored;
    }
    Text last = run_and_print(&cut, path, &options);
    EXPECT(text_contains(report, TEXT(" rejected\n")) && text_contains(last, TEXT(" rejected\n")));
    EXPECT(text_equal(print_store(&whole), print_store(&cut)));
    fixture_close(&whole);
    fixture_close(&cut);
}

/* Kill the process somewhere in the middle, many times; the last run ends the same. */
TEST(killed_imports_go_on)
{
    Fixture whole = fixture_open(LANGUAGE_EN), cut = fixture_open(LANGUAGE_EN);
    ImportOptions options = small_batches();
    const char *path = large_file(&whole, LARGE_ROWS);
    run_and_print(&whole, path, &options);
    const char *directory = store_path(cut.store);
    directory = arena_cstr(cut.arena, text_of(directory));
    store_done(&cut.store);
    size_t killed = 0;
    for (unsigned attempt = 1; attempt <= 12; attempt++) {
        pid_t child = fork();
        if (child == 0) {
            Store *store = NULL;
            Import *import = NULL;
            bool is_done = store_open(directory, STORE_WRITE, &store, NULL) == STATUS_OK &&
                           import_open(store, path, &options, &import, NULL) == STATUS_OK &&
                           import_run(import, NULL, NULL) == STATUS_OK;
            _exit(is_done ? 0 : 1);
        }
        usleep(attempt * 40000);
        kill(child, SIGKILL);
        int status;
        EXPECT_INT(waitpid(child, &status, 0), child);
        killed += WIFSIGNALED(status);
        EXPECT(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    }
    EXPECT(killed > 0);
    Error err = {0};
    EXPECT_OK(store_open(directory, STORE_WRITE, &cut.store, &err), &err);
    Text *problems;
    size_t problems_count;
    EXPECT_OK(store_check(cut.store, NULL, cut.arena, &problems, &problems_count, &err), &err);
    EXPECT_INT(problems_count, 0);
    run_and_print(&cut, path, &options);
    EXPECT(text_equal(print_store(&whole), print_store(&cut)));
    fixture_close(&whole);
    fixture_close(&cut);
}

/* Refused rows that cannot be kept would be lost, so the import ends with a sentence. */
TEST(a_file_of_refused_rows_that_cannot_be_written)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    ImportOptions options = CUSTOMERS;
    options.rejects_path = "/nonexistent/rejects.csv";
    EXPECT_IMPORT("code;vip\n1;maybe\n", options,
                  "cannot write rejected rows to '/nonexistent/rejects.csv': No such file or "
                  "directory");
    const char *path = fixture_file(&fixture, "self.csv", TEXT("code;vip\n1;maybe\n"));
    options.rejects_path = path;
    AUTO(import_done) Import *import = NULL;
    Error err = {0};
    EXPECT_STATUS(import_open(fixture.store, path, &options, &import, &err), STATUS_INVALID, &err);
    EXPECT(text_starts_with(text_of(err.message), TEXT("rejected rows cannot go to the file")));
    fixture_close(&fixture);
}

TEST(packed_files_and_standard_input)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    const char *path = fixture_file(&fixture, "c.csv", TEXT("code;name\n1;a\n2;b\n"));
    const char *command = arena_printf(fixture.arena, "gzip -k %s", path).data;
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status;
    waitpid(child, &status, 0);
    EXPECT_INT(status, 0);
    const char *packed = arena_printf(fixture.arena, "%s.gz", path).data;
    EXPECT_TEXT(run_and_print(&fixture, packed, &CUSTOMERS),
                "read 2: 2 added, 0 updated, 0 unchanged, 0 rejected\n");
    int ends[2], input = dup(STDIN_FILENO);
    EXPECT_INT(pipe(ends), 0);
    const char rows[] = "code;name\n1;a\n3;c\n";
    EXPECT_INT(write(ends[1], rows, strlen(rows)), strlen(rows));
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    EXPECT_TEXT(run_and_print(&fixture, "-", &CUSTOMERS),
                "read 2: 1 added, 0 updated, 1 unchanged, 0 rejected\n");
    dup2(input, STDIN_FILENO);
    close(input);
    close(ends[0]);
    fixture_close(&fixture);
}

/* What our own export writes for spreadsheets comes back as it went. */
TEST(our_export_is_imported_again)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    const char *stored = "1: name==SUM(A1) phone=+7 999 1234567 city=Москва; \"центр\" "
                         "credit_limit=1234.5\n2: name=@home phone=-\n";
    EXPECT_IMPORT("\xEF\xBB\xBF"
                  "code;name;phone;city;credit_limit\r\n"
                  "1;'=SUM(A1);'+7 999 1234567;\"Москва; \"\"центр\"\"\";1234,5\r\n"
                  "2;'@home;'-;;\r\n",
                  CUSTOMERS, "read 2: 2 added, 0 updated, 0 unchanged, 0 rejected\n");
    EXPECT_TEXT(print_store(&fixture), stored);
    fixture_close(&fixture);
}

enum { LONG_FILE_ROWS = 24000 };

/* Many blocks of a file, with items and channels that come up on the way, and refused rows of both
 * kinds: those of the row itself and those of what is stored. */
static Text long_file(const Fixture *fixture)
{
    AUTO(buffer_done) Buffer file = {0};
    buffer_cstr(&file, "customer;date;order;item;quantity;amount;channel\n");
    for (int i = 0; i < LONG_FILE_ROWS; i++) {
        const char *customer = i % 1009 == 5 ? "nobody" : "";
        const char *quantity = i % 997 == 5 ? "a few" : "2";
        buffer_printf(&file, "%sC%d;0%d.03.2026;Заказ %d;I%d;%s;%d,5;канал %d\n", customer, i % 300,
                      1 + i % 9, i / 3, i / 500, quantity, i, i / 700);
    }
    return arena_text(fixture->arena, buffer_view(&file));
}

/* The lines of refused rows stand in the order of the file. */
static size_t count_rising_lines(Text rejects)
{
    size_t count = 0;
    int64_t before = 0;
    Text rest;
    text_split(rejects, '\n', &rest); /* the heading */
    while (rest.size != 0) {
        Text ignored, row = text_split(rest, '\n', &rest);
        int64_t line = 0;
        int scale;
        EXPECT(decimal_parse(text_split(row, ';', &ignored), &line, &scale));
        EXPECT(line > before);
        before = line;
        count++;
    }
    return count;
}

TEST(many_threads_are_as_one)
{
    Fixture fixture = fixture_open(LANGUAGE_EN), other = fixture_open(LANGUAGE_EN);
    AUTO(buffer_done) Buffer customers = {0};
    buffer_cstr(&customers, "code\n");
    for (int i = 0; i < 300; i++)
        buffer_printf(&customers, "C%d\n", i);
    import_text(&fixture, buffer_view(&customers), &CUSTOMERS, NULL);
    import_text(&other, buffer_view(&customers), &CUSTOMERS, NULL);
    Text file = long_file(&fixture), rejects;
    EXPECT_TEXT(import_text(&fixture, file, &PURCHASES, &rejects),
                "read 24000: 23952 added, 0 updated, 0 unchanged, 48 rejected\n"
                "25 x 'quantity' not a number (line 7, 'a few')\n"
                "23 x 'customer' no such customer: import customers first, or use "
                "--create-customers (line 1016, 'nobodyC114')\n");
    EXPECT_INT(count_rising_lines(rejects), 48);
    EXPECT_TEXT(text_slice(import_text(&fixture, file, &PURCHASES, NULL), 0, 60),
                "read 24000: 0 added, 0 updated, 23952 unchanged, 48 rejected");
    /* small batches store the same */
    ImportOptions small = PURCHASES;
    small.batch_bytes_max = 1;
    import_text(&other, file, &small, NULL);
    EXPECT(text_equal(print_store(&fixture), print_store(&other)));
    fixture_close(&fixture);
    fixture_close(&other);
}

TEST(one_bad_row_of_ten_thousand)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    AUTO(buffer_done) Buffer content = {0};
    ImportOptions create = PURCHASES;
    create.create_customers = true;
    buffer_cstr(&content, "Клиент;Дата;Сумма\r\n");
    for (int i = 0; i < 10000; i++)
        buffer_printf(&content, "к%d;%02d.03.2026;%d,%02d\r\n", i % 100, i % 31 + 1, i, i % 100);
    char *bad = strstr(content.data, "\r\nк77;");
    memcpy(bad + 7, "32", 2);
    Text report =
        import_text(&fixture, fixture_encoded(&fixture, content.data, "CP1251"), &create, NULL);
    EXPECT(text_starts_with(report,
                            TEXT("read 10000: 9999 added, 0 updated, 0 unchanged, 1 rejected\n")));
    fixture_close(&fixture);
}
