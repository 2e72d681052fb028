/* test_detect.c -- what an import finds out about a file before it writes, and when it doubts. */
#include "fixture.h"
#include "harness/harness.h"

#include "base/buffer.h"

#include <stdio.h>

static void expect_plan(int line, const char *encoding, const char *content,
                        const ImportOptions *options, const char *expected)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    Error err = {0};
    AUTO(import_done) Import *import = NULL;
    const char *path =
        fixture_file(&fixture, "input.csv", fixture_encoded(&fixture, content, encoding));
    Status status = import_open(fixture.store, path, options, &import, &err);
    Text actual = status == STATUS_OK ? fixture_print_plan(import_plan(import), fixture.arena)
                                      : text_of(err.message);
    harness_expect_text(__FILE__, line, "plan", actual, text_of(expected));
    import_done(&import);
    fixture_close(&fixture);
}

static const ImportOptions CUSTOMERS = {.target = IMPORT_CUSTOMERS};
static const ImportOptions ITEMS = {.target = IMPORT_ITEMS};
static const ImportOptions PURCHASES = {.target = IMPORT_EVENTS, .stream = {"purchase", 8}};
static const ImportOptions CONTACTS = {.target = IMPORT_EVENTS, .stream = {"contact", 7}};

#define EXPECT_PLAN(encoding, content, options, expected) \
    expect_plan(__LINE__, encoding, content, &(options), expected)

TEST(a_file_of_1c)
{
    EXPECT_PLAN("CP1251",
                "Контрагент;Дата;Заказ;Номенклатура;Количество;Сумма\r\n"
                "К-1;31.03.2026 14:30;ЗК-7;Супер дрель;2;12 500,50\r\n"
                "К-2;01.04.2026;ЗК-8;Сверло;10;1 200\r\n",
                PURCHASES,
                "encoding: windows-1251\nformat: csv\ndelimiter: ;\nheader: yes\n"
                "Контрагент -> customer text\nДата -> date date dmy\nЗаказ -> order text\n"
                "Номенклатура -> item text\nКоличество -> quantity number comma\n"
                "Сумма -> amount money comma\n"
                "| customer | date | order | item | quantity | amount\n"
                "2 | К-1 | 2026-03-31T14:30:00 | ЗК-7 | Супер дрель | 2 | 12500.5\n"
                "3 | К-2 | 2026-04-01 | ЗК-8 | Сверло | 10 | 1200\n");
}

TEST(a_file_of_an_american_shop)
{
    EXPECT_PLAN("UTF-8",
                "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
                "536365,85123A,\"HEART, WHITE\",6,12/1/2010 8:26,2.55,17850\n"
                "536366,22633,HAND WARMER,6,12/13/2010 8:28,\"1,234.850\",17850\n",
                PURCHASES,
                "encoding: utf-8\nformat: csv\ndelimiter: ,\nheader: yes\n"
                "InvoiceNo -> order text\nStockCode -> item text\nDescription unknown\n"
                "Quantity -> quantity number point\nInvoiceDate -> date date mdy\n"
                "UnitPrice -> price money point\nCustomerID -> customer text\n"
                "| customer | date | order | item | quantity | price | amount\n"
                "2 | 17850 | 2010-12-01T08:26:00 | 536365 | 85123A | 6 | 2.55 | 15.3\n"
                "3 | 17850 | 2010-12-13T08:28:00 | 536366 | 22633 | 6 | 1234.85 | 7409.1\n");
}

