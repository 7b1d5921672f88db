// A manifest's values held against the rules, and its paths made plain.
#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

#include "manifest/ladder.h"
#include "manifest/overrides.h"
#include "manifest/require_sound.h"
#include "manifest/rules.h"
#include "path/path.h"
#include "thumbs/manifest.h"

namespace thumbs::manifest {
namespace {

std::string place_of(const Variant& variant, const std::string& set, std::size_t index) {
  return variant.statement.pointer.empty() ? set + "/variants/" + std::to_string(index) : variant.statement.pointer;
}

class Check {
 public:
  explicit Check(const Manifest& manifest) : manifest_(manifest) {}

  void limits() {
    const Limits& limits = manifest_.limits;
    number("/limits/inputPixels", static_cast<double>(limits.input_pixels), k_sizes);
    number("/limits/inputBytes", static_cast<double>(limits.input_bytes), k_sizes);
    if (limits.memory) number("/limits/memory", static_cast<double>(*limits.memory), k_sizes);
    number("/limits/seconds", limits.seconds, k_seconds);
  }

  void files() {
    file("/cache", manifest_.cache);
    if (manifest_.lock) file("/lock", *manifest_.lock);
    if (manifest_.index) file("/index", *manifest_.index);
    if (manifest_.url_base && !note("/urlBase", fault_of_text(*manifest_.url_base)))
      note("/urlBase", fault_of_url(*manifest_.url_base));
    if (manifest_.store && !note("/store", fault_of_text(*manifest_.store)))
      note("/store", fault_of_store(*manifest_.store));
    if (manifest_.sets.empty()) note("", "needs \"sets\", an array with at least one");
  }

  void set(const std::string& pointer, const Set& set) {
    texts(pointer + "/include", set.include);
    texts(pointer + "/exclude", set.exclude);
    if (!note(pointer + "/path", fault_of_text(set.path))) note(pointer + "/path", fault_of_template(set.path));
    for (const auto& [key, path] : {std::pair{"/source", &set.source}, {"/output", &set.output}})
      if (path->find('\0') != std::string::npos) note(pointer + key, fault_of_text(*path));
    if (set.variants.empty()) note(pointer, "needs \"variants\", an array with at least one");
    VariantNames names;
    for (std::size_t v = 0; v < set.variants.size(); ++v) {
      const Variant& one = set.variants[v];
      const std::string place = place_of(one, pointer, v);
      ladder(place, one);
      if (one.name.empty()) note(place, "a variant needs a \"name\"");
      if (!one.name.empty()) note(place + "/name", names.add(one, place));
      variant(place, one);
    }
  }

  void overrides(std::size_t index, const Set& set) {
    UniqueNames globs("override");
    for (std::size_t i = 0; i < set.overrides.size(); ++i) {
      const Override& change = set.overrides[i];
      const std::string pointer = override_pointer(index, change);
      note(pointer, globs.add(change.glob, "overrides[" + std::to_string(i) + "]"));
      if (!note(pointer, fault_of_text(change.glob))) note(pointer, fault_of_glob(change.glob));
      for (const std::string& key : change.keys) note(pointer + pointer_step(key), fault_of_override_key(key));
      settings(pointer, change.settings);
    }
  }

  void ladder(const std::string& pointer, const Variant& variant) {
    if (variant.width && !variant.widths.empty()) note(pointer, std::string(k_both_widths));
    for (std::size_t i = 0; i < variant.widths.size(); ++i) {
      const std::string place = pointer + "/widths/" + std::to_string(i);
      if (note(place, fault_of_number(variant.widths[i], k_sides)) || note(place, fault_of_width(variant.widths, i)))
        continue;
      note(place, fault_of_scaled_height(variant, i));
    }
    for (std::size_t i = 0; i < variant.formats.size(); ++i)
      note(pointer + "/formats/" + std::to_string(i), fault_of_format(variant.formats, i));
  }

  void variant(const std::string& pointer, const Variant& variant) {
    note(pointer + "/name", fault_of_variant_name(variant.name));
    if (!variant.width && !variant.height && variant.widths.empty()) note(pointer, std::string(k_no_size));
    if (variant.focus) note(pointer + "/focus", fault_of_focused(variant));
    settings(pointer, variant);
  }

  void settings(const std::string& pointer, const Variant& variant) {
    number(pointer + "/width", variant.width.value_or(1), k_sides);
    number(pointer + "/height", variant.height.value_or(1), k_sides);
    if (variant.watermark) watermark(pointer + "/watermark", *variant.watermark);
    if (variant.trim) {
      number(pointer + "/trim/threshold", variant.trim->threshold, k_percents);
      number(pointer + "/trim/margin", variant.trim->margin, k_percents);
    }
    if (variant.focus) {
      number(pointer + "/focus", variant.focus->x, k_percents);
      number(pointer + "/focus", variant.focus->y, k_percents);
    }
    number(pointer + "/sharpen", variant.sharpen, k_sigmas);
    number(pointer + "/quality", variant.quality.value_or(1), k_qualities);
    number(pointer + "/compressionLevel", variant.compression_level, k_levels);
    number(pointer + "/effort", variant.effort, k_efforts);
  }

