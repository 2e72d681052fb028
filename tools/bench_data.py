#!/usr/bin/env python3
"""Writes the files that the import bench reads: deterministic, in the shape of a 1C export.

usage: tools/bench_data.py DIR ROWS CUSTOMERS

customers.csv, items.csv and purchases.csv in Windows-1251 with ';', decimal commas and dd.mm.yyyy.
"""

import pathlib
import random
import sys

ITEMS = 5000
LINES_PER_ORDER = 3


def write_customers(path, customers):
    with path.open("w", encoding="cp1251", newline="") as out:
        out.write("code;name;city\r\n")
        for number in range(customers):
            city = ("Москва", "Казань", "Самара", "Тверь")[number % 4]
            out.write(f"C{number:07d};Клиент {number};{city}\r\n")


def write_items(path):
    with path.open("w", encoding="cp1251", newline="") as out:
        out.write("code;name;group;price\r\n")
        for number in range(ITEMS):
            out.write(f"I{number:05d};Товар {number};Группа {number % 50} / Вид {number % 500};"
                      f"{number % 900 + 100},50\r\n")


def write_purchases(path, rows, customers):
    source = random.Random(20261122)
    days = [f"{day:02d}.{month:02d}.{year}" for year in (2023, 2024, 2025)
            for month in range(1, 13) for day in range(1, 29)]
    with path.open("w", encoding="cp1251", newline="") as out:
        out.write("customer;date;order;item;quantity;price;amount;channel\r\n")
        for number in range(rows):
            if number % LINES_PER_ORDER == 0:
                draw = source.getrandbits(60)
                head = (f"C{draw % customers:07d};{days[(draw >> 24) % len(days)]} "
                        f"{draw >> 40 & 7 | 8:02d}:{(draw >> 44) % 60:02d};З-{number}")
                channel = "сайт" if draw >> 50 & 1 else "магазин"
            draw = source.getrandbits(60)
            quantity = draw % 9 + 1
            cents = (draw >> 8) % 100000 + 100
            amount = quantity * cents
            out.write(f"{head};I{(draw >> 30) % ITEMS:05d};{quantity};{cents // 100},"
                      f"{cents % 100:02d};{amount // 100},{amount % 100:02d};{channel}\r\n")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    directory = pathlib.Path(sys.argv[1])
    rows, customers = int(sys.argv[2]), int(sys.argv[3])
    directory.mkdir(parents=True, exist_ok=True)
    write_customers(directory / "customers.csv", customers)
    write_items(directory / "items.csv")
    write_purchases(directory / "purchases.csv", rows, customers)


if __name__ == "__main__":
    main()