TEST(customers_in_ukrainian)
{
    EXPECT_PLAN("UTF-8",
                "Код\tНайменування\tМісто\tСтать\tДата народження\tVIP-клієнт\n"
                "1\tШевченко Тарас\tКиїв\tЧ\t09.03.1990\tтак\n"
                "2\tКосач Лариса\tЛуцьк\tжін\t25.02.1991\tні\n",
                CUSTOMERS,
                "encoding: utf-8\nformat: csv\ndelimiter: tab\nheader: yes\n"
                "Код -> code text\nНайменування -> name text\nМісто -> city enum\n"
                "Стать -> gender enum\nДата народження -> birth_date date dmy\n"
                "VIP-клієнт -> vip bool\n"
                "| code | name | vip | city | gender | birth_date\n"
                "2 | 1 | Шевченко Тарас | true | Київ | male | 1990-03-09\n"
                "3 | 2 | Косач Лариса | false | Луцьк | female | 1991-02-25\n");
}

TEST(items_and_a_sep_line)
{
    EXPECT_PLAN("UTF-16LE",
                "\xEF\xBB\xBFsep=|\r\nАртикул|Наименование|Группа|Цена\r\n"
                "T1|Дрель|Инструмент / Дрели|1 250,5\r\n",
                ITEMS,
                "encoding: utf-16le\nformat: csv\ndelimiter: |\nheader: yes\n"
                "Артикул -> code text\nНаименование -> name text\nГруппа -> group hierarchy\n"
                "Цена -> price money comma\n"
                "| code | name | group | price\n3 | T1 | Дрель | Инструмент / Дрели | 1250.5\n");
}

TEST(contacts_have_a_key)
{
    EXPECT_PLAN("UTF-8", "Код контакта;Клиент;ФИО;Основной\nP1;C1;Иванов;да\n", CONTACTS,
                "encoding: utf-8\nformat: csv\ndelimiter: ;\nheader: yes\n"
                "Код контакта -> key text\nКлиент -> customer text\nФИО -> name text\n"
                "Основной -> is_main bool\n"
                "| customer | key | name | is_main\n2 | C1 | P1 | Иванов | true\n");
}

TEST(json_lines)
{
    EXPECT_PLAN("UTF-8",
                "{\"code\":\"1\",\"address\":\"x\",\"activity\":[\"a\",\"b\"]}\n"
                "{\"code\":2,\"credit_limit\":10.505,\"note\":{\"by\":\"me\"}}\n",
                CUSTOMERS,
                "encoding: utf-8\nformat: ndjson\ncode -> code text\naddress -> address text\n"
                "activity -> activity set\ncredit_limit -> credit_limit money point\n"
                "note.by unknown\n"
                "| code | address | activity | credit_limit\n"
                "1 | 1 | x | a|b | \n2 | 2 |  |  | 10.505\n");
}

TEST(ambiguous_dates_are_said)
{
    EXPECT_PLAN("UTF-8", "customer,date,amount\n1,01/02/2026,5\n2,03/04/2026,6\n", PURCHASES,
                "encoding: utf-8\nformat: csv\ndelimiter: ,\nheader: yes\n"
                "customer -> customer text\ndate -> date date dmy ?\namount -> amount money point\n"
                "| customer | date | amount\n2 | 1 | 2026-02-01 | 5\n3 | 2 | 2026-04-03 | 6\n");
    ImportOptions told = PURCHASES;
    told.date_order = DATE_ORDER_MDY;
    EXPECT_PLAN("UTF-8", "customer,date,amount\n1,01/02/2026,5\n", told,
                "encoding: utf-8\nformat: csv\ndelimiter: ,\nheader: yes\n"
                "customer -> customer text\ndate -> date date mdy\namount -> amount money point\n"
                "| customer | date | amount\n2 | 1 | 2026-01-02 | 5\n");
}

/* One column that tells its order tells it for the other, which does not. */
TEST(columns_of_dates_help_each_other)
{
    EXPECT_PLAN("UTF-8", "code,birth_date,in_use_since\n1,01/02/1990,12/31/2020\n", CUSTOMERS,
                "encoding: utf-8\nformat: csv\ndelimiter: ,\nheader: yes\n"
                "code -> code text\nbirth_date -> birth_date date mdy\n"
                "in_use_since -> in_use_since date mdy\n"
                "| code | birth_date | in_use_since\n2 | 1 | 1990-01-02 | 2020-12-31\n");
}

