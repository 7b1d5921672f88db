// A first manifest: lists, groups, looks, proposes, writes.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "cache/cache.h"
#include "cache/cache_files.h"
#include "disk/atomic_file.h"
#include "disk/disk.h"
#include "disk/real_path.h"
#include "init/group.h"
#include "init/listing.h"
#include "init/look.h"
#include "init/manifest_text.h"
#include "init/propose.h"
#include "path/path.h"
#include "support/built_formats.h"
#include "thumbs/cache.h"
#include "thumbs/error.h"
#include "thumbs/init.h"
#include "thumbs/manifest.h"
#include "thumbs/text.h"
#include "thumbs/thumbnail.h"

namespace thumbs {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_sample = 200;  // headers that are read of each group

/// A manifest that does not exist yet.
struct Target {
  std::string path;    ///< as the user named it
  std::string folder;  ///< its folder's real path
  std::string name;
};

Target target_of(const InitOptions& options) {
  const fs::path path = manifest_path(options);
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  Target target{path.string(), disk::real_path_of(parent.string()), path.filename().string()};
  std::error_code error;
  if (target.folder.empty() || !fs::is_directory(target.folder, error))
    throw Error(ErrorCode::usage, "no such folder", parent.string());
  if (target.name.empty()) throw Error(ErrorCode::usage, "is a folder: name a file in it", target.path);
  return target;
}

[[noreturn]] void refuse_existing(const Target& target) {
  throw Error(ErrorCode::usage, "exists; init overwrites nothing: remove it, or name another with -f FILE",
              target.path);
}

/// A name of letters, digits, '.', '_' and '-'.
std::string plain_stem(const std::string& name) {
  std::string stem = fs::path(name).stem().string();
  const auto plain = [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  };
  std::replace_if(
      stem.begin(), stem.end(), [&](char c) { return !plain(static_cast<unsigned char>(c)); }, '_');
  return stem;
}

/// The cache that a manifest of this name gets, unless it belongs to another one.
std::string usual_cache(const Target& target) {
  return target.name == "thumbs.json" ? ".thumbs/cache.db" : ".thumbs/" + plain_stem(target.name) + ".db";
}

using Paths = std::unordered_set<std::string>;

/// The thumbnails that a former manifest of this name made: their folder can be the output folder again.
Paths former_outputs(const Target& target) {
  Paths paths;
  try {
    const cache::ReachableCache place(target.folder, usual_cache(target));
    const cache::CacheLoad loaded = cache::Cache::open(place.file(), cache::CacheMode::read_only)->load();
    if (loaded.rows.owner != "../" + target.name) return paths;  // as seen from the cache's folder
    for (const cache::OutputRecord& row : loaded.rows.outputs) paths.emplace(row.path);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): a cache that cannot be read tells nothing
  }
  return paths;
}

/// Whether nothing is below `folder` but folders and `known` files.
bool holds_only(const disk::Disk& disk, const std::string& folder, const Paths& known) {
  std::vector<std::string> waiting = {folder};
  while (!waiting.empty()) {
    const std::string at = std::move(waiting.back());
    waiting.pop_back();
    for (const disk::DirEntry& entry : disk.list(at, [](std::string_view, disk::FileKind) { return true; })) {
      const std::string path = join_path(at, entry.name);
      if (entry.stat.kind == disk::FileKind::directory) {
        waiting.push_back(path);
      } else if (!known.contains(path)) {
        return false;
      }
    }
  }
  return true;
}

bool is_taken(const disk::Disk& disk, const std::string& path, const Paths& known) {
  try {
    const disk::FileKind kind = disk.stat(path, false).kind;
    return kind == disk::FileKind::directory ? !holds_only(disk, path, known) : kind != disk::FileKind::missing;
  } catch (const Error&) {
    return true;
  }
}

init::Findings survey(const disk::Disk& disk, const std::function<void(std::uint64_t)>& seen,
                      const std::function<bool()>& stop) {
  init::Findings findings;
  findings.built = built_formats();
  findings.listing = init::list_pictures(disk, findings.built, {}, seen, stop);
  const auto inspect_header = [](std::span<const std::byte> bytes) { return inspect(bytes); };
  findings.groups = init::group_pictures(findings.listing).groups;
  for (const init::Group& group : findings.groups)
    findings.kinds.push_back(init::look_at(disk, group.pictures, k_sample, inspect_header, stop));
  return findings;
}

std::string joined(const std::vector<std::string>& names) {
  constexpr std::size_t k_most = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), k_most); ++i)
    text += (i == 0 ? "" : ", ") + display_name(names[i]);
  return names.size() <= k_most ? text : text + " and " + std::to_string(names.size() - k_most) + " more";
}

