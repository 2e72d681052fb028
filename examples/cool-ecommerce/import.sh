#!/usr/bin/env bash
# Imports the sales reports of products into a new data directory: a product is the customer here,
# a report of its sales the purchase.
# usage: examples/cool-ecommerce/import.sh FOLDER-WITH-THE-FILE NEW-DATA-DIRECTORY
set -euo pipefail
file=$1/data.csv.gz
data=$2
kohorta=${KOHORTA:-kohorta}

"$kohorta" init "$data" --time-zone UTC --currency USD --language en

"$kohorta" -d "$data" import events purchase "$file" --create-customers --save-mapping reports \
    --map Product_ID=customer --map Reported_Date=date --map Sold_Dollar_Amount=amount \
    --map Number_0f_Unit_Sold=quantity --map Avg_Unit_Price_Sold_Amt=- --map Vendor_Name=- \
    --map Product_Name=- --map Product_Category=- --map Brand_Name=- \
    --map First_Reported_Date=-
