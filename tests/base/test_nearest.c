/* test_nearest.c -- edit distance and suggestions. */
#include "base/nearest.h"
#include "harness/harness.h"

TEST(text_distance_counts_slips)
{
    EXPECT_INT(text_distance(TEXT(""), TEXT("")), 0);
    EXPECT_INT(text_distance(TEXT("abc"), TEXT("")), 3);
    EXPECT_INT(text_distance(TEXT(""), TEXT("abc")), 3);
    EXPECT_INT(text_distance(TEXT("region"), TEXT("region")), 0);
    EXPECT_INT(text_distance(TEXT("region"), TEXT("regoin")), 1);  /* swapped */
    EXPECT_INT(text_distance(TEXT("region"), TEXT("regon")), 1);   /* left out */
    EXPECT_INT(text_distance(TEXT("region"), TEXT("regiion")), 1); /* added */
    EXPECT_INT(text_distance(TEXT("region"), TEXT("regiom")), 1);  /* changed */
    EXPECT_INT(text_distance(TEXT("kitten"), TEXT("sitting")), 3);
    EXPECT_INT(text_distance(TEXT("регион"), TEXT("регоин")), 1); /* letters, not bytes */
    EXPECT_INT(text_distance(TEXT("ca"), TEXT("abc")), 3);
}

TEST(text_distance_of_long_texts_is_far)
{
    Text edge = TEXT("0123456789012345678901234567890123456789012345678901234567890123");
    Text over = TEXT("01234567890123456789012345678901234567890123456789012345678901234");
    EXPECT_INT(text_distance(edge, edge), 0);
    EXPECT(text_distance(edge, over) == NEAREST_FAR);
    EXPECT(text_distance(over, TEXT("a")) == NEAREST_FAR);
}

TEST(nearest_finds_the_first_of_the_nearest)
{
    Text found = TEXT("nothing");
    Nearest nearest = nearest_begin(TEXT("purchse"));
    EXPECT(!nearest_found(&nearest, &found));
    nearest_offer(&nearest, TEXT("settlement"));
    EXPECT(!nearest_found(&nearest, &found));
    nearest_offer(&nearest, TEXT("purchases"));
    nearest_offer(&nearest, TEXT("purchase"));
    nearest_offer(&nearest, TEXT("purchser"));
    REQUIRE(nearest_found(&nearest, &found));
    EXPECT_TEXT(found, "purchase");
}

TEST(nearest_of_a_short_name_must_be_very_near)
{
    Text found = TEXT("nothing");
    Nearest nearest = nearest_begin(TEXT("ab"));
    nearest_offer(&nearest, TEXT("xyz"));
    EXPECT(!nearest_found(&nearest, &found));
    nearest_offer(&nearest, TEXT("ac"));
    EXPECT(nearest_found(&nearest, &found));
    nearest = nearest_begin(TEXT(""));
    nearest_offer(&nearest, TEXT("abc"));
    EXPECT(!nearest_found(&nearest, &found));
}
