// Overrides: other settings for single sources of a set.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/reader.h"
#include "thumbs/manifest.h"

namespace thumbs::manifest {

/// Gives `variant` the settings that `change` is about.
void apply(const Override& change, Variant& variant);

/// What is wrong with a key of an override; those of names and lists decide which outputs there are.
Fault fault_of_override_key(std::string_view key);

/// "/sets/0/overrides/hero~1*.jpg".
std::string override_pointer(std::size_t set, const Override& change);

/// Reads `"overrides"`: an object whose keys are globs.
std::vector<Override> read_overrides(Reader& reader, const JsonPlace& place);

}  // namespace thumbs::manifest
