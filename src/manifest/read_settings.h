// Reads the settings of a variant or of the defaults.
#pragma once

#include <span>

#include "manifest/reader.h"
#include "thumbs/variant.h"

namespace thumbs::manifest {

/// Reads `defaults`: any key of a variant except `name`.
Variant read_defaults(Reader& reader, const JsonPlace& place);

/// Reads one variant on top of `defaults`. `sized_by_defaults`: the defaults have a width or height, valid or not.
Variant read_variant(Reader& reader, const JsonPlace& place, const Variant& defaults, bool sized_by_defaults);

/// The keys of a variant and how each is read.
std::span<const KeyRule<Variant>> settings_rules();

/// Whether an object has a width or a height.
bool names_size(const JsonValue& value);

}  // namespace thumbs::manifest