/* Neither mark has the majority: either reading would make wrong numbers or refuse good ones. */
TEST(numbers_that_contradict_each_other_stop_the_import)
{
    EXPECT_PLAN("UTF-8", "code,income\n1,\"1,5\"\n2,2.5\n3,\"3,25\"\n4,4.75\n", CUSTOMERS,
                "the numbers of column 'income' contradict each other: line 3 tells a decimal "
                "point, line 2 a decimal comma; say with --decimal point or --decimal comma which "
                "of them counts, the other rows are rejected then");
}

/* Neither reading of such a column is right: the user must choose, and nothing is stored. */
TEST(dates_that_contradict_each_other_stop_the_import)
{
    EXPECT_PLAN("UTF-8", "customer;date;amount\n1;13.02.2026;5\n2;02/03/2026;6\n3;02/13/2026;7\n",
                PURCHASES,
                "the dates of column 'date' contradict each other: line 2 has the day first, line "
                "4 the month; say with --dates dmy or --dates mdy which order counts, the other "
                "rows are rejected then");
    ImportOptions told = PURCHASES;
    told.date_order = DATE_ORDER_DMY;
    EXPECT_PLAN("UTF-8", "customer;date;amount\n1;13.02.2026;5\n3;02/13/2026;7\n", told,
                "encoding: utf-8\nformat: csv\ndelimiter: ;\nheader: yes\n"
                "customer -> customer text\ndate -> date date dmy\namount -> amount money comma\n"
                "| customer | date | amount\n2 | 1 | 2026-02-13 | 5\n"
                "3 refused: no such day in the order of the column; see --dates (dmy)\n");
}

/* One slip among many of one kind is a row to mend, not two kinds of dates. */
TEST(a_slip_among_many_dates_is_refused)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    AUTO(buffer_done) Buffer content = {0};
    buffer_cstr(&content, "customer,date,amount\nc,31/12/2025,7\n");
    for (int i = 0; i < 100; i++)
        buffer_cstr(&content, "c,12/31/2025,5\n");
    const char *path = fixture_file(&fixture, "slip.csv", buffer_view(&content));
    AUTO(import_done) Import *import = NULL;
    Error err = {0};
    EXPECT_OK(import_open(fixture.store, path, &PURCHASES, &import, &err), &err);
    const ImportPlan *plan = import_plan(import);
    EXPECT_INT(plan->columns[1].date_order, DATE_ORDER_MDY);
    EXPECT(!plan->columns[1].is_certain);
    EXPECT_TEXT(plan->preview[0].reason,
                "no such day in the order of the column; see --dates (mdy)");
    import_done(&import);
    fixture_close(&fixture);
}

static void expect_two_encodings(const char *content, const char *expected)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    AUTO(import_done) Import *import = NULL;
    Error err = {0};
    const char *path = fixture_file(&fixture, "input.csv", text_of(content));
    if (import_open(fixture.store, path, &CUSTOMERS, &import, &err) == STATUS_OK)
        snprintf(err.message, sizeof err.message, "%s",
                 import_encoding_code(import_plan(import)->encoding));
    EXPECT_TEXT(text_of(err.message), expected);
    import_done(&import);
    fixture_close(&fixture);
}

#define MOSCOW_1251 "\xCC\xEE\xF1\xEA\xE2\xE0"
#define TULA_1251   "\xD2\xF3\xEB\xE0"

