/* seal.c -- header, tables and checksums: what makes filled sections an image. */
#include "columns/attach.h"
#include "columns/tasks.h"

#include <string.h>

const SectionRecord *section_table(const Layout *layout, const unsigned char *bytes)
{
    const void *table = bytes + sizeof(FormatHeader) +
                        layout->header.streams_count * sizeof(StreamRecord) +
                        layout->header.columns_count * sizeof(ColumnRecord);
    return table;
}

uint64_t section_checksum(const Layout *layout, const unsigned char *bytes, size_t section)
{
    uint64_t begin = layout->sections[section].offset;
    bool is_last = section + 1 == layout->header.sections_count;
    uint64_t end = is_last ? layout->header.file_size : layout->sections[section + 1].offset;
    return checksum_of(bytes + begin, end - begin);
}

uint64_t tables_checksum(const FormatHeader *header, const unsigned char *bytes)
{
    return checksum_of(bytes + sizeof *header, header->sections_offset - sizeof *header);
}

uint64_t header_checksum(const FormatHeader *header)
{
    return checksum_of(header, offsetof(FormatHeader, header_checksum));
}

typedef struct {
    const Layout *layout;
    const unsigned char *bytes;
    uint64_t *checksums;
} Sealing;

static void seal_section(void *context, size_t section)
{
    const Sealing *sealing = context;
    sealing->checksums[section] = section_checksum(sealing->layout, sealing->bytes, section);
}

void seal_checksums(const Layout *layout, unsigned char *bytes)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormatHeader header;
    size_t count = layout->header.sections_count;
    Sealing sealing = {layout, bytes, ARENA_ARRAY(arena, uint64_t, count)};
    uint64_t *weights = ARENA_ARRAY(arena, uint64_t, count);
    for (size_t i = 0; i < count; i++)
        weights[i] = layout->sections[i].size;
    tasks_run(seal_section, &sealing, weights, count);
    const unsigned char *table = (const unsigned char *)section_table(layout, bytes);
    unsigned char *at = bytes + (table - bytes) + offsetof(SectionRecord, checksum);
    for (size_t i = 0; i < count; i++, at += sizeof(SectionRecord))
        memcpy(at, &sealing.checksums[i], sizeof sealing.checksums[i]);
    memcpy(&header, bytes, sizeof header);
    header.tables_checksum = tables_checksum(&layout->header, bytes);
    header.header_checksum = header_checksum(&header);
    memcpy(bytes, &header, sizeof header);
}

void image_seal(Image *image)
{
    const Layout *layout = &image->layout;
    const FormatHeader *header = &layout->header;
    unsigned char *at = image->bytes;
    memcpy(at, header, sizeof *header);
    at += sizeof *header;
    size_t streams_bytes = header->streams_count * sizeof(StreamRecord);
    size_t columns_bytes = header->columns_count * sizeof(ColumnRecord);
    if (streams_bytes > 0) memcpy(at, layout->streams, streams_bytes);
    at += streams_bytes;
    memcpy(at, layout->columns, columns_bytes);
    at += columns_bytes;
    memcpy(at, layout->sections, header->sections_count * sizeof(SectionRecord));
    seal_checksums(layout, image->bytes);
}
