/* deeds.c -- what the people of the demo company did besides segments. */
#include "demo/deeds.h"

const DemoSet demo_sets[DEMO_SETS_COUNT] = {
    {.name = "Дрели за три месяца",
     .expression = "any(purchase where item = \"Супер дрель\", last 3 months)",
     .stream = "purchase",
     .condition = "item = \"Супер дрель\" and quantity > 0",
     .months = 3,
     .columns = "date, order, quantity, amount"},
    {.name = "Должники",
     .expression = "overdue(settlement) > 0",
     .columns = "overdue(settlement) as просрочено, manager as менеджер"},
    {.name = "Директора производств",
     .expression = "activity has any (\"Производство\")",
     .stream = "contact",
     .condition = "position = \"Директор\"",
     .columns = "name, phone, email"},
};

const DemoDifference demo_difference = {
    .name = "Дрели без должников", .of = "Дрели за три месяца", .without = "Должники"};

const DemoBulkChange demo_bulk_change = {.set = "Дрели без должников",
                                         .change = "products_in_use+=электроинструмент"};

const DemoShipment demo_shipment = {
    .customer = "000069", .order = "З-1042", .reason = "платёжное поручение показали по телефону"};
