#!/usr/bin/env bash
# Imports the orders into a new data directory and classifies the customers as the package that
# publishes them does: scores by its borders, named segments by its map, the first that fits.
# usage: examples/rfm-orders/import.sh FOLDER-WITH-THE-FILE NEW-DATA-DIRECTORY
set -euo pipefail
file=$1/rfm_data_orders.csv
data=$2
kohorta=${KOHORTA:-kohorta}

"$kohorta" init "$data" --time-zone UTC --currency USD --language en

"$kohorta" -d "$data" import events purchase "$file" --create-customers --save-mapping orders \
    --map customer_id=customer --map order_date=date --map revenue=amount \
    --map first_name=- --map last_name=- --map email=-

"$kohorta" -d "$data" classify add RFM --kind rfm \
    --by 'days_since_last(purchase)' --by 'count(purchase)' --by 'sum(purchase.amount)' \
    --recency-borders '115, 181, 297.4, 482' --frequency-borders '4, 5, 6, 8' \
    --monetary-borders '255.8, 382, 506.4, 666' \
    --class 'Champions=4-5/4-5/4-5' --class 'Loyal=2-5/3-5/3-5' \
    --class 'Potential Loyalist=3-5/1-3/1-3' --class 'Need Attention=2-3/2-3/2-3' \
    --class 'About To Sleep=2-3/1-2/1-2' --class 'At Risk=1-2/2-5/2-5' \
    --class 'Lost=1-2/1-2/1-2' --class 'Others=1-5/1-5/1-5'
"$kohorta" -d "$data" classify run RFM --as-of 2006-12-31
