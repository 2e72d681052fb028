#!/usr/bin/env bash
# Makes the demo company in a folder and asks it the questions a sales department begins with.
# usage: tools/demo.sh DIR        (DIR is recreated)
set -euo pipefail
cd "$(dirname "$0")/.."
dir=${1:?usage: tools/demo.sh DIR}
kohorta=build/release/bin/kohorta
as_of=2026-03-31

# Only a former demo may be thrown away.
if [ -e "$dir" ] && [ ! -e "$dir/kohorta.db" ]; then
    echo "'$dir' is there and holds no data of Kohorta: move it away or name another folder" >&2
    exit 1
fi
rm -rf "$dir"
"$kohorta" demo "$dir"

# ask TITLE RULE COLUMNS: the rule, its sentence, how many customers, and the first of them.
ask() {
    printf '\n== %s\n   %s\n' "$1" "$(tr -s ' \n' ' ' <<<"$2")"
    "$kohorta" -d "$dir" explain "$2" --as-of "$as_of" --form sentence --language ru
    "$kohorta" -d "$dir" eval "$2" --as-of "$as_of"
    "$kohorta" -d "$dir" eval "$2" --as-of "$as_of" --list --limit 5 --columns "$3"
}

echo
echo "Вопросы менеджера по продажам и менеджера по качеству, на $as_of"
drill='sum(purchase.amount where item = "Супер дрель", from 2026-01-01 to 2026-03-31)'
ask 'Москва, «Супер дрель» за квартал более чем на 40 тыс., менеджер Иванов' \
    "city = \"Москва\" and manager = \"Иванов\" and $drill > 40000" \
    "name as name, $drill as drill"
ask 'Купили «Супер дрель» за квартал' \
    'any(purchase where item = "Супер дрель", from 2026-01-01 to 2026-03-31)' \
    'name as name, city as city, manager as manager'
ask 'Производственные предприятия, купившие «Супер дрель», с претензией за последний месяц' \
    'any(purchase where item = "Супер дрель") and activity has any ("Производство")
     and any(interaction where kind = "claim", last 1 month)' \
    'name as name, max(interaction.date where kind = "claim") as claim'

echo
echo 'Таблица 1: магазины по площади и среднему объёму закупок в месяц'
monthly='sum(purchase.amount, previous 3 months) / 3'
shops="name as name, \`Площадь магазина\` as area, round($monthly) as monthly"
ask 'Магазин у дома: от 200 до 500 м², не меньше 500 000' \
    "\`Площадь магазина\` in [200, 500) and $monthly >= 500_000" "$shops"
ask 'Супермаркет: от 500 до 1500 м², не меньше 800 000' \
    "\`Площадь магазина\` in [500, 1500) and $monthly >= 800_000" "$shops"
ask 'Торговая сеть: от 2000 до 100 000 м², не меньше 3 000 000' \
    "\`Площадь магазина\` in [2000, 100_000] and $monthly >= 3_000_000" "$shops"

printf '\nThe company is in %s. Ask on:\n' "$dir"
printf "  %s -d %s eval 'manager = \"Петров\" and sales_rep is missing' --list\n" "$kohorta" "$dir"
