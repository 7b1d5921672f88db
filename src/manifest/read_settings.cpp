// The table of a variant's keys.
#include "manifest/read_settings.h"

#include <algorithm>
#include <span>

namespace thumbs::manifest {
namespace {

void read_name(Reader& reader, const JsonPlace& place, Variant& variant) {
  const auto name = reader.text(place);
  if (!name) return;
  variant.name = *name;
  reader.noted(place, fault_of_variant_name(*name));
}

/// The name comes first: all other keys may be defaults.
constexpr KeyRule<Variant> k_rules[] = {
    {"name", read_name},
    {"width", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.width, r.integer(p, k_sides)); }},
    {"height", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.height, r.integer(p, k_sides)); }},
    {"fit", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.fit, r.one_of<Fit>(p)); }},
    {"position", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.position, r.one_of<Position>(p)); }},
    {"background", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.background, r.colour(p)); }},
    {"withoutEnlargement", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.without_enlargement, r.boolean(p)); }},
    {"kernel", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.kernel, r.one_of<Kernel>(p)); }},
    {"linear", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.linear, r.boolean(p)); }},
    {"sharpen", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.sharpen, r.number(p, k_sigmas)); }},
    {"format", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.format, r.one_of<OutputFormat>(p)); }},
    {"quality", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.quality, r.integer(p, k_qualities)); }},
    {"lossless", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.lossless, r.boolean(p)); }},
    {"progressive", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.progressive, r.boolean(p)); }},
    {"chromaSubsampling",
     [](Reader& r, const JsonPlace& p, Variant& v) { put(v.chroma_subsampling, r.one_of<ChromaSubsampling>(p)); }},
    {"compressionLevel",
     [](Reader& r, const JsonPlace& p, Variant& v) { put(v.compression_level, r.integer(p, k_levels)); }},
    {"effort", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.effort, r.integer(p, k_efforts)); }},
    {"autoOrient", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.auto_orient, r.boolean(p)); }},
    {"metadata", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.metadata, r.one_of<Metadata>(p)); }},
    {"colour", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.colour, r.one_of<ColourMode>(p)); }},
    {"failOn", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.fail_on, r.one_of<FailOn>(p)); }},
};

}  // namespace

bool names_size(const JsonValue& value) { return value.find("width") != nullptr || value.find("height") != nullptr; }

Variant read_defaults(Reader& reader, const JsonPlace& place) {
  Variant defaults;
  reader.object<Variant>(place, std::span(k_rules).subspan(1), defaults);
  return defaults;
}

Variant read_variant(Reader& reader, const JsonPlace& place, const Variant& defaults, bool sized_by_defaults) {
  Variant variant = defaults;
  if (!reader.object<Variant>(place, k_rules, variant)) return variant;
  if (place.value.find("name") == nullptr) reader.fault(place, "a variant needs a \"name\"");
  if (!sized_by_defaults && !names_size(place.value)) reader.fault(place, std::string(k_no_size));
  return variant;
}

}  // namespace thumbs::manifest
