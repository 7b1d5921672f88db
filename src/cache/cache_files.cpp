// File operations that do not look inside the database.
#include "cache/cache_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include "disk/disk.h"
#include "support/errno_code.h"
#include "thumbs/error.h"

namespace thumbs::cache {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, const std::string& what, int error) {
  throw Error(write_error_code(error), what + ": " + std::strerror(error), path, "cache");
}

std::string journal_of(const std::string& file) { return file + "-journal"; }

// Signatures of files that people keep. Damage never makes a cache look like one of these.
struct Signature {
  const char* name;
  std::string_view first;
  std::size_t second_offset = 0;
  std::string_view second = {};
};

constexpr Signature k_foreign[] = {
    {"a JPEG picture", "\xff\xd8\xff"},
    {"a PNG picture", "\x89PNG\r\n\x1a\n"},
    {"a GIF picture", "GIF8"},
    {"a WebP picture", "RIFF", 8, "WEBP"},
    {"an AVIF or HEIF picture, or a video", "", 4, "ftyp"},
    {"a TIFF picture", {"II*\0", 4}},
    {"a TIFF picture", {"MM\0*", 4}},
    {"a PDF document", "%PDF-"},
    {"a ZIP archive", "PK\x03\x04"},
    {"a gzip archive", "\x1f\x8b\x08"},
};

bool exists(const std::string& path) {
  struct stat status;
  return lstat(path.c_str(), &status) == 0;
}

constexpr std::string_view k_everything = "*\n";

// Compares device and inode, not names: with links and case-insensitive file systems one folder has many names.
bool lies_in(const fs::path& folder, const fs::path& path) {
  for (fs::path up = path; up.has_relative_path(); up = up.parent_path()) {
    std::error_code missing;
    if (fs::equivalent(up, folder, missing)) return true;
  }
  return false;
}

// Ignores errors: the cache works without a .gitignore, and the commit that follows reports a full or failing disk.
void write_gitignore(const std::string& folder) {
  const std::string path = folder + "/.gitignore";
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return;
  const bool whole = write(fd, k_everything.data(), k_everything.size()) == ssize_t{k_everything.size()};
  close(fd);
  if (!whole) unlink(path.c_str());
}

bool is_folder(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// Appends the folders that it creates to `made`.
void make_folder(const std::string& folder, std::vector<std::string>& made) {
  bool is_new = mkdir(folder.c_str(), 0777) == 0;
  if (!is_new && errno == ENOENT && folder_of(folder) != folder) {
    make_folder(folder_of(folder), made);
    is_new = mkdir(folder.c_str(), 0777) == 0;
  }
  const int error = errno;
  if (is_new) {
    made.push_back(folder);
  } else if (!is_folder(folder)) {
    fail(folder, "cannot create the cache folder", error);
  }
}

std::optional<disk::StatData> stat_data_of(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  const auto nanoseconds = [](const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_nsec};
  };
  return disk::StatData{.size = static_cast<std::uint64_t>(status.st_size),
                        .mtime_ns = nanoseconds(status.st_mtim),
                        .ctime_ns = nanoseconds(status.st_ctim),
                        .inode = status.st_ino};
}

// False if `from` does not exist.
bool copy_file(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::copy_file(from, to, error);
  if (error == std::errc::no_such_file_or_directory) return false;
  if (!error) fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, error);
  if (error) fail(from, "cannot be copied to " + to, error.value());
  return true;
}

}  // namespace

ReachableCache::ReachableCache(const std::string& folder, const std::string& cache)
    : base_(folder), file_(name_of(cache)) {
  constexpr std::size_t k_longest_folder = 3000;
  if (folder.size() <= k_longest_folder) return;
  folder_ = open_folder_at(AT_FDCWD, folder);
  if (!folder_) return;
  base_ = "/proc/self/fd/" + std::to_string(folder_.get());
  file_ = name_of(cache);
}

