#!/usr/bin/env bash
# Imports the Complete Journey files into a new data directory.
# usage: examples/complete-journey/import.sh FOLDER-WITH-THE-FILES NEW-DATA-DIRECTORY
set -euo pipefail
files=$1
data=$2
kohorta=${KOHORTA:-kohorta}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$kohorta" init "$data" --time-zone America/New_York --currency USD --language en

# Three columns are the levels of one hierarchy: department / category / type.
"$kohorta" -d "$data" import items "$files/products.csv.gz" --save-mapping products \
    --map product_id=code --map product_type=name --map brand=brand \
    --map department=group --map product_category=group \
    --map manufacturer_id=- --map package_size=-

# Known for a third of the households. Ages and incomes are bands ("65+"), so they are texts and get
# names of their own beside the built-in number.
"$kohorta" -d "$data" import customers "$files/demographics.csv" --create-properties \
    --save-mapping households --map household_id=code --map age=age_band --map income=income_band \
    --map home_ownership=home_ownership --map marital_status=couple \
    --map household_size=household_size --map household_comp=composition \
    --map kids_count=children_band

"$kohorta" -d "$data" import events purchase "$files/transactions_sample.csv.gz" \
    --create-customers --create-fields --save-mapping transactions \
    --map household_id=customer --map store_id=store --map basket_id=order \
    --map product_id=item \
    --map quantity=quantity --map sales_value=amount --map retail_disc=discount \
    --map coupon_disc=coupon_discount --map coupon_match_disc=coupon_match_discount \
    --map week=- --map transaction_timestamp=date

# A mailing has the date and the type of its campaign, which stand in another file.
"$kohorta" -d "$data" stream add mailing --label-en "Campaign mailings"
awk -F, 'NR == FNR { date[$1] = $3; type[$1] = $2; next }
         FNR == 1 { print "household,campaign,type,date"; next }
         { print $2 "," $1 "," type[$1] "," date[$1] }' \
    "$files/campaign_descriptions.csv" "$files/campaigns.csv" > "$work/mailings.csv"
"$kohorta" -d "$data" import events mailing "$work/mailings.csv" --create-customers \
    --create-fields --save-mapping mailings --map household=customer

"$kohorta" -d "$data" stream add redemption --label-en "Redeemed coupons"
"$kohorta" -d "$data" import events redemption "$files/coupon_redemptions.csv" \
    --create-customers --create-fields --save-mapping redemptions \
    --map household_id=customer --map redemption_date=date \
    --map coupon_upc=coupon --map campaign_id=campaign
