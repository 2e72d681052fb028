/* test_mode.c -- the permission matrix, written out once more as the requirements have it. */
#include "harness/harness.h"
#include "segment/mode.h"

/* Requirements D2: what a user checks in each mode. */
static const struct {
    SegmentAct act;
    bool dynamic, periodic, manual;
} matrix[] = {
    {ACT_FORM, false, true, true},
    {ACT_SCHEDULE, false, true, false},
    {ACT_EDIT_BY_HAND, false, false, true},
    {ACT_CHOOSE_FOR_NEW, false, false, true},
    {ACT_CHECK_ON_CREATION, false, true, false},
    {ACT_AGREE, false, true, true},
    {ACT_BAN, false, true, true},
    {ACT_CLEAR_ON_DATE, false, false, true},
};

TEST(each_mode_allows_what_the_requirements_say)
{
    Error err;
    for (size_t i = 0; i < sizeof matrix / sizeof matrix[0]; i++) {
        const bool allowed[] = {matrix[i].dynamic, matrix[i].periodic, matrix[i].manual};
        const FormingMode modes[] = {MODE_DYNAMIC, MODE_PERIODIC, MODE_MANUAL};
        for (size_t mode = 0; mode < 3; mode++)
            EXPECT_STATUS(mode_check(modes[mode], matrix[i].act, TEXT("S"), &err),
                          allowed[mode] ? STATUS_OK : STATUS_CONFLICT, &err);
    }
}

TEST(a_refusal_says_why)
{
    Error err;
    EXPECT_STATUS(mode_check(MODE_DYNAMIC, ACT_FORM, TEXT("Срез"), &err), STATUS_CONFLICT, &err);
    EXPECT_TEXT(text_of(err.message),
                "the segment 'Срез' is dynamic: forming is available only for segments that are "
                "not dynamic");
}

TEST(modes_by_code)
{
    FormingMode mode;
    for (int i = 0; i < FORMING_MODE_COUNT; i++) {
        EXPECT(forming_mode_parse(text_of(forming_mode_code((FormingMode)i)), &mode));
        EXPECT_INT(mode, i);
    }
    EXPECT(!forming_mode_parse(TEXT("static"), &mode));
    EXPECT_TEXT(forming_mode_label(MODE_MANUAL, LANGUAGE_RU), "Формировать вручную");
}