TEST(a_file_in_two_encodings_stops_the_import)
{
    expect_two_encodings("code,city\n1,Москва\n2," TULA_1251 "\n",
                         "the file is in two encodings: line 2 is UTF-8, line 3 is not; save it in "
                         "one, or say with --encoding utf-8 or --encoding windows-1251 which one "
                         "to read");
    expect_two_encodings("code,city\n1," TULA_1251 "\n2," MOSCOW_1251 "\n3," MOSCOW_1251
                         "\n4,Москва\n",
                         "the file is in two encodings: line 5 is UTF-8, line 2 is not; save it in "
                         "one, or say with --encoding utf-8 or --encoding windows-1251 which one "
                         "to read");
    expect_two_encodings("code,city\n1,Москва\n2,Т\xFFла\n", "utf-8"); /* damage, not letters */
    expect_two_encodings("code,city\n1," MOSCOW_1251 "\n2," TULA_1251 "\n", "windows-1251");
}

TEST(undecided_thousands_are_said)
{
    EXPECT_PLAN("UTF-8", "customer,date,amount\n1,2026-01-02,\"1,234\"\n", PURCHASES,
                "encoding: utf-8\nformat: csv\ndelimiter: ,\nheader: yes\n"
                "customer -> customer text\ndate -> date date ymd\n"
                "amount -> amount money point ?\n"
                "| customer | date | amount\n2 | 1 | 2026-01-02 | 1234\n");
    EXPECT_PLAN("UTF-8", "customer;date;amount;price\n1;2026-01-02;1,234;5,5\n", PURCHASES,
                "encoding: utf-8\nformat: csv\ndelimiter: ;\nheader: yes\n"
                "customer -> customer text\ndate -> date date ymd\n"
                "amount -> amount money comma ?\nprice -> price money comma\n"
                "| customer | date | price | amount\n2 | 1 | 2026-01-02 | 5.5 | 1.234\n");
}

TEST(new_properties_get_types)
{
    ImportOptions create = CUSTOMERS;
    create.create_properties = true;
    EXPECT_PLAN(
        "UTF-8",
        "code;Дилер;Площадь, м²;Ставка;Открыт;Формат;Метки;Путь;ИНН;and\n"
        "1;да;1 250;1,25;01.02.2020;сеть;a|b;X / Y;0771234567;1\n"
        "2;нет;300;1,5;15.02.2020;сеть;c;X / Z;7712345678;2\n"
        "3;да;;2;16.02.2020;дом;;;7712345679;3\n4;нет;;2;;дом;;;7712345670;4\n",
        create,
        "encoding: utf-8\nformat: csv\ndelimiter: ;\nheader: yes\n"
        "code -> code text\nДилер new Дилер bool\nПлощадь, м² new Площадь, м² number comma\n"
        "Ставка new Ставка number comma\nОткрыт new Открыт date dmy\n"
        "Формат new Формат enum\nМетки new Метки set\nПуть new Путь hierarchy\n"
        "ИНН new ИНН text\nand unknown\n"
        "| code | Дилер | Площадь, м² | Ставка | Открыт | Формат | Метки | Путь | ИНН\n"
        "2 | 1 | true | 1250 | 1.25 | 2020-02-01 | сеть | a|b | X / Y | 0771234567\n"
        "3 | 2 | false | 300 | 1.5 | 2020-02-15 | сеть | c | X / Z | 7712345678\n"
        "4 | 3 | true |  | 2 | 2020-02-16 | дом |  |  | 7712345679\n"
        "5 | 4 | false |  | 2 |  | дом |  |  | 7712345670\n");
}

