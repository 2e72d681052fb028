/* generate_purchases.c -- a seeded file of purchases as 1C would export it: Windows-1251, ';',
 * decimal comma, dd.mm.yyyy; or the customers and items that go with it.
 *
 * usage: generate_purchases purchases|customers|items ROWS CUSTOMERS ITEMS SEED > FILE
 *
 * Purchases come in order of time over three years, about three lines to an order. The same
 * arguments give the same bytes. */
#include "base/buffer.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>

enum { FLUSH_BYTES = 1 << 20, LINES_PER_ORDER = 3, DAYS = 1096 };

typedef struct {
    uint64_t rows, customers, items, seed;
} Shape;

static void write_out(Buffer *out)
{
    fwrite(out->data, 1, out->size, stdout);
    buffer_clear(out);
}

static void add_number(Buffer *out, uint64_t number, int digits)
{
    char text[20];
    for (int i = digits - 1; i >= 0; i--, number /= 10)
        text[i] = (char)('0' + number % 10);
    buffer_add(out, text, (size_t)digits);
}

static void add_plain(Buffer *out, uint64_t number)
{
    int digits = 1;
    for (uint64_t rest = number; rest >= 10; rest /= 10)
        digits++;
    add_number(out, number, digits);
}

static void add_date(Buffer *out, Date date)
{
    CivilDate civil = date_civil(date);
    add_number(out, (uint64_t)civil.day, 2);
    buffer_char(out, '.');
    add_number(out, (uint64_t)civil.month, 2);
    buffer_char(out, '.');
    add_number(out, (uint64_t)civil.year, 4);
}

static void add_purchase(Buffer *out, uint64_t row, const Shape *shape, Random *random,
                         uint64_t *customer)
{
    if (row % LINES_PER_ORDER == 0) *customer = random_below(random, shape->customers);
    uint64_t item = random_below(random, shape->items), quantity = 1 + random_below(random, 9);
    uint64_t cents = quantity * (100 + random_below(random, 100000));
    int64_t day = (int64_t)(row * DAYS / shape->rows);
    buffer_char(out, '\xCA'); /* К */
    add_number(out, *customer, 8);
    buffer_char(out, ';');
    add_date(out, date_add(date_of(2023, 1, 1), day, UNIT_DAY));
    buffer_cstr(out, ";\xC7-"); /* З */
    add_number(out, row / LINES_PER_ORDER, 9);
    buffer_cstr(out, ";\xD2"); /* Т */
    add_number(out, item, 6);
    buffer_char(out, ';');
    add_plain(out, quantity);
    buffer_char(out, ';');
    add_plain(out, cents / 100);
    buffer_char(out, ',');
    add_number(out, cents % 100, 2);
    buffer_cstr(out, "\r\n");
}

static void generate_purchases(const Shape *shape, Buffer *out)
{
    Random random = random_seeded(shape->seed);
    uint64_t customer = 0;
    /* Клиент;Дата;Заказ;Номенклатура;Количество;Сумма */
    buffer_cstr(out, "\xCA\xEB\xE8\xE5\xED\xF2;\xC4\xE0\xF2\xE0;\xC7\xE0\xEA\xE0\xE7;"
                     "\xCD\xEE\xEC\xE5\xED\xEA\xEB\xE0\xF2\xF3\xF0\xE0;"
                     "\xCA\xEE\xEB\xE8\xF7\xE5\xF1\xF2\xE2\xEE;\xD1\xF3\xEC\xEC\xE0\r\n");
    for (uint64_t row = 0; row < shape->rows; row++) {
        add_purchase(out, row, shape, &random, &customer);
        if (out->size >= FLUSH_BYTES) write_out(out);
    }
}

static void generate_catalogue(char letter, uint64_t count, int digits, Buffer *out)
{
    buffer_cstr(out, "code;name\r\n");
    for (uint64_t i = 0; i < count; i++) {
        buffer_char(out, letter);
        add_number(out, i, digits);
        buffer_cstr(out, ";\xC8\xEC\xFF "); /* Имя */
        add_plain(out, i);
        buffer_cstr(out, "\r\n");
        if (out->size >= FLUSH_BYTES) write_out(out);
    }
}

static uint64_t argument(const char *text)
{
    int64_t number;
    int scale;
    if (!decimal_parse(text_of(text), &number, &scale) || scale != 0 || number < 1) {
        fprintf(stderr, "'%s' is not a count\n", text);
        exit(2);
    }
    return (uint64_t)number;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: generate_purchases purchases|customers|items ROWS CUSTOMERS ITEMS "
                        "SEED\n");
        return 2;
    }
    Shape shape = {argument(argv[2]), argument(argv[3]), argument(argv[4]), argument(argv[5])};
    Buffer out = {0};
    Text what = text_of(argv[1]);
    if (text_equal(what, TEXT("customers")))
        generate_catalogue('\xCA', shape.customers, 8, &out);
    else if (text_equal(what, TEXT("items")))
        generate_catalogue('\xD2', shape.items, 6, &out);
    else
        generate_purchases(&shape, &out);
    write_out(&out);
    buffer_done(&out);
    return ferror(stdout) ? 1 : 0;
}
