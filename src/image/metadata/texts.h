// A PNG's texts: what they say about the owner, and the same as XMP properties (PNG 3, 11.3.3.1; XMP 3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "image/metadata/metadata.h"
#include "image/metadata/xmp.h"

namespace thumbs::image {

inline constexpr std::string_view k_author_keyword = "Author";
inline constexpr std::string_view k_copyright_keyword = "Copyright";
inline constexpr std::string_view k_comment_keyword = "Comment";

/// The first text of a keyword, whatever its case.
std::string text_with(const std::vector<MetadataText>& texts, std::string_view keyword);

/// Whether a text describes the original's pixels or its file.
bool is_stale_text(const MetadataText& text);

/// The text as the XMP property that has the keyword's meaning; a property without a name if there is none.
XmpProperty property_of(const MetadataText& text);

}  // namespace thumbs::image
