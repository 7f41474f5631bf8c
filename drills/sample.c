#include "drills/sample.h"

#include "base/embedded.h"

extern const struct embedded drill_files[];
extern const size_t drill_files_count;

struct bytes drill_sample(void)
{
    return (struct bytes){drill_files[0].data, drill_files[0].size};
}