TEST(files_without_a_header)
{
    ImportOptions told = PURCHASES;
    const ImportMapping mappings[] = {{TEXT("1"), TEXT("Клиент")},
                                      {TEXT("2"), TEXT("date")},
                                      {TEXT("4"), TEXT("сумма")},
                                      {TEXT("3"), TEXT("-")}};
    told.mappings = mappings;
    told.mappings_count = 4;
    told.mappings_count = 4;
    ImportMapping by_label[4];
    for (size_t i = 0; i < 4; i++)
        by_label[i] = mappings[i];
    by_label[0].field = TEXT("customer");
    told.mappings = by_label;
    EXPECT_PLAN("UTF-8", "c1;01.02.2026;x;5\nc2;02.02.2026;y;6\n", told,
                "encoding: utf-8\nformat: csv\ndelimiter: ;\nheader: no\n"
                "1 -> customer text\n2 -> date date dmy\n3 ignored\n4 -> amount money comma\n"
                "| customer | date | amount\n1 | c1 | 2026-02-01 | 5\n2 | c2 | 2026-02-02 | 6\n");
    EXPECT_PLAN("UTF-8", "c1;01.02.2026;x;5\nc2;02.02.2026;y;6\n", PURCHASES,
                "no column is known to hold the customer; say which one with --map "
                "COLUMN=customer (the file has 4 columns, the first is '1')");
}

TEST(defaults_fill_empty_cells_and_absent_columns)
{
    ImportOptions told = PURCHASES;
    const ImportDefault defaults[] = {{TEXT("channel"), TEXT("сайт")},
                                      {TEXT("quantity"), TEXT("1")}};
    told.defaults = defaults;
    told.defaults_count = 2;
    EXPECT_PLAN("UTF-8", "customer;date;quantity;price\nc1;01.02.2026;;5,5\nc2;02.02.2026;2;6\n",
                told,
                "encoding: utf-8\nformat: csv\ndelimiter: ;\nheader: yes\n"
                "customer -> customer text\ndate -> date date dmy\n"
                "quantity -> quantity number comma\nprice -> price money comma\n"
                "| customer | date | quantity | price | channel | amount\n"
                "2 | c1 | 2026-02-01 | 1 | 5.5 | online | 5.5\n"
                "3 | c2 | 2026-02-02 | 2 | 6 | online | 12\n");
}

TEST(two_columns_for_one_field)
{
    EXPECT_PLAN("UTF-8", "customer;date;Сумма;amount\n1;2026-01-02;3;4\n", PURCHASES,
                "encoding: utf-8\nformat: csv\ndelimiter: ;\nheader: yes\n"
                "customer -> customer text\ndate -> date date ymd\nСумма unknown\n"
                "amount -> amount money comma\n"
                "| customer | date | amount\n2 | 1 | 2026-01-02 | 4\n");
    EXPECT_PLAN("UTF-8", "customer;date;Сумма;сумма\n1;2026-01-02;3;4\n", PURCHASES,
                "columns 3 ('Сумма') and 4 ('сумма') fit 'amount' alike: say which with --map, and "
                "leave the other out with --map 4=-");
}

TEST(columns_that_make_one_field)
{
    ImportOptions told = ITEMS;
    const ImportMapping mappings[] = {{TEXT("id"), TEXT("code")},
                                      {TEXT("department"), TEXT("group")},
                                      {TEXT("type"), TEXT("group")},
                                      {TEXT("id"), TEXT("name")},
                                      {TEXT("size"), TEXT("name")}};
    told.mappings = mappings;
    told.mappings_count = 5;
    EXPECT_PLAN("UTF-8", "id,department,type,size\n1,GROCERY,ICE,22 LB\n2,PASTRY,,\n", told,
                "encoding: utf-8\nformat: csv\ndelimiter: ,\nheader: yes\n"
                "id -> code, name text\ndepartment -> group hierarchy\ntype -> group hierarchy\n"
                "size -> name text\n"
                "| code | name | group\n2 | 1 | 1 22 LB | GROCERY / ICE\n3 | 2 | 2 | PASTRY\n");
    const ImportMapping prices[] = {{TEXT("a"), TEXT("price")}, {TEXT("b"), TEXT("price")}};
    told.mappings = prices;
    told.mappings_count = 2;
    EXPECT_PLAN("UTF-8", "code,a,b\n1,2,3\n", told,
                "columns 'a' and 'b' are both mapped to 'price': leave one out");
}

