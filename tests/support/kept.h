// Texts that tests refer to: records and nodes hold references, and test data lives as long as the program.
#pragma once

#include <string_view>

#include "support/text_ref.h"

namespace thumbs::test {

/// A copy of `text` that is never freed.
TextRef kept(std::string_view text);

}  // namespace thumbs::test
