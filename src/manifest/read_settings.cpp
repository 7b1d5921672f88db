// The table of a variant's keys.
#include "manifest/read_settings.h"

#include <algorithm>
#include <span>

#include "manifest/ladder.h"

namespace thumbs::manifest {
namespace {

void read_name(Reader& reader, const JsonPlace& place, Variant& variant) {
  const auto name = reader.text(place);
  if (!name) return;
  variant.name = *name;
  reader.noted(place, fault_of_variant_name(*name));
}

constexpr KeyRule<Trim> k_trim_rules[] = {
    {"threshold", [](Reader& r, const JsonPlace& p, Trim& t) { put(t.threshold, r.number(p, k_percents)); }},
    {"margin", [](Reader& r, const JsonPlace& p, Trim& t) { put(t.margin, r.number(p, k_percents)); }},
};

void read_trim(Reader& reader, const JsonPlace& place, Variant& variant) {
  variant.trim.reset();
  if (place.value.kind == JsonValue::Kind::boolean) {
    if (place.value.truth) variant.trim.emplace();
  } else if (reader.expect(place, JsonValue::Kind::object, "true, false or an object such as { \"margin\": 5 }")) {
    reader.object<Trim>(place, k_trim_rules, variant.trim.emplace());
  }
}

void read_mark_position(Reader& reader, const JsonPlace& place, Watermark& mark) {
  const auto position = reader.one_of<Position>(place);
  if (position && !reader.noted(place, fault_of_mark_position(*position))) mark.position = *position;
}

void read_mark_file(Reader& reader, const JsonPlace& place, Watermark& mark) {
  const auto file = reader.text(place);
  if (file && !reader.noted(place, fault_of_file(*file))) mark.file = *file;
}

constexpr KeyRule<Watermark> k_watermark_rules[] = {
    {"file", read_mark_file},
    {"position", read_mark_position},
    {"scale", [](Reader& r, const JsonPlace& p, Watermark& w) { put(w.scale, r.number(p, k_scales)); }},
    {"opacity", [](Reader& r, const JsonPlace& p, Watermark& w) { put(w.opacity, r.number(p, k_opacities)); }},
    {"margin", [](Reader& r, const JsonPlace& p, Watermark& w) { put(w.margin, r.number(p, k_margins)); }},
};

void read_watermark(Reader& reader, const JsonPlace& place, Variant& variant) {
  variant.watermark.reset();
  if (place.value.kind == JsonValue::Kind::boolean && !place.value.truth) return;
  if (!reader.expect(place, JsonValue::Kind::object, "false or an object such as { \"file\": \"mark.png\" }")) return;
  reader.object<Watermark>(place, k_watermark_rules, variant.watermark.emplace());
  if (place.value.find("file") == nullptr) reader.fault(place, "a watermark needs a \"file\", a picture");
}

// What defaults say of the one, a variant may say with the other.
void read_width(Reader& reader, const JsonPlace& place, Variant& variant) {
  put(variant.width, reader.integer(place, k_sides));
  variant.widths.clear();
}

void read_format(Reader& reader, const JsonPlace& place, Variant& variant) {
  put(variant.format, reader.one_of<OutputFormat>(place));
  variant.formats.clear();
}

/// The items of a list that must not be empty, as `read` reads them; none where one of them is at fault.
template <class Value, class Read>
std::vector<Value> read_list(Reader& reader, const JsonPlace& place, std::string_view wanted, const Read& read,
                             Fault (*fault)(const std::vector<Value>&, std::size_t)) {
  std::vector<Value> values;
  if (!reader.expect(place, JsonValue::Kind::array, wanted)) return values;
  const std::size_t count = place.value.items.size();
  if (count == 0) reader.fault(place, "must not be empty");
  for (std::size_t i = 0; i < count; ++i)
    if (const std::optional<Value> value = read(place.item(i))) {
      values.push_back(*value);
      reader.noted(place.item(i), fault(values, values.size() - 1));
    }
  if (values.size() != count) values.clear();
  return values;
}

void read_widths(Reader& reader, const JsonPlace& place, Variant& variant) {
  const auto read = [&](const JsonPlace& item) { return reader.integer(item, k_sides); };
  variant.widths = read_list<int>(reader, place, "a list of widths such as [320, 640]", read, fault_of_width);
  variant.width.reset();
}

void read_formats(Reader& reader, const JsonPlace& place, Variant& variant) {
  const auto read = [&](const JsonPlace& item) { return reader.one_of<OutputFormat>(item); };
  variant.formats =
      read_list<OutputFormat>(reader, place, "a list of formats such as [\"avif\", \"jpeg\"]", read, fault_of_format);
}

/// The name comes first: all other keys may be defaults.
constexpr KeyRule<Variant> k_rules[] = {
    {"name", read_name},
    {"width", read_width},
    {"widths", read_widths},
    {"height", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.height, r.integer(p, k_sides)); }},
    {"trim", read_trim},
    {"fit", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.fit, r.one_of<Fit>(p)); }},
    {"position", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.position, r.one_of<Position>(p)); }},
    {"focus", [](Reader& r, const JsonPlace& p, Variant& v) { v.focus = r.focus(p); }},
    {"background", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.background, r.colour(p)); }},
    {"withoutEnlargement", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.without_enlargement, r.boolean(p)); }},
    {"kernel", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.kernel, r.one_of<Kernel>(p)); }},
    {"linear", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.linear, r.boolean(p)); }},
    {"sharpen", [](Reader& r, const JsonPlace& p, Variant& v) { put(v.sharpen, r.number(p, k_sigmas)); }},
    {"watermark", read_watermark},
    {"format", read_format},
    {"formats", read_formats},
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

