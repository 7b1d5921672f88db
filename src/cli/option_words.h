// Separates the options of a command line from its other words: --name, --name=value, --name value, -x, -xvalue,
// -x value, and -xyz for three flags.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_table.h"

namespace thumbs::cli {

/// An option as given. A flag has no value, nor has an optional one that was left out.
struct GivenOption {
  const OptionRow* row = nullptr;
  std::string value;
};

struct SeparatedWords {
  std::vector<GivenOption> options;  ///< in order
  std::vector<std::string> others;   ///< in order; also words that look like options and are none of the table
  std::string fault;                 ///< the first one, which ends the search; "" where there is none

  bool has(std::string_view name) const;
};

SeparatedWords separate(std::span<const std::string> words);

}  // namespace thumbs::cli