std::vector<std::string> warnings_of(const init::Findings& findings) {
  std::vector<std::string> warnings;
  const init::Listing& listing = findings.listing;
  if (listing.pictures.empty()) {
    std::string text = "no pictures found";
    if (!listing.skipped.empty()) text += "; not looked into: " + joined(listing.skipped);
    warnings.push_back(text);
  }
  if (listing.cut_off)
    warnings.emplace_back("there are more pictures or folders than init looks at: check the sets before you build");
  if (!listing.unread.empty()) {
    std::string text;
    for (const auto& [format, count] : listing.unread)
      text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + format;
    warnings.push_back("left out, because thumbs does not read these formats: " + text);
  }
  if (!listing.unlistable.empty()) warnings.push_back("cannot be listed: " + joined(listing.unlistable));
  if (!listing.not_built.empty())
    warnings.push_back("left out, because this thumbs was built without their format: " + joined(listing.not_built));
  if (const auto unnamable = init::group_pictures(listing).unnamable; !unnamable.empty())
    warnings.push_back("left out, because a manifest is UTF-8 and cannot name them: " + joined(unnamable));
  for (const init::Kinds& kinds : findings.kinds)
    if (kinds.unreadable > 0)
      warnings.push_back(std::to_string(kinds.unreadable) + " of " + std::to_string(kinds.unreadable + kinds.looked) +
                         " pictures that init looked at will fail, such as " + kinds.trouble);
  return warnings;
}

bool belongs_to_git(const std::string& folder) {
  std::error_code error;
  for (fs::path at = folder;; at = at.parent_path()) {
    if (fs::exists(at / ".git", error)) return true;
    if (at == at.parent_path()) return false;
  }
}

bool is_usable(const std::string& text, const Target& target) {
  try {
    inspect_cache(parse_manifest(text, target.path, target.folder));
    return true;
  } catch (const Error&) {
    return false;
  }
}

/// The text with a cache that belongs to no other manifest.
std::string text_with_cache(const std::vector<init::ProposedSet>& sets, const Target& target) {
  constexpr int k_most = 100;
  std::string text = init::manifest_text(sets, usual_cache(target));
  for (int i = 2; i < k_most && !is_usable(text, target); ++i)
    text = init::manifest_text(sets, ".thumbs/" + plain_stem(target.name) + "-" + std::to_string(i) + ".db");
  return text;
}

StarterSet starter_set(const init::ProposedSet& proposed) {
  StarterSet set{.name = proposed.set.name,
                 .source = proposed.set.source,
                 .output = proposed.set.output,
                 .pictures = proposed.pictures,
                 .largest_width = proposed.kinds.largest_width,
                 .largest_height = proposed.kinds.largest_height,
                 .variants = {}};
  for (const Variant& variant : proposed.set.variants) set.variants.push_back(variant.name);
  return set;
}

void write_new(disk::Disk& disk, const Target& target, const std::string& text) {
  disk::Publisher publisher(disk);
  const std::string temporary = publisher.stage(target.name, std::as_bytes(std::span(text))).temporary;
  disk.sync({&temporary, 1});
  if (!publisher.place_new(temporary, target.name)) refuse_existing(target);
  disk.sync({&target.name, 1});
}

}  // namespace

std::string manifest_path(const InitOptions& options) {
  return options.folder.empty() ? options.file : (fs::path(options.folder) / options.file).string();
}

Starter write_starter(const InitOptions& options) {
  Observer nobody;
  return write_starter(options, nobody);
}

Starter write_starter(const InitOptions& options, Observer& observer) {
  const Target target = target_of(options);
  const std::unique_ptr<disk::Disk> disk = disk::open_disk(target.folder);
  if (disk->stat(target.name, false).kind != disk::FileKind::missing) refuse_existing(target);
  const auto stop = [&] { return options.stop != nullptr && options.stop->load(); };
  const init::Findings findings = survey(
      *disk, [&](std::uint64_t seen) { observer.scanning(seen); }, stop);
  const Paths former = former_outputs(target);
  const std::vector<init::ProposedSet> sets =
      init::propose(findings, [&](const std::string& path) { return is_taken(*disk, path, former); });
  Starter starter;
  starter.file = target.path;
  starter.text = text_with_cache(sets, target);
  for (const init::ProposedSet& set : sets) {
    starter.sets.push_back(starter_set(set));
    starter.pictures += set.pictures;
  }
  starter.warnings = warnings_of(findings);
  starter.in_git = belongs_to_git(target.folder);
  if (options.dry_run) return starter;
  write_new(*disk, target, starter.text);
  starter.written = true;
  return starter;
}

}  // namespace thumbs