TEST(values_that_do_not_fit_are_told_before)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    AUTO(import_done) Import *import = NULL;
    Error err = {0};
    const char *path =
        fixture_file(&fixture, "input.csv", TEXT("code,income,x\n1,35-49K,\n2,100,\n3,50-74K,\n"));
    EXPECT_OK(import_open(fixture.store, path, &CUSTOMERS, &import, &err), &err);
    EXPECT_INT(import_plan(import)->warnings_count, 2);
    EXPECT_TEXT(import_plan(import)->warnings[0],
                "column 'income': 2 of 3 values seen do not fit 'income' (money); leave "
                "it out with --map 'income=-'");
    EXPECT_TEXT(import_plan(import)->warnings[1], "column 'x' is left out: nothing fits its name");
    import_done(&import);
    fixture_close(&fixture);
}

TEST(what_cannot_be_imported)
{
    EXPECT_PLAN("UTF-8", "PK\x03\x04...", CUSTOMERS,
                "the file is a zip archive, not text: open it where it was made and save the table "
                "as CSV (UTF-8)");
    EXPECT_PLAN("UTF-8", "PK\x03\x04...xl/workbook.xml", CUSTOMERS,
                "the file is a workbook (.xlsx), not text: open it where it was made and save the "
                "table as CSV (UTF-8)");
    EXPECT_PLAN("UTF-8", "<!DOCTYPE html><table>", CUSTOMERS,
                "the file is an HTML page, not text: open it where it was made and save the table "
                "as CSV (UTF-8)");
    EXPECT_PLAN("UTF-8", "<h", CUSTOMERS,
                "no column is known to hold the code of the customer; say which one with --map "
                "COLUMN=code (the file has 1 columns, the first is '<h')");
    EXPECT_PLAN("UTF-8", "\n\n\r\n", CUSTOMERS, "the file holds no rows");
    EXPECT_PLAN("UTF-8", "{\n\"code\":1\n}", CUSTOMERS,
                "the file is JSON spread over several lines: write one object per line (NDJSON)");
    EXPECT_PLAN("UTF-8", "[{\"code\":1}]", CUSTOMERS,
                "the file is one JSON list: write one object per line, without brackets and commas "
                "around them (NDJSON)");
    EXPECT_PLAN("UTF-8", "name\nx\n", CUSTOMERS,
                "no column is known to hold the code of the customer; say which one with --map "
                "COLUMN=code (the file has 1 columns, the first is 'name')");
}

TEST(options_that_do_not_fit)
{
    ImportOptions told = CUSTOMERS;
    ImportMapping mapping = {TEXT("Кот"), TEXT("code")};
    told.mappings = &mapping;
    told.mappings_count = 1;
    EXPECT_PLAN("UTF-8", "Код;x\n1;2\n", told, "the file has no column 'Кот'; is it 'Код'?");
    mapping = (ImportMapping){TEXT("x"), TEXT("cty")};
    EXPECT_PLAN("UTF-8", "Код;x\n1;2\n", told, "there is no field 'cty' here; is it 'city'?");
    told = CUSTOMERS;
    told.encoding = ENCODING_WINDOWS_1251;
    EXPECT_PLAN("UTF-8", "\xEF\xBB\xBFКод;x\n1;2\n", told,
                "the file begins with the byte order mark of utf-8, so it is not windows-1251: "
                "leave --encoding out");
    ImportOptions unknown = {.target = IMPORT_EVENTS, .stream = TEXT("visit")};
    EXPECT_PLAN("UTF-8", "a\n1\n", unknown, "no stream 'visit'; 'streams' lists them");
}

