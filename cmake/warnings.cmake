# The flags of every target of ours: warnings are errors on both compilers.
add_library(kohorta_flags INTERFACE)
target_compile_definitions(kohorta_flags INTERFACE _GNU_SOURCE)
target_include_directories(kohorta_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(kohorta_flags INTERFACE
    -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wold-style-definition -Wcast-qual -Wcast-align -Wwrite-strings
    -Wformat=2 -Wundef -Wvla -Wswitch-enum -Wdouble-promotion -Wimplicit-fallthrough
    -Wnull-dereference -fno-strict-overflow -fstack-protector-strong)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(kohorta_flags INTERFACE -Wlogical-op -Wduplicated-cond
        -Wduplicated-branches)
elseif(CMAKE_C_COMPILER_ID MATCHES "Clang")
    target_compile_options(kohorta_flags INTERFACE -Wcomma -Wshorten-64-to-32 -Wassign-enum
        -Wunreachable-code-aggressive -Wno-gnu-statement-expression)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_definitions(kohorta_flags INTERFACE _FORTIFY_SOURCE=2)
endif()
if(KOHORTA_SANITIZE)
    target_compile_options(kohorta_flags INTERFACE -fsanitize=${KOHORTA_SANITIZE}
        -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(kohorta_flags INTERFACE -fsanitize=${KOHORTA_SANITIZE})
endif()
