// Recipes: a variant with every implied value filled in, in canonical form, and its fingerprint.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "thumbs/variant.h"

namespace thumbs::manifest {

/// A variant for one output format.
struct Recipe {
  ResolvedVariant settings;
  std::string text;       ///< canonical: "key=value;…", only what changes pixels or bytes of this format; no name
  std::string stages;     ///< "decode=1;resize=1;…": our version of each stage that shapes this output
  std::string libraries;  ///< "libjpeg-turbo 2.1.5; …": recorded and shown, not compared
};

/// Fills in what `variant` leaves open for `format` (which replaces Variant::format) and writes its canonical text:
/// equal for variants that give equal bytes, whatever their names, key order or spelled-out defaults. `mark` is the
/// content hash of the variant's watermark, which counts in place of the file's name.
Recipe resolve(const Variant& variant, PictureFormat format, std::string_view mark = {});

/// "key=value" pairs of a canonical text, for "old → new" explanations.
std::vector<std::pair<std::string, std::string>> recipe_values(std::string_view text);

/// "jpg", "png", "webp", "avif".
std::string_view extension(PictureFormat format);

}  // namespace thumbs::manifest
