/* relations.c -- contact persons of firms, and how the demo company speaks with its customers. */
#include "demo/company.h"
#include "demo/world.h"

enum { PURPOSE_CONTACTS = 3, PURPOSE_INTERACTIONS = 4 };

static const char *const positions[] = {"Директор", "Закупщик", "Бухгалтер", "Главный инженер",
                                        "Администратор"};

static void add_contact(Company *company, uint32_t customer, uint32_t index, Random *random)
{
    const DemoCustomer *about = &company->customers[customer];
    bool is_woman = random_chance(random, 0.5);
    Date since = {about->since.day};
    Value *values = company_add_event(company, STREAM_CONTACT, customer, moment_of(since, 9, 0, 0));
    DemoEventList *contacts = &company->events[STREAM_CONTACT];
    contacts->items[contacts->count - 1].key =
        arena_printf(company->arena, "%.*s-%u", TEXT_FORMAT(about->code), (unsigned)index + 1);
    values[CONTACT_NAME] =
        value_text(world_full_name(world_person(random, is_woman), company->arena));
    size_t position = index == 0 ? 0 : 1 + random_below(random, 4);
    if (random_chance(random, 0.92))
        values[CONTACT_POSITION] = value_text(text_of(positions[position]));
    if (random_chance(random, 0.8))
        values[CONTACT_PHONE] = value_text(arena_printf(
            company->arena, "+7 000 %03u-%02u-%02u", (unsigned)random_below(random, 1000),
            (unsigned)random_below(random, 100), (unsigned)index));
    if (random_chance(random, 0.6))
        values[CONTACT_EMAIL] =
            value_text(arena_printf(company->arena, "contact%u.%u@firm.example",
                                    (unsigned)customer + 1, (unsigned)index + 1));
    if (random_chance(random, 0.3))
        values[CONTACT_BIRTH_DATE] = value_date(
            (Date){company->until.day - (int32_t)random_between(random, 24 * 365, 62 * 365)});
    values[CONTACT_GENDER] = value_text(is_woman ? TEXT("female") : TEXT("male"));
    values[CONTACT_IS_MAIN] = value_bool(index == 0);
}

void company_add_contacts(Company *company, uint32_t customer)
{
    DemoCustomer *about = &company->customers[customer];
    if (about->trade == TRADE_PERSON) return;
    Random random = company_random(company, customer, PURPOSE_CONTACTS);
    about->contacts_first = (uint32_t)company->events[STREAM_CONTACT].count;
    about->contacts_count = (uint32_t)world_poisson(&random, 1.3);
    for (uint32_t i = 0; i < about->contacts_count; i++)
        add_contact(company, customer, i, &random);
}

/* ---- interactions ---- */

typedef struct {
    const char *kind, *direction, *channel;
    double firms_per_year, persons_per_year;
    const Choice subjects[3], results[3];
} Talk;

static const Talk talks[] = {
    {"call",
     "out",
     "phone",
     2.6,
     0.15,
     {{"Предложение", 50}, {"Напоминание об оплате", 20}, {"Уточнение заказа", 30}},
     {{"договорились", 46}, {"не дозвонились", 30}, {"отказ", 24}}},
    {"call",
     "in",
     "phone",
     1.2,
     0.3,
     {{"Вопрос о товаре", 50}, {"Вопрос о доставке", 30}, {"Заказ", 20}},
     {{"ответили", 80}, {"передано менеджеру", 18}, {"без ответа", 2}}},
    {"visit",
     "out",
     "meeting",
     0.7,
     0.0,
     {{"Плановый выезд", 60}, {"Показ оборудования", 30}, {"Замер", 10}},
     {{"договорились", 60}, {"думают", 34}, {"отказ", 6}}},
    {"meeting",
     "in",
     "office",
     0.3,
     0.02,
     {{"Переговоры", 60}, {"Подписание договора", 30}, {"Знакомство", 10}},
     {{"договорились", 60}, {"думают", 34}, {"отказ", 6}}},
    {"letter",
     "out",
     "email",
     3.0,
     2.6,
     {{"Новинки месяца", 50}, {"Приглашение на распродажу", 40}, {"Коммерческое предложение", 10}},
     {{"доставлено", 60}, {"прочитано", 36}, {"не доставлено", 4}}},
    {"claim",
     "in",
     "phone",
     0.28,
     0.06,
     {{"Претензия: брак", 46}, {"Претензия: срок доставки", 34}, {"Претензия: недостача", 20}},
     {{"урегулировано", 70}, {"на рассмотрении", 20}, {"отклонено", 10}}},
};

static Text pick_contact(const Company *company, const DemoCustomer *about, Random *random)
{
    if (about->contacts_count == 0 || !random_chance(random, 0.6)) return TEXT("");
    size_t index = about->contacts_first + random_below(random, about->contacts_count);
    return company->events[STREAM_CONTACT].items[index].key;
}

static void talk_once(Company *company, uint32_t customer, const Talk *talk, Random *random)
{
    const DemoCustomer *about = &company->customers[customer];
    int32_t days = company->until.day - about->since.day + 1;
    Date date = {about->since.day + (int32_t)random_below(random, (uint64_t)days)};
    Moment at = moment_of(date, 9 + (int)random_below(random, 9), (int)random_below(random, 60), 0);
    Value *values = company_add_event(company, STREAM_INTERACTION, customer, at);
    values[INTERACTION_KIND] = value_text(text_of(talk->kind));
    values[INTERACTION_DIRECTION] = value_text(text_of(talk->direction));
    values[INTERACTION_CHANNEL] = value_text(text_of(talk->channel));
    if (random_chance(random, 0.9))
        values[INTERACTION_SUBJECT] = value_text(text_of(WORLD_PICK(random, talk->subjects)));
    if (random_chance(random, 0.85))
        values[INTERACTION_RESULT] = value_text(text_of(WORLD_PICK(random, talk->results)));
    values[INTERACTION_CONTACT] = value_text(pick_contact(company, about, random));
}

void company_add_interactions(Company *company, uint32_t customer)
{
    const DemoCustomer *about = &company->customers[customer];
    Random random = company_random(company, customer, PURPOSE_INTERACTIONS);
    double years = (double)(company->until.day - about->since.day + 1) / 365.25;
    for (size_t i = 0; i < sizeof talks / sizeof talks[0]; i++) {
        double per_year =
            about->trade == TRADE_PERSON ? talks[i].persons_per_year : talks[i].firms_per_year;
        int count = world_poisson(&random, per_year * years);
        for (int n = 0; n < count; n++)
            talk_once(company, customer, &talks[i], &random);
    }
}
