#!/usr/bin/env bash
# Imports the UCI Online Retail file into a new data directory.
# usage: examples/online-retail/import.sh FOLDER-WITH-THE-FILE NEW-DATA-DIRECTORY
set -euo pipefail
file=$1/online_retail.csv.gz
data=$2
kohorta=${KOHORTA:-kohorta}

"$kohorta" init "$data" --time-zone Europe/London --currency GBP --language en

# Lines without a customer are kept: they are gathered under one code, so that every total of the
# file can be asked for. The file names the country on each line; a customer keeps his last one.
"$kohorta" -d "$data" import customers "$file" --create-properties --save-mapping shop-customers \
    --map CustomerID=code --map Country=country --default code=no-customer \
    --map InvoiceNo=- --map StockCode=- --map Description=- --map Quantity=- \
    --map InvoiceDate=- --map UnitPrice=-

# Items have no file of their own: each line spells the name of its item, later ones also "?"
# or "damaged". Read from the end, the first spelling is the one that stays; lines without one are
# left out.
{
    gzip -dc "$file" | sed -n 1p
    gzip -dc "$file" | tail -n +2 | grep -v '^"[^"]*","[^"]*",,' | tac
} | "$kohorta" -d "$data" import items - --save-mapping shop-items \
    --rejects "$data.items-rejects.csv" \
    --map StockCode=code --map Description=name --map InvoiceNo=- --map Quantity=- \
    --map InvoiceDate=- --map UnitPrice=- --map CustomerID=- --map Country=-

# The amount is not in the file: it is quantity × price, kept with the price's three decimals.
"$kohorta" -d "$data" import events purchase "$file" --create-fields --save-mapping shop-lines \
    --map InvoiceNo=order --map StockCode=item --map Quantity=quantity --map UnitPrice=price \
    --map InvoiceDate=date --map CustomerID=customer --default customer=no-customer \
    --map Description=description --map Country=-
