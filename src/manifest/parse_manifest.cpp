// Parses the top level and the sets of a manifest.
#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "manifest/ladder.h"
#include "manifest/overrides.h"
#include "manifest/read_settings.h"
#include "manifest/reader.h"
#include "manifest/rules.h"
#include "thumbs/manifest.h"
#include "thumbs/text.h"

namespace thumbs::manifest {
namespace {

using Kind = JsonValue::Kind;

template <class Target>
using Rule = KeyRule<Target>;

/// For keys that depend on others and are read after them.
template <class Target>
void read_later(Reader&, const JsonPlace&, Target&) {}

std::optional<std::string> file_path(Reader& reader, const JsonPlace& place) {
  auto path = reader.text(place);
  if (!path || reader.noted(place, fault_of_file(*path))) return std::nullopt;
  return path;
}

std::vector<std::string> read_globs(Reader& reader, const JsonPlace& place) {
  std::vector<std::string> globs;
  if (!reader.expect(place, Kind::array, "an array of globs such as [\"**/*.jpg\"]")) return globs;
  for (std::size_t i = 0; i < place.value.items.size(); ++i) {
    const JsonPlace item = place.item(i);
    const auto glob = reader.text(item);
    if (!glob) continue;
    reader.noted(item, fault_of_glob(*glob));
    globs.push_back(*glob);
  }
  return globs;
}

void read_template(Reader& reader, const JsonPlace& place, Set& set) {
  const auto text = reader.text(place);
  if (!text) return;
  set.path = *text;
  reader.noted(place, fault_of_template(*text));
}

constexpr Rule<Set> k_set_rules[] = {
    {"name", [](Reader& r, const JsonPlace& p, Set& s) { put(s.name, r.text(p)); }},
    {"source", [](Reader& r, const JsonPlace& p, Set& s) { put(s.source, r.text(p)); }},
    {"include", [](Reader& r, const JsonPlace& p, Set& s) { s.include = read_globs(r, p); }},
    {"exclude", [](Reader& r, const JsonPlace& p, Set& s) { s.exclude = read_globs(r, p); }},
    {"followSymlinks", [](Reader& r, const JsonPlace& p, Set& s) { put(s.follow_symlinks, r.boolean(p)); }},
    {"output", [](Reader& r, const JsonPlace& p, Set& s) { put(s.output, r.text(p)); }},
    {"path", read_template},
    {"variants", read_later<Set>},
    {"overrides", [](Reader& r, const JsonPlace& p, Set& s) { s.overrides = read_overrides(r, p); }},
};

constexpr Rule<Limits> k_limit_rules[] = {
    {"inputPixels", [](Reader& r, const JsonPlace& p, Limits& l) { put(l.input_pixels, r.whole(p, k_sizes)); }},
    {"inputBytes", [](Reader& r, const JsonPlace& p, Limits& l) { put(l.input_bytes, r.size(p)); }},
    {"memory",
     [](Reader& r, const JsonPlace& p, Limits& l) {
       const bool automatic = p.value.kind == Kind::string && p.value.text == "auto";
       if (!automatic) l.memory = r.size(p, "auto");
     }},
    {"seconds", [](Reader& r, const JsonPlace& p, Limits& l) { put(l.seconds, r.number(p, k_seconds)); }},
};

void read_version(Reader& reader, const JsonPlace& place, Manifest&) {
  if (!reader.expect(place, Kind::number, "the number 1")) return;
  const double version = place.value.number;
  if (version == 1) return;
  reader.fault(place, version > 1 ? "is newer than this thumbs supports (version 1): upgrade thumbs"
                                  : "no such version: must be 1");
}

constexpr Rule<Manifest> k_top_rules[] = {
    {"$schema", [](Reader& r, const JsonPlace& p, Manifest&) { r.expect(p, Kind::string, "a string"); }},
    {"version", read_version},
    {"cache", [](Reader& r, const JsonPlace& p, Manifest& m) { put(m.cache, file_path(r, p)); }},
    {"lock", [](Reader& r, const JsonPlace& p, Manifest& m) { m.lock = file_path(r, p); }},
    {"index", [](Reader& r, const JsonPlace& p, Manifest& m) { m.index = file_path(r, p); }},
    {"urlBase",
     [](Reader& r, const JsonPlace& p, Manifest& m) {
       m.url_base = r.text(p);
       if (m.url_base) r.noted(p, fault_of_url(*m.url_base));
     }},
    {"stat", [](Reader& r, const JsonPlace& p, Manifest& m) { put(m.stat, r.one_of<StatMode>(p)); }},
    {"sandbox", [](Reader& r, const JsonPlace& p, Manifest& m) { put(m.sandbox, r.one_of<SandboxMode>(p)); }},
    {"store",
     [](Reader& r, const JsonPlace& p, Manifest& m) {
       m.store = r.text(p);
       if (m.store) r.noted(p, fault_of_store(*m.store));
     }},
    {"limits", [](Reader& r, const JsonPlace& p, Manifest& m) { r.object<Limits>(p, k_limit_rules, m.limits); }},
    {"defaults", read_later<Manifest>},
    {"sets", read_later<Manifest>},
};

/// Notes that another has the name of `owner`.
void require_unique(Reader& reader, const JsonPlace& owner, Fault taken) {
  const JsonValue* named = owner.value.find("name");
  reader.noted(named == nullptr ? owner : owner.member("name", *named), std::move(taken));
}

/// Calls `read` for each item of a member that must be a non-empty array.
void for_each_item(Reader& reader, const JsonPlace& owner, std::string_view key,
                   const std::function<void(std::size_t, const JsonPlace&)>& read) {
  const JsonValue* found = owner.value.find(key);
  if (found == nullptr) return reader.fault(owner, "needs " + in_quotes(key) + ", a non-empty array");
  const JsonPlace place = owner.member(key, *found);
  if (!reader.expect(place, Kind::array, "an array, [ … ]")) return;
  if (found->items.empty()) return reader.fault(place, "must not be empty");
  for (std::size_t i = 0; i < found->items.size(); ++i) read(i, place.item(i));
}

struct Defaults {
  Variant settings;
  bool sized = false;
};

Defaults read_top_defaults(Reader& reader, const JsonPlace& top) {
  const JsonValue* found = top.value.find("defaults");
  if (found == nullptr) return {};
  return {read_defaults(reader, top.member("defaults", *found)), names_size(*found)};
}

Set read_set(Reader& reader, const JsonPlace& place, std::size_t index, const Defaults& defaults) {
  Set set;
  set.name = std::to_string(index);
  if (!reader.object<Set>(place, k_set_rules, set)) return set;
  for (const std::string_view key : {"source", "output"}) {
    if (place.value.find(key) == nullptr) reader.fault(place, "a set needs " + in_quotes(key) + ", a folder");
  }
  VariantNames names;
  for_each_item(reader, place, "variants", [&](std::size_t, const JsonPlace& item) {
    const Variant variant = read_variant(reader, item, defaults.settings, defaults.sized);
    if (!variant.name.empty()) require_unique(reader, item, names.add(variant, item.pointer));
    set.variants.push_back(variant);
  });
  return set;
}

void read_sets(Reader& reader, const JsonPlace& top, const Defaults& defaults, Manifest& manifest) {
  for_each_item(reader, top, "sets", [&](std::size_t index, const JsonPlace& item) {
    manifest.sets.push_back(read_set(reader, item, index, defaults));
  });
  // Explicit names first, so that a name that equals another set's index is not the one reported.
  UniqueNames names("set");
  const JsonValue* array = top.value.find("sets");
  for (const bool given : {true, false}) {
    for (std::size_t i = 0; i < manifest.sets.size(); ++i) {
      const JsonPlace item{array->items[i], "/sets/" + std::to_string(i)};
      const bool has_name = item.value.find("name") != nullptr;
      if (has_name == given) require_unique(reader, item, names.add(manifest.sets[i].name, item.pointer));
    }
  }
}

void note_positions(const JsonPlace& place, const LineIndex& lines, std::map<std::string, TextPosition>& positions) {
  positions[place.pointer] = lines.position(place.value.offset);
  for (const JsonMember& member : place.value.members)
    note_positions(place.member(member.key, member.value), lines, positions);
  for (std::size_t i = 0; i < place.value.items.size(); ++i) note_positions(place.item(i), lines, positions);
}

}  // namespace
}  // namespace thumbs::manifest

namespace thumbs {

Manifest parse_manifest(std::string_view text, std::string file, std::string folder) {
  Manifest manifest;
  manifest.folder = std::move(folder);
  manifest.path = file.substr(file.rfind('/') + 1);
  manifest.file = file;

  const manifest::LineIndex lines(text);
  manifest::Reader reader(std::move(file), lines);
  const auto parsed = manifest::parse_json(text);
  if (const auto* fault = std::get_if<manifest::JsonFault>(&parsed)) {
    reader.fault_at(fault->offset, "", fault->message);
    throw ManifestError(reader.take_faults());
  }
  const manifest::JsonPlace top{std::get<manifest::JsonValue>(parsed), ""};
  if (reader.object<Manifest>(top, manifest::k_top_rules, manifest)) {
    manifest::read_sets(reader, top, manifest::read_top_defaults(reader, top), manifest);
  }
  if (auto faults = reader.take_faults(); !faults.empty()) throw ManifestError(std::move(faults));
  manifest::note_positions(top, lines, manifest.positions);
  return normalised(std::move(manifest));
}

}  // namespace thumbs
