// What a run reads and writes, from its manifest.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <climits>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cache/cache_files.h"
#include "cache/former_folders.h"
#include "disk/real_path.h"
#include "engine/engine.h"
#include "library/check.h"
#include "manifest/marks.h"
#include "manifest/side_files.h"
#include "path/path.h"
#include "support/fd.h"
#include "thumbs/error.h"
#include "thumbs/sandbox.h"

namespace thumbs {
namespace {

bool is_there(const std::string& path) { return static_cast<bool>(open_at(AT_FDCWD, path, O_PATH)); }

/// `folder`, or the nearest one above it that exists.
std::string nearest_folder(std::string folder) {
  while (folder.size() > 1 && !is_there(folder)) folder = parent_of(folder);
  return folder.empty() ? "/" : folder;
}

std::string absolute_in(const std::string& folder, const std::string& path) {
  return path.starts_with('/') ? path : join_path(folder, path);
}

std::string parent_of_folder(const std::string& folder) { return nearest_folder(std::string(parent_of(folder))); }

std::string folder_of_file(const std::string& file) {
  // What a link means may lie elsewhere.
  const std::string real = disk::real_path_of(file);
  return std::string(parent_of(real.empty() ? file : real));
}

/// What libraries read at any time: the state of the machine and of this process, and of /usr what belongs to the
/// system's libraries.
void add_system(std::vector<std::string>& read) {
  for (const char* path : {"/proc", "/sys/devices/system", "/sys/kernel/mm", "/sys/fs/cgroup", "/dev/null",
                           "/dev/urandom", "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib",
                           "/usr/share/locale", "/usr/share/zoneinfo", "/etc/localtime", "/etc/ld.so.cache"})
    read.emplace_back(path);
}

/// Adds what links below `folder` mean, unless it lies in the source folder itself.
class LinkWalk {
 public:
  LinkWalk(std::string root, std::vector<std::string>& read) : root_(std::move(root)), read_(read) {}

  void walk(const std::string& folder) {
    const std::unique_ptr<DIR, int (*)(DIR*)> open(opendir(folder.c_str()), closedir);
    if (!open) return;
    while (const dirent* entry = readdir(open.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      const std::string path = join_path(folder, name);
      const bool unknown = entry->d_type == DT_UNKNOWN;
      if (entry->d_type == DT_LNK || (unknown && is_link(path))) {
        follow(path);
      } else if (entry->d_type == DT_DIR || unknown) {
        walk(path);
      }
    }
  }

 private:
  static bool is_link(const std::string& path) {
    struct stat status {};
    return lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
  }
  void follow(const std::string& link) {
    const std::string real = disk::real_path_of(link);
    if (real.empty() || is_at_or_below(real, root_) || !seen_.insert(real).second) return;
    read_.push_back(real);
    walk(real);  // of a file nothing
  }

  std::string root_;
  std::vector<std::string>& read_;
  std::set<std::string> seen_;
};

class Collector {
 public:
  Collector(const Manifest& manifest, const Options& options)
      : manifest_(library::located(manifest)), writes_(engine::writes(options)) {}

  SandboxPaths all(bool lasting) {
    if (lasting) write_in(manifest_.folder);
    add_system(paths_.read);
    // The C library finds the name of so deep a folder by listing those above it.
    if (manifest_.folder.size() >= PATH_MAX) paths_.list.emplace_back("/");
    add_manifest();
    for (const Set& set : manifest_.sets) add_set(set);
    add_cache();
    for (const std::string& file : manifest::side_files(manifest_)) write_in(folder_of_file(absolute(file)));
    return std::move(paths_);
  }

 private:
  std::string absolute(const std::string& path) const { return absolute_in(manifest_.folder, path); }
  void write_in(const std::string& folder) {
    // A run that changes nothing need not be able to.
    (writes_ ? paths_.write : paths_.read).push_back(nearest_folder(folder));
    // When outputs go, so may the folders that were made for them.
    if (writes_)
      paths_.tidy.push_back(is_at_or_below(folder, manifest_.folder) ? manifest_.folder : parent_of_folder(folder));
  }

  void add_manifest() {
    paths_.read.push_back(absolute(manifest_.path));
    for (const std::string& file : manifest::mark_files(manifest_)) paths_.read.push_back(absolute(file));
  }

  void add_set(const Set& set) {
    const std::string source = absolute(set.source);
    paths_.read.push_back(source);
    if (const std::string real = disk::real_path_of(source); set.follow_symlinks && !real.empty())
      LinkWalk(real, paths_.read).walk(real);
    write_in(absolute(set.output));
  }

  void add_cache() {
    const std::string file = absolute(manifest_.cache);
    write_in(folder_of_file(file));
    if (!is_there(file)) return;
    // What a killed run left half done is put right in a copy, if the run may not change the original.
    if (!writes_ && is_there(file + "-journal"))
      paths_.write.push_back(std::filesystem::temp_directory_path().string());
    std::vector<std::string> outputs;
    for (const Set& set : manifest_.sets) outputs.push_back(set.output);
    try {
      const cache::ReachableCache place(manifest_.folder, manifest_.cache);
      for (const std::string& folder : cache::former_folders(place.file(), outputs)) write_in(absolute(folder));
    } catch (const Error&) {
      write_in(manifest_.folder);  // the run will mend or refuse it, and then know its outputs
    }
  }

  Manifest manifest_;
  bool writes_;
  SandboxPaths paths_;
};

/// Whether what stands at `path`, or will, is in reach.
bool reaches(const std::vector<std::string>& allowed, const std::string& path) {
  const std::string real = disk::real_path_of(nearest_folder(path));
  for (const std::string& folder : allowed)
    if (is_at_or_below(real, disk::real_path_of(folder))) return true;
  return false;
}

}  // namespace

SandboxPaths sandbox_paths(const Manifest& manifest, const Options& options, bool lasting) {
  return Collector(manifest, options).all(lasting);
}

SandboxPaths sandbox_paths(const std::string& folder, const std::string& file) {
  SandboxPaths paths;
  add_system(paths.read);
  paths.read.push_back(folder.empty() ? "." : folder);
  allow_writing(paths, file);
  return paths;
}

void allow_writing(SandboxPaths& paths, const std::string& file) {
  struct stat status {};
  const bool special = stat(file.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
  const std::string folder = folder_of_file(file);
  paths.write.push_back(special ? file : folder.empty() ? "." : nearest_folder(folder));
}

std::vector<Diagnostic> outside_of_sandbox(const Manifest& manifest, const SandboxPaths& paths) {
  const Manifest located = library::located(manifest);
  std::vector<std::string> readable = paths.read;
  readable.insert(readable.end(), paths.write.begin(), paths.write.end());
  std::vector<Diagnostic> faults;
  const auto look = [&](const std::vector<std::string>& allowed, std::string pointer, const std::string& path) {
    if (!reaches(allowed, absolute_in(located.folder, path)))
      faults.push_back(located.at(std::move(pointer), "\"" + path +
                                                          "\" is outside of the sandbox that was set up at the "
                                                          "start: start thumbs again to use it"));
  };
  for (std::size_t i = 0; i < located.sets.size(); ++i) {
    const std::string set = "/sets/" + std::to_string(i);
    look(readable, set + "/source", located.sets[i].source);
    look(paths.write, set + "/output", located.sets[i].output);
  }
  look(paths.write, "/cache", located.cache);
  for (const std::string& file : manifest::side_files(located))
    look(paths.write, located.lock == file ? "/lock" : "/index", file);
  return faults;
}

}  // namespace thumbs
