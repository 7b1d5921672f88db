// The table of keys that an override may set.
#include "manifest/overrides.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "manifest/read_settings.h"

namespace thumbs::manifest {
namespace {

struct Setting {
  std::string_view key;
  void (*copy)(const Variant& from, Variant& to);
};

template <auto Member>
void copy(const Variant& from, Variant& to) {
  to.*Member = from.*Member;
}

// A position and a focus replace each other.
void copy_position(const Variant& from, Variant& to) {
  to.position = from.position;
  to.focus.reset();
}

void copy_focus(const Variant& from, Variant& to) {
  to.position = Position::center;
  to.focus = from.focus;
}

constexpr Setting k_settings[] = {
    {"width", copy<&Variant::width>},
    {"height", copy<&Variant::height>},
    {"trim", copy<&Variant::trim>},
    {"fit", copy<&Variant::fit>},
    {"position", copy_position},
    {"focus", copy_focus},
    {"background", copy<&Variant::background>},
    {"withoutEnlargement", copy<&Variant::without_enlargement>},
    {"kernel", copy<&Variant::kernel>},
    {"linear", copy<&Variant::linear>},
    {"sharpen", copy<&Variant::sharpen>},
    {"watermark", copy<&Variant::watermark>},
    {"format", copy<&Variant::format>},
    {"quality", copy<&Variant::quality>},
    {"lossless", copy<&Variant::lossless>},
    {"progressive", copy<&Variant::progressive>},
    {"chromaSubsampling", copy<&Variant::chroma_subsampling>},
    {"compressionLevel", copy<&Variant::compression_level>},
    {"effort", copy<&Variant::effort>},
    {"autoOrient", copy<&Variant::auto_orient>},
    {"metadata", copy<&Variant::metadata>},
    {"colour", copy<&Variant::colour>},
    {"failOn", copy<&Variant::fail_on>},
};

constexpr std::array<std::string_view, 3> k_fixed = {"name", "widths", "formats"};

bool is_fixed(std::string_view key) { return std::find(k_fixed.begin(), k_fixed.end(), key) != k_fixed.end(); }

std::vector<std::string_view> known_keys() {
  std::vector<std::string_view> keys;
  for (const Setting& setting : k_settings) keys.push_back(setting.key);
  return keys;
}

Fault fault_of_key(const std::string& glob) {
  Fault fault = fault_of_text(glob);
  return fault ? fault : fault_of_glob(glob);
}

/// The variant's rules; none for keys that an override cannot have, which are reported here.
std::vector<KeyRule<Variant>> rules_of_overrides() {
  std::vector<KeyRule<Variant>> rules;
  for (KeyRule<Variant> rule : settings_rules()) {
    if (is_fixed(rule.key))
      rule.read = [](Reader& reader, const JsonPlace& place, Variant&) {
        reader.noted(place, fault_of_override_key(place.pointer.substr(place.pointer.rfind('/') + 1)));
      };
    rules.push_back(rule);
  }
  return rules;
}

}  // namespace

void apply(const Override& change, Variant& variant) {
  for (const std::string& key : change.keys) {
    const auto setting = std::find_if(std::begin(k_settings), std::end(k_settings),
                                      [&](const Setting& known) { return known.key == key; });
    if (setting != std::end(k_settings)) setting->copy(change.settings, variant);
  }
  if (variant.fit != Fit::cover) variant.focus.reset();  // the others crop nothing
}

Fault fault_of_override_key(std::string_view key) {
  if (is_fixed(key)) return in_quotes(key) + " cannot be overridden: it decides which outputs a source has";
  const std::vector<std::string_view> known = known_keys();
  if (std::find(known.begin(), known.end(), key) != known.end()) return std::nullopt;
  return "unknown key " + in_quotes(key) + suggestion(key, known);
}

std::string override_pointer(std::size_t set, const Override& change) {
  return "/sets/" + std::to_string(set) + "/overrides" + pointer_step(change.glob);
}

std::vector<Override> read_overrides(Reader& reader, const JsonPlace& place) {
  std::vector<Override> overrides;
  if (!reader.expect(place, JsonValue::Kind::object, "an object from globs to settings, { \"*.jpg\": { … } }"))
    return overrides;
  static const std::vector<KeyRule<Variant>> k_rules = rules_of_overrides();
  for (const JsonMember& member : place.value.members) {
    const JsonPlace one = place.member(member.key, member.value);
    reader.require_first(place, member);
    if (Fault fault = fault_of_key(member.key)) reader.fault_at(member.key_offset, one.pointer, std::move(*fault));
    Override& change = overrides.emplace_back(Override{member.key, {}, {}});
    reader.object<Variant>(one, k_rules, change.settings);
    for (const JsonMember& setting : member.value.members) change.keys.push_back(setting.key);
    const JsonValue* const focus = member.value.find("focus");
    if (focus != nullptr && member.value.find("position") != nullptr)
      reader.fault(one.member("focus", *focus), std::string(k_focus_or_position));
  }
  return overrides;
}

}  // namespace thumbs::manifest
