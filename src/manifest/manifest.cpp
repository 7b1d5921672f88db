// Positions in a manifest, and checks for what this build does not support.
#include "thumbs/manifest.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "manifest/ladder.h"
#include "manifest/overrides.h"
#include "manifest/unsupported.h"

namespace thumbs::manifest {
namespace {

/// Why this build cannot write the variant's format; empty if it can.
std::string left_out(const Variant& variant, BuiltFormats built) {
  if (variant.format == OutputFormat::webp && !built.webp) return built_without("WebP");
  if (variant.format == OutputFormat::avif && !built.avif) return built_without("AVIF");
  return {};
}

/// The pointer of a variant's value: in the variant itself or in the defaults.
std::string pointer_to(const Manifest& manifest, const std::string& variant, std::string_view key) {
  const std::string own = variant + "/" + std::string(key);
  const std::string inherited = "/defaults/" + std::string(key);
  return !manifest.positions.contains(own) && manifest.positions.contains(inherited) ? inherited : own;
}

/// Collects what is not supported, once for each place.
class Gaps {
 public:
  explicit Gaps(const Manifest& manifest) : manifest_(manifest) {}

  void say(const std::string& pointer, std::string message) {
    if (seen_.insert(pointer).second) diagnostics_.push_back(manifest_.at(pointer, std::move(message)));
  }
  /// In the text's order.
  std::vector<Diagnostic> take() {
    std::stable_sort(diagnostics_.begin(), diagnostics_.end(), [](const Diagnostic& a, const Diagnostic& b) {
      return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    return std::move(diagnostics_);
  }

 private:
  const Manifest& manifest_;
  std::set<std::string> seen_;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace
}  // namespace thumbs::manifest

namespace thumbs {

Diagnostic Manifest::at(std::string pointer, std::string message) const {
  auto found = positions.find(pointer);
  for (std::string parent = pointer; found == positions.end() && !parent.empty();) {
    parent.resize(parent.find_last_of('/') == std::string::npos ? 0 : parent.find_last_of('/'));
    found = positions.find(parent);
  }
  const TextPosition place = found == positions.end() ? TextPosition{} : found->second;
  const bool has_text = !positions.empty();
  return {file, has_text ? place.line : 0, has_text ? place.column : 0, std::move(pointer), std::move(message)};
}

std::vector<Diagnostic> unsupported(const Manifest& manifest) {
  return manifest::unsupported_by(manifest, built_formats());
}

}  // namespace thumbs

namespace thumbs::manifest {

std::vector<Diagnostic> unsupported_by(const Manifest& manifest, BuiltFormats built) {
  Gaps gaps(manifest);
  if (manifest.store && manifest.store->starts_with("http") && manifest.store->find("://") < 6 && !built.http)
    gaps.say("/store", "this thumbs was built without stores behind URLs (THUMBS_STORE_HTTP=OFF): use a folder");
  for (std::size_t s = 0; s < manifest.sets.size(); ++s) {
    const std::vector<Variant>& variants = manifest.sets[s].variants;
    for (std::size_t v = 0; v < variants.size(); ++v)
      for (const Variant& one :
           rungs_of(variants[v], "/sets/" + std::to_string(s) + "/variants/" + std::to_string(v))) {
        const std::optional<std::size_t> item = one.statement.format;
        const std::string key = item ? "formats/" + std::to_string(*item) : "format";
        if (const std::string fault = left_out(one, built); !fault.empty())
          gaps.say(pointer_to(manifest, one.statement.pointer, key), fault);
      }
    for (const Override& change : manifest.sets[s].overrides)
      if (const std::string fault = left_out(change.settings, built); !fault.empty())
        gaps.say(override_pointer(s, change) + "/format", fault);
  }
  return gaps.take();
}

}  // namespace thumbs::manifest