/// A focus and a position replace each other. What is inherited holds where it can; what is stated must.
void settle_focus(Reader& reader, const JsonPlace& place, bool fit_is_known, Variant& settings) {
  const JsonValue* const focus = place.value.find("focus");
  const bool positioned = place.value.find("position") != nullptr;
  if (focus == nullptr) {
    if (positioned || (fit_is_known && settings.fit != Fit::cover)) settings.focus.reset();
    return;
  }
  settings.position = Position::center;
  const JsonPlace at = place.member("focus", *focus);
  if (positioned) reader.fault(at, std::string(k_focus_or_position));
  if (fit_is_known) reader.noted(at, fault_of_focused(settings));
}

void require_one_of_two(Reader& reader, const JsonPlace& place) {
  const auto has = [&](std::string_view key) { return place.value.find(key) != nullptr; };
  const auto at = [&](std::string_view key) { return place.member(key, *place.value.find(key)); };
  if (has("width") && has("widths")) reader.fault(at("widths"), std::string(k_both_widths));
  if (has("format") && has("formats")) reader.fault(at("formats"), std::string(k_both_formats));
}

void require_heights(Reader& reader, const JsonPlace& place, const Variant& variant) {
  const JsonValue* const widths = place.value.find("widths");
  for (std::size_t i = 0; i < variant.widths.size(); ++i)
    reader.noted(widths == nullptr ? place : place.member("widths", *widths).item(i),
                 fault_of_scaled_height(variant, i));
}

}  // namespace

std::span<const KeyRule<Variant>> settings_rules() { return k_rules; }

bool names_size(const JsonValue& value) {
  return value.find("width") != nullptr || value.find("widths") != nullptr || value.find("height") != nullptr;
}

Variant read_defaults(Reader& reader, const JsonPlace& place) {
  Variant defaults;
  if (!reader.object<Variant>(place, std::span(k_rules).subspan(1), defaults)) return defaults;
  settle_focus(reader, place, false, defaults);
  require_one_of_two(reader, place);
  return defaults;
}

Variant read_variant(Reader& reader, const JsonPlace& place, const Variant& defaults, bool sized_by_defaults) {
  Variant variant = defaults;
  if (!reader.object<Variant>(place, k_rules, variant)) return variant;
  settle_focus(reader, place, true, variant);
  require_one_of_two(reader, place);
  require_heights(reader, place, variant);
  if (place.value.find("name") == nullptr) reader.fault(place, "a variant needs a \"name\"");
  if (!sized_by_defaults && !names_size(place.value)) reader.fault(place, std::string(k_no_size));
  return variant;
}

}  // namespace thumbs::manifest
