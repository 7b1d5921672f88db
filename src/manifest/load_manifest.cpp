// Loads a manifest from a file.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "disk/real_path.h"
#include "thumbs/manifest.h"

namespace thumbs {
namespace {

constexpr std::size_t k_max_bytes = std::size_t{16} << 20;  // far more than any real manifest

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

[[noreturn]] void refuse(const std::string& file, std::string message) {
  throw ManifestError({Diagnostic{file, 0, 0, "", std::move(message)}});
}

[[noreturn]] void refuse_unreadable(const std::string& file, int error) {
  if (error == ENOENT || error == ENOTDIR) refuse(file, "no such manifest; name another with -f FILE");
  refuse(file, "cannot be read: " + std::string(std::strerror(error)));
}

std::string read_file(const std::string& file) {
  const std::unique_ptr<std::FILE, CloseFile> stream(std::fopen(file.c_str(), "rbe"));
  if (!stream) refuse_unreadable(file, errno);
  std::string text;
  char block[65536];
  while (const std::size_t size = std::fread(block, 1, sizeof block, stream.get())) {
    text.append(block, size);
    if (text.size() > k_max_bytes) refuse(file, "is larger than 16 MiB: not a manifest");
  }
  if (std::ferror(stream.get()) != 0) refuse_unreadable(file, errno);
  return text;
}

bool is_cache(const Manifest& manifest, const std::string& path) {
  return path == manifest.cache || path == manifest.cache + "-journal";
}

/// The files that thumbs writes must not be the manifest, even through links, or each other.
void refuse_itself(const Manifest& manifest) {
  std::vector<Diagnostic> faults;
  const auto check = [&](const char* pointer, const std::string& path) {
    std::error_code error;
    const std::filesystem::path folder = manifest.folder;
    if (!std::filesystem::equivalent(folder / manifest.path, folder / path, error) || error) return;
    faults.push_back(manifest.at(pointer, "is the manifest itself: name another file"));
  };
  check("/cache", manifest.cache);
  if (manifest.lock) check("/lock", *manifest.lock);
  if (manifest.index) check("/index", *manifest.index);
  if (manifest.lock && is_cache(manifest, *manifest.lock))
    faults.push_back(manifest.at("/lock", "is the cache: name another file"));
  if (manifest.index && is_cache(manifest, *manifest.index))
    faults.push_back(manifest.at("/index", "is the cache: name another file"));
  if (manifest.lock && manifest.index == manifest.lock)
    faults.push_back(manifest.at("/index", "is the lockfile: name another file"));
  if (!faults.empty()) throw ManifestError(std::move(faults));
}

}  // namespace

Manifest load_manifest(const std::string& file) {
  const std::string text = read_file(file);
  const std::filesystem::path parent = std::filesystem::path(file).parent_path();
  const std::string folder = disk::real_path_of(parent.empty() ? "." : parent.string());
  if (folder.empty()) refuse_unreadable(file, errno);
  Manifest manifest = parse_manifest(text, file, folder);
  refuse_itself(manifest);
  return manifest;
}

}  // namespace thumbs
