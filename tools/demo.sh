#!/usr/bin/env bash
# Makes the demo company in a folder and asks it the questions a sales department begins with.
# Ends by serving the page on it, with a link to sign in; SERVE=no ends before.
# usage: [SERVE=no] [LISTEN=127.0.0.1:8080] tools/demo.sh DIR        (DIR is recreated)
set -euo pipefail
cd "$(dirname "$0")/.."
dir=${1:?usage: tools/demo.sh DIR}
kohorta=${KOHORTA:-build/release/bin/kohorta}
# The company's last day, in its own time zone, which all questions are as of, and its last whole
# quarter not after it.
as_of=${KOHORTA_TODAY:-$(TZ=Europe/Moscow date +%F)}
next=$(date -d "$as_of +1 day" +%Y-%m)
first_month=$(((10#${next#*-} - 1) / 3 * 3 + 1))
quarter_end=$(date -d "${next%-*}-$first_month-01 -1 day" +%F)
quarter_begin=$(date -d "${next%-*}-$first_month-01 -3 months" +%F)
quarter="from $quarter_begin to $quarter_end"

# Only a former demo may be thrown away.
if [ -e "$dir" ] && [ ! -e "$dir/kohorta.db" ]; then
    echo "'$dir' is there and holds no data of Kohorta: move it away or name another folder" >&2
    exit 1
fi
rm -rf "$dir"
export KOHORTA_DATA=$dir
"$kohorta" demo "$dir" --until "$as_of"

# ask TITLE RULE COLUMNS: the rule, its sentence, how many customers, and the first of them.
ask() {
    printf '\n== %s\n   %s\n' "$1" "$(tr -s ' \n' ' ' <<<"$2")"
    printf '   %s\n' "$("$kohorta" explain "$2" --form sentence --language ru)"
    printf '   клиентов: %s\n' "$("$kohorta" eval "$2")"
    "$kohorta" eval -q "$2" --list --limit 5 --columns "$3"
}

printf '\nВопросы менеджера по продажам и менеджера по качеству, на %s\n' "$as_of"
drill="sum(purchase.amount where item = \"Супер дрель\", $quarter)"
ask 'Москва, «Супер дрель» за квартал более чем на 40 тыс., менеджер Иванов' \
    "city = \"Москва\" and manager = \"Иванов\" and $drill > 40000" \
    "$drill as \`на сумму\`"
ask 'Купили «Супер дрель» за квартал' \
    "any(purchase where item = \"Супер дрель\", $quarter)" \
    'city as город, manager as менеджер'
ask 'Производственные предприятия, купившие «Супер дрель», с претензией за последний месяц' \
    'any(purchase where item = "Супер дрель") and activity has any ("Производство")
     and any(interaction where kind = "claim", last 1 month)' \
    'max(interaction.date where kind = "claim") as претензия'

printf '\nТаблица 1: магазины по площади и среднему объёму закупок в месяц\n'
monthly='sum(purchase.amount, previous 3 months) / 3'
shops="\`Площадь магазина\` as площадь, $monthly as \`в месяц\`"
ask 'Магазин у дома: от 200 до 500 м², не меньше 500 000' \
    "\`Площадь магазина\` in [200, 500) and $monthly >= 500_000" "$shops"
ask 'Супермаркет: от 500 до 1500 м², не меньше 800 000' \
    "\`Площадь магазина\` in [500, 1500] and $monthly >= 800_000" "$shops"
ask 'Торговая сеть: от 2000 до 100 000 м², не меньше 3 000 000' \
    "\`Площадь магазина\` in [2000, 100_000] and $monthly >= 3_000_000" "$shops"

printf '\nПримеры сегментов\n'
ask 'Женщины 25–34 лет из Москвы' \
    'gender = "female" and age(birth_date) between 25 and 34 and city = "Москва"' \
    'birth_date as `дата рождения`'
ask 'Постоянные покупатели со средней суммой заказа больше 5000 ₽' \
    'distinct(purchase.order, last 12 months) >= 3 and average_ticket > 5000' \
    'orders_12m as заказов, average_ticket as `средний чек`'
ask 'На этапе пробной покупки' \
    'distinct(purchase.order) = 1 and days_since_first(purchase) <= 90' \
    'min(purchase.date) as покупка'
ask 'Интересуются спортом и предпочитают электронную почту' \
    'interests has any ("спорт") and preferred_channel = "email"' 'interests as интересы'
ask 'Запрет отгрузки: просрочено больше 50 000 или дольше 30 дней' \
    'overdue(settlement) > 50_000 or overdue_days(settlement) > 30' \
    'overdue(settlement) as просрочено, overdue_days(settlement) as дней'

printf '\nСегменты компании\n'
"$kohorta" segment list
printf '\nКто вошёл в «Крупные» и вышел, по месяцам\n'
"$kohorta" segment journal 'Крупные' --series --from "$(date -d "$as_of -6 months" +%F)"
printf '\nПочему: последние формирования\n'
"$kohorta" segment journal 'Пробная покупка' --limit 3
printf '\nСостав: первые из «Крупных»\n'
"$kohorta" segment members -q 'Крупные' --sort 'выручка' --desc --limit 5

printf '\nГраницы: где сегменты пересекаются и чего не покрывает ни один\n'
"$kohorta" segment bands
printf '\nПостоянные проверки «Производства»\n'
"$kohorta" segment test 'Производство'
printf '\nСохранённые результаты, один собран из двух\n'
"$kohorta" set list
printf '\nГрупповое изменение, его можно отменить\n'
"$kohorta" bulk list
printf '\nОтгрузки вопреки запрету\n'
"$kohorta" ban overrides

# Classifications: 24 months back in one call each, the matrix, who went where in a quarter.
printf '\nКлассификации: ABC, XYZ и RFM за 24 месяца\n'
years_ago=$(date -d "$as_of -24 months" +%F)
for kind in abc xyz rfm; do
    name=${kind^^}
    borders=()
    if [ "$kind" = xyz ]; then borders=(--borders '50, 100'); fi
    "$kohorta" classify add -q "$name" --kind "$kind" "${borders[@]}" >/dev/null
    "$kohorta" classify run -q "$name" --from "$years_ago" --to "$as_of" --step month >/dev/null
    "$kohorta" classify run -q "$name" --as-of "$as_of"
done
printf '\nМатрица ABC × XYZ\n'
"$kohorta" matrix ABC XYZ
printf '\nКто в какой класс перешёл с %s\n' "$quarter_begin"
"$kohorta" migration ABC --from "$quarter_begin"
ask 'Ушли из A в B за 3 месяца' 'class_changed("ABC", "A", "B", last 3 months)' \
    'manager as менеджер, sum(purchase.amount, last 12 months) as `за год`'

printf '\nThe company is in %s. Ask on:\n' "$dir"
printf "  %s -d %s eval 'manager = \"Петров\" and sales_rep is missing' --list --limit 10\n" \
    "$kohorta" "$dir"
printf "  %s -d %s why 000004 'sum(purchase.amount where item = \"Супер дрель\") > 40000'\n" \
    "$kohorta" "$dir"

if [ "${SERVE:-yes}" != no ]; then
    printf '\nThe page on the same company; Ctrl-C ends it.\n'
    exec "$kohorta" serve --log none --listen "${LISTEN:-127.0.0.1:8080}"
fi
printf '\nThe page on it: %s -d %s serve\n' "$kohorta" "$dir"
