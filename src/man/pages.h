// The manual pages.
#pragma once

#include <string>
#include <string_view>

namespace thumbs::man {

/// thumbs(1), from the tables of the command line. `date`: YYYY-MM-DD.
std::string command_page(std::string_view date);

/// thumbs.json(5), from the schema.
std::string manifest_page(std::string_view date);

}  // namespace thumbs::man
