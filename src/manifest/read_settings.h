// Reads a variant's settings, whether they stand in a variant or in the defaults.
#pragma once

#include "manifest/reader.h"
#include "thumbs/variant.h"

namespace thumbs {

/// Reads `defaults`: any key of a variant but its name.
Variant read_defaults(Reader& reader, const JsonPlace& place);

/// Reads one variant over `defaults`. `sized_by_defaults`: they name a width or height, readable or not.
Variant read_variant(Reader& reader, const JsonPlace& place, const Variant& defaults, bool sized_by_defaults);

/// Whether an object names a width or a height.
bool names_size(const JsonValue& value);

}  // namespace thumbs
