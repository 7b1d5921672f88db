// A PNG's texts: what they say of an owner, and where else it can stand (PNG 3, 11.3.3.1; XMP 3, PNG's keywords).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "image/metadata/metadata.h"
#include "image/metadata/xmp.h"

namespace thumbs {

inline constexpr std::string_view k_author_keyword = "Author";
inline constexpr std::string_view k_copyright_keyword = "Copyright";
inline constexpr std::string_view k_comment_keyword = "Comment";

/// The first text of a keyword, whatever its case.
std::string text_with(const std::vector<MetadataText>& texts, std::string_view keyword);

/// Whether a text describes the original's pixels or its file.
bool is_stale_text(const MetadataText& text);

/// The XMP property that means what the keyword means, with the text; a property without a name where none does.
XmpProperty property_of(const MetadataText& text);

}  // namespace thumbs
