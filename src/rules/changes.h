// Evidence for people: what differs between what was recorded and what is there now.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace thumbs::rules {

/// "2026-11-27 15:04:05.000000000 UTC".
std::string time_text(std::int64_t ns);

/// How the content of a source, and its stat data, differ from the record that an output was made with.
std::vector<Change> content_changes(const graph::Source& source, const cache::OutputRecord& output);

/// How two canonical texts of recipes (or of stages' versions) differ, key by key. `before` may be a stand-in.
std::vector<Change> recipe_changes(std::string_view before, std::string_view now);

/// How an output's file differs from its record.
std::vector<Change> file_changes(const graph::Output& output);

}  // namespace thumbs::rules