/* The first four megabytes say nothing about the encoding and the order of dates; the rest does. */
TEST(evidence_far_down_the_file_counts)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    AUTO(buffer_done) Buffer content = {0};
    buffer_cstr(&content, "customer,date,amount\n");
    while (content.size < (5 << 20))
        buffer_cstr(&content, "c1,01/02/2026,5\n");
    while (content.size < (6 << 20))
        buffer_cstr(&content, "Ж,12/31/2026,5\n");
    const char *path =
        fixture_file(&fixture, "long.csv", fixture_encoded(&fixture, content.data, "CP1251"));
    AUTO(import_done) Import *import = NULL;
    Error err = {0};
    EXPECT_OK(import_open(fixture.store, path, &PURCHASES, &import, &err), &err);
    if (import != NULL) {
        const ImportPlan *plan = import_plan(import);
        EXPECT_INT(plan->columns[1].date_order, DATE_ORDER_MDY);
        EXPECT(plan->columns[1].is_certain);
        EXPECT_INT(plan->encoding, ENCODING_WINDOWS_1251);
    }
    import_done(&import);
    fixture_close(&fixture);
}

TEST(titles_above_the_header_are_skipped)
{
    EXPECT_PLAN("CP1251",
                "Отчёт по продажам;;\nПериод: 01.01.2026 - 31.01.2026;;\n\n"
                "Контрагент;Дата;Сумма\nК-1;31.01.2026;5,5\n",
                PURCHASES,
                "encoding: windows-1251\nformat: csv\nskipped lines: 3\ndelimiter: ;\n"
                "header: yes\nКонтрагент -> customer text\nДата -> date date dmy\n"
                "Сумма -> amount money comma\n| customer | date | amount\n"
                "5 | К-1 | 2026-01-31 | 5.5\n");
    ImportOptions told = PURCHASES;
    told.has_skipped_lines = true;
    told.skipped_lines = 1;
    EXPECT_PLAN("UTF-8", "x,y,z\ncustomer,date,amount\n1,2026-01-31,5\n", told,
                "encoding: utf-8\nformat: csv\nskipped lines: 1\ndelimiter: ,\nheader: yes\n"
                "customer -> customer text\ndate -> date date ymd\namount -> amount money point\n"
                "| customer | date | amount\n3 | 1 | 2026-01-31 | 5\n");
    told.skipped_lines = 0;
    EXPECT_PLAN("UTF-8", "Отчёт\nКод,Город\n1,Тула\n",
                ((ImportOptions){.target = IMPORT_CUSTOMERS, .has_skipped_lines = true}),
                "no column is known to hold the code of the customer; say which one with --map "
                "COLUMN=code (the file has 1 columns, the first is 'Отчёт')");
}

TEST(amounts_with_a_currency)
{
    EXPECT_PLAN("UTF-8",
                "customer;date;amount\n1;2026-01-02;1 000,50 ₽\n2;2026-01-02;-5 руб.\n"
                "3;2026-01-02;RUB 7\n4;2026-01-02;$5\n5;2026-01-02;5 шт.\n",
                PURCHASES,
                "encoding: utf-8\nformat: csv\ndelimiter: ;\nheader: yes\n"
                "customer -> customer text\ndate -> date date ymd\namount -> amount money comma\n"
                "| customer | date | amount\n2 | 1 | 2026-01-02 | 1000.5\n"
                "3 | 2 | 2026-01-02 | -5\n4 | 3 | 2026-01-02 | 7\n"
                "5 refused: in another currency than the data: convert it first: RUB\n"
                "6 refused: not a number\n");
}

TEST(codes_of_options)
{
    Encoding encoding;
    char delimiter;
    EXPECT(import_encoding_parse(TEXT("CP1251"), &encoding));
    EXPECT_INT(encoding, ENCODING_WINDOWS_1251);
    EXPECT(import_encoding_parse(TEXT("utf8"), &encoding));
    EXPECT_INT(encoding, ENCODING_UTF8);
    EXPECT(!import_encoding_parse(TEXT("latin1"), &encoding));
    EXPECT(import_delimiter_parse(TEXT("tab"), &delimiter));
    EXPECT_INT(delimiter, '\t');
    EXPECT(!import_delimiter_parse(TEXT("x"), &delimiter));
}