  void watermark(const std::string& pointer, const Watermark& mark) {
    file(pointer + "/file", mark.file);
    note(pointer + "/position", fault_of_mark_position(mark.position));
    number(pointer + "/scale", mark.scale, k_scales);
    number(pointer + "/opacity", mark.opacity, k_opacities);
    number(pointer + "/margin", mark.margin, k_margins);
  }

  /// Names that were given first, so that one of them is never told that an index took it.
  void set_names() {
    UniqueNames names("set");
    for (const bool given : {true, false})
      for (std::size_t s = 0; s < manifest_.sets.size(); ++s) {
        const std::string index = std::to_string(s), &name = manifest_.sets[s].name;
        if (given == name.empty()) continue;
        const std::string pointer = "/sets/" + index;
        note(pointer + "/name", names.add(given ? name : index, pointer));
      }
  }

  std::vector<Diagnostic> take() {
    std::stable_sort(faults_.begin(), faults_.end(), [](const Diagnostic& a, const Diagnostic& b) {
      return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    return std::move(faults_);
  }

 private:
  bool note(const std::string& pointer, Fault fault) {
    if (fault) faults_.push_back(manifest_.at(pointer, std::move(*fault)));
    return fault.has_value();
  }
  void number(const std::string& pointer, double value, const Range& range) {
    note(pointer, fault_of_number(value, range));
  }
  void file(const std::string& pointer, const std::string& path) {
    if (!note(pointer, fault_of_text(path))) note(pointer, fault_of_file(path));
  }
  void texts(const std::string& pointer, const std::vector<std::string>& globs) {
    for (std::size_t i = 0; i < globs.size(); ++i) {
      const std::string place = pointer + "/" + std::to_string(i);
      if (!note(place, fault_of_text(globs[i]))) note(place, fault_of_glob(globs[i]));
    }
  }

  const Manifest& manifest_;
  std::vector<Diagnostic> faults_;
};

std::vector<Diagnostic> faults_of(const Manifest& manifest) {
  Check check(manifest);
  check.limits();
  check.files();
  for (std::size_t s = 0; s < manifest.sets.size(); ++s) {
    check.set("/sets/" + std::to_string(s), manifest.sets[s]);
    check.overrides(s, manifest.sets[s]);
  }
  check.set_names();
  return check.take();
}

void expand_ladders(Set& set, const std::string& pointer) {
  std::vector<Variant> variants;
  for (std::size_t v = 0; v < set.variants.size(); ++v) {
    std::vector<Variant> rungs = rungs_of(set.variants[v], place_of(set.variants[v], pointer, v));
    std::move(rungs.begin(), rungs.end(), std::back_inserter(variants));
  }
  set.variants = std::move(variants);
}

void make_relative(Manifest& manifest) {
  const auto relative = [&manifest](std::string& path) { path = relative_to(manifest.folder, path); };
  relative(manifest.cache);
  if (manifest.lock) relative(*manifest.lock);
  if (manifest.index) relative(*manifest.index);
  for (Set& set : manifest.sets) {
    relative(set.source);
    relative(set.output);
    for (Variant& variant : set.variants)
      if (variant.watermark) relative(variant.watermark->file);
    for (Override& change : set.overrides)
      if (change.settings.watermark) relative(change.settings.watermark->file);
  }
}

}  // namespace
}  // namespace thumbs::manifest

namespace thumbs {

Manifest normalised(Manifest manifest) {
  if (std::vector<Diagnostic> faults = manifest::faults_of(manifest); !faults.empty())
    throw ManifestError(std::move(faults));
  for (std::size_t s = 0; s < manifest.sets.size(); ++s) {
    Set& set = manifest.sets[s];
    if (set.name.empty()) set.name = std::to_string(s);
    manifest::expand_ladders(set, "/sets/" + std::to_string(s));
  }
  manifest::make_relative(manifest);
  return manifest;
}

}  // namespace thumbs

namespace thumbs::manifest {

void require_sound(const Variant& variant) {
  if (is_ladder(variant))
    throw Error(ErrorCode::usage, "a variant with widths or formats is for a manifest: give one width and one format");
  Manifest alone;
  Check check(alone);
  check.variant("", variant);
  const std::vector<Diagnostic> faults = check.take();
  if (faults.empty()) return;
  const Diagnostic& first = faults.front();
  throw Error(ErrorCode::usage, (first.pointer.empty() ? "" : first.pointer.substr(1) + " ") + first.message);
}

}  // namespace thumbs::manifest
