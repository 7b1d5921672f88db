// Walks a folder, one level at a time.
#include "init/listing.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>
#include <utility>

#include "manifest/glob.h"
#include "path/path.h"
#include "thumbs/error.h"
#include "thumbs/manifest.h"

namespace thumbs::init {
namespace {

/// Dependencies, what tools build, and thumbnails.
constexpr std::array<std::string_view, 16> k_skipped_names = {
    "node_modules", "bower_components", "vendor", "venv",     "__pycache__", "dist",   "build",     "out", "target",
    "_site",        "_build",           "output", "coverage", "tmp",         "thumbs", "thumbnails"};

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool ends_with_ignoring_case(std::string_view name, std::string_view end) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return name.size() >= end.size() && std::equal(end.begin(), end.end(), name.end() - static_cast<long>(end.size()),
                                                 [&](char a, char b) { return lower(a) == lower(b); });
}

/// Pictures that a set does not take by default, unless it comes to take them.
constexpr std::array<std::string_view, 11> k_other_formats = {"svgz", "bmp", "gif", "heic", "heif", "jp2",
                                                              "jxl",  "psd", "svg", "tif",  "tiff"};

bool has_extension(std::string_view name, std::string_view extension) {
  return ends_with_ignoring_case(name, extension) && name.size() > extension.size() &&
         name[name.size() - extension.size() - 1] == '.';
}

/// One of k_other_formats; "" for any other name.
std::string_view other_format(std::string_view name) {
  const auto* found = std::find_if(k_other_formats.begin(), k_other_formats.end(),
                                   [&](std::string_view format) { return has_extension(name, format); });
  return found == k_other_formats.end() ? std::string_view{} : *found;
}

bool is_built(std::string_view name, const BuiltFormats& built) {
  if (ends_with_ignoring_case(name, ".webp")) return built.webp;
  if (ends_with_ignoring_case(name, ".avif")) return built.avif;
  return true;
}

/// The walk: folders to be listed wait in a queue, so that a limit leaves out the deepest.
class Walk {
 public:
  Walk(const disk::DiskReader& disk, const BuiltFormats& built, const ListingLimits& limits)
      : disk_(disk), built_(built), limits_(limits), taken_(Set{}.include.front()) {}

  Listing run(const std::function<void(std::uint64_t)>& seen, const std::function<bool()>& stop) {
    waiting_.emplace_back();
    for (std::size_t folders = 0; !waiting_.empty(); ++folders) {
      if (stop && stop()) throw Error(ErrorCode::interrupted, "interrupted");
      if (folders >= limits_.folders || found_.pictures.size() >= limits_.pictures) {
        found_.cut_off = true;
        break;
      }
      const std::string folder = std::move(waiting_.front());
      waiting_.pop_front();
      enter(folder);
      if (seen) seen(found_.pictures.size());
    }
    for (auto* paths : {&found_.pictures, &found_.links, &found_.skipped, &found_.unlistable})
      std::sort(paths->begin(), paths->end());
    return std::move(found_);
  }

 private:
  void enter(const std::string& folder) {
    try {
      const std::vector<disk::DirEntry> entries = disk_.list(folder, [&](std::string_view name, disk::FileKind kind) {
        if (folder.empty()) found_.top.emplace_back(name);
        if (kind == disk::FileKind::directory) return true;
        if (kind != disk::FileKind::regular && kind != disk::FileKind::symlink) return false;
        const bool taken = taken_.matches(name) || !named_extension(name, built_).empty();
        if (const std::string_view other = other_format(name); !taken && !other.empty())
          ++found_.unread[std::string(other)];
        return taken;
      });
      for (const disk::DirEntry& entry : entries) add(join_path(folder, entry.name), entry.name, entry.stat.kind);
    } catch (const Error&) {
      found_.unlistable.push_back(folder);
    }
  }

  void add(std::string path, const std::string& name, disk::FileKind kind) {
    if (kind == disk::FileKind::directory) {
      if (name.starts_with('.')) return;
      if (is_skipped(path, found_.top)) {
        found_.skipped.push_back(std::move(path));
      } else {
        waiting_.push_back(std::move(path));
      }
    } else if (!is_built(name, built_)) {
      found_.not_built.push_back(std::move(path));
    } else {
      (kind == disk::FileKind::symlink ? found_.links : found_.pictures).push_back(std::move(path));
    }
  }

  const disk::DiskReader& disk_;
  const BuiltFormats& built_;
  const ListingLimits& limits_;
  manifest::Glob taken_;
  Listing found_;
  std::deque<std::string> waiting_;
};

}  // namespace

std::string_view named_extension(std::string_view name, const BuiltFormats& built) {
  const std::pair<std::string_view, bool> extensions[] = {
      {"bmp", true},      {"gif", built.gif},  {"tif", built.tiff},  {"tiff", built.tiff},
      {"svg", built.svg}, {"svgz", built.svg}, {"heic", built.heic}, {"heif", built.heic}};
  for (const auto& [extension, is_read] : extensions)
    if (is_read && has_extension(name, extension)) return extension;
  return {};
}

bool is_hugo(const std::vector<std::string>& top) {
  const bool named = has(top, "hugo.toml") || has(top, "hugo.yaml") || has(top, "hugo.json");
  return named || (has(top, "config.toml") && has(top, "content"));
}

bool is_skipped(const std::string& path, const std::vector<std::string>& top) {
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);  // npos + 1 is 0
  if (path == "public" && is_hugo(top)) return true;                                 // Hugo builds the site there
  return std::find(k_skipped_names.begin(), k_skipped_names.end(), name) != k_skipped_names.end();
}

Listing list_pictures(const disk::DiskReader& disk, const BuiltFormats& built, const ListingLimits& limits,
                      const std::function<void(std::uint64_t)>& seen, const std::function<bool()>& stop) {
  return Walk(disk, built, limits).run(seen, stop);
}

}  // namespace thumbs::init