CacheFileState cache_file_state(const std::string& file) {
  struct stat status;
  if (stat(file.c_str(), &status) != 0) {
    if (errno == ENOENT) return CacheFileState::missing;
    fail(file, "cannot be accessed", errno);
  }
  if (S_ISDIR(status.st_mode)) throw Error(ErrorCode::unwritable, "is a folder", file, "cache");
  if (!S_ISREG(status.st_mode)) throw Error(ErrorCode::unwritable, "is not a regular file", file, "cache");
  // SQLite treats a one-byte file as empty too.
  return status.st_size <= 1 ? CacheFileState::empty : CacheFileState::present;
}

std::string folder_of(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : file.substr(0, slash);
}

std::vector<std::string> make_cache_folder(const std::string& folder, std::span<const std::string> neighbours) {
  std::vector<std::string> made;
  make_folder(folder, made);
  if (made.empty()) return made;
  if (std::ranges::none_of(neighbours, [&](const std::string& path) { return lies_in(folder, path); }))
    write_gitignore(folder);
  return made;
}

bool has_our_gitignore(const std::string& folder) {
  std::ifstream file(folder + "/.gitignore", std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {}) == k_everything;
}

void make_empty_file(const std::string& file) noexcept {
  const Fd fd(open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666));
}

std::string foreign_kind(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 64> bytes{};
  stream.read(bytes.data(), bytes.size());
  const std::string_view head(bytes.data(), static_cast<std::size_t>(stream.gcount()));
  for (const Signature& kind : k_foreign)
    if (head.starts_with(kind.first) && head.size() >= kind.second_offset &&
        head.substr(kind.second_offset).starts_with(kind.second))
      return kind.name;
  const bool is_text =
      std::ranges::all_of(head, [](char c) { return c >= ' ' || c == '\n' || c == '\r' || c == '\t'; });
  const std::size_t start = head.find_first_not_of(" \n\r\t");
  if (!is_text || start == std::string_view::npos) return {};
  if (head[start] == '{' || head[start] == '[' || head.substr(start).starts_with("//")) return "a JSON file";
  return head[start] == '<' ? "an XML or HTML file" : "";
}

// The caller holds the cache's lock, so N stays free. The journal goes second: if a kill in between leaves it alone,
// SQLite deletes it when it creates the next database.
std::string set_aside(const std::string& file) {
  std::string target;
  int n = 1;
  do {
    target = file + ".corrupt-" + std::to_string(n++);
  } while (exists(target) || exists(journal_of(target)));
  if (rename(file.c_str(), target.c_str()) != 0) fail(file, "cannot be renamed to " + target, errno);
  if (rename(journal_of(file).c_str(), journal_of(target).c_str()) != 0 && errno != ENOENT) {
    fail(journal_of(file), "cannot be renamed to " + journal_of(target), errno);
  }
  return target;
}

// 1: stat both files; 2: copy the journal, then the database; 3: check that both stats are the same. A process that
// rolls the journal back meanwhile removes it only at the end, so a whole journal repairs any mixture of pages that
// step 2 has read; a new transaction creates a new journal, which step 3 notices.
std::optional<Snapshot> Snapshot::take(const std::string& file) {
  const std::optional<disk::StatData> before = stat_data_of(file);
  const std::optional<disk::StatData> journal_before = stat_data_of(journal_of(file));
  if (!before || !journal_before) return std::nullopt;
  Snapshot snapshot;
  if (!copy_file(journal_of(file), journal_of(snapshot.file()))) return std::nullopt;
  if (!copy_file(file, snapshot.file())) return std::nullopt;
  if (stat_data_of(file) != before || stat_data_of(journal_of(file)) != journal_before) return std::nullopt;
  return snapshot;
}

Snapshot::Snapshot() {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  folder_ = (error ? fs::path("/tmp") : parent).string() + "/thumbs-XXXXXX";
  if (mkdtemp(folder_.data()) == nullptr) {
    const std::string folder = std::exchange(folder_, {});
    fail(folder, "cannot create a temporary folder", errno);
  }
}

Snapshot::Snapshot(Snapshot&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}

Snapshot& Snapshot::operator=(Snapshot&& other) noexcept {
  if (this != &other) {
    remove();
    folder_ = std::exchange(other.folder_, {});
  }
  return *this;
}

Snapshot::~Snapshot() { remove(); }

void Snapshot::remove() noexcept {
  if (folder_.empty()) return;
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  folder_.clear();
}

}  // namespace thumbs::cache
