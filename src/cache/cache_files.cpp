// File operations around a cache, none of which looks inside it.
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
#include "thumbs/error.h"

namespace thumbs {
namespace {

namespace fs = std::filesystem;

ErrorCode code_of(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return ErrorCode::no_space;
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOTDIR:
    case ELOOP:
    case ENAMETOOLONG:
    case EEXIST:
    case EISDIR: return ErrorCode::unwritable;
    default: return ErrorCode::io;
  }
}

[[noreturn]] void fail(const std::string& path, const std::string& what, int error) {
  throw Error(code_of(error), what + ": " + std::strerror(error), path, "cache");
}

std::string journal_of(const std::string& file) { return file + "-journal"; }

// How files that people keep begin. Damage of a cache that looks like one of these is not to be feared.
struct Signs {
  const char* name;
  std::string_view first;
  std::size_t place = 0;  // of the second sign
  std::string_view second = {};
};

constexpr Signs k_foreign[] = {
    {"a JPEG picture", "\xff\xd8\xff"},
    {"a PNG picture", "\x89PNG\r\n\x1a\n"},
    {"a GIF picture", "GIF8"},
    {"a WebP picture", "RIFF", 8, "WEBP"},
    {"an AVIF or HEIF picture, or a film", "", 4, "ftyp"},
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

// By the folders themselves, not by their names: links and the case of letters make many names of one.
bool lies_in(const fs::path& folder, const fs::path& path) {
  for (fs::path up = path; up.has_relative_path(); up = up.parent_path()) {
    std::error_code missing;
    if (fs::equivalent(up, folder, missing)) return true;
  }
  return false;
}

// A folder is as good as new without its .gitignore; only a full or failing disk is worth a fault, and the commit
// that follows meets that too.
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

// Adds what this call made to `made`.
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
    fail(folder, "cannot make the cache's folder", error);
  }
}

std::optional<StatData> stat_data_of(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  const auto nanoseconds = [](const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_nsec};
  };
  return StatData{.size = static_cast<std::uint64_t>(status.st_size),
                  .mtime_ns = nanoseconds(status.st_mtim),
                  .ctime_ns = nanoseconds(status.st_ctim),
                  .inode = status.st_ino};
}

// False where `from` is not there.
bool copy_file(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::copy_file(from, to, error);
  if (error == std::errc::no_such_file_or_directory) return false;
  if (!error) fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, error);
  if (error) fail(from, "cannot copy it to " + to, error.value());
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

CacheFileState look_at(const std::string& file) {
  struct stat status;
  if (stat(file.c_str(), &status) != 0) {
    if (errno == ENOENT) return CacheFileState::missing;
    fail(file, "cannot be reached", errno);
  }
  if (S_ISDIR(status.st_mode)) throw Error(ErrorCode::unwritable, "a folder stands in its place", file, "cache");
  if (!S_ISREG(status.st_mode)) throw Error(ErrorCode::unwritable, "is no regular file", file, "cache");
  // SQLite takes a single byte for an empty file too.
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
  for (const Signs& kind : k_foreign)
    if (head.starts_with(kind.first) && head.size() >= kind.place && head.substr(kind.place).starts_with(kind.second))
      return kind.name;
  const bool is_text =
      std::ranges::all_of(head, [](char c) { return c >= ' ' || c == '\n' || c == '\r' || c == '\t'; });
  const std::size_t start = head.find_first_not_of(" \n\r\t");
  if (!is_text || start == std::string_view::npos) return {};
  if (head[start] == '{' || head[start] == '[' || head.substr(start).starts_with("//")) return "a JSON text";
  return head[start] == '<' ? "an XML or HTML text" : "";
}

// The caller holds the cache's lock, so nobody takes N meanwhile. The journal goes second: one that is left over by a
// kill in between meets no database, and SQLite drops it when it makes the next.
std::string set_aside(const std::string& file) {
  std::string target;
  int n = 1;
  do {
    target = file + ".corrupt-" + std::to_string(n++);
  } while (exists(target) || exists(journal_of(target)));
  if (rename(file.c_str(), target.c_str()) != 0) fail(file, "cannot be set aside", errno);
  if (rename(journal_of(file).c_str(), journal_of(target).c_str()) != 0 && errno != ENOENT) {
    fail(journal_of(file), "cannot be set aside", errno);
  }
  return target;
}

// 1: note both files' signatures; 2: copy the journal, then the database; 3: both are as noted. Whoever rolls the
// journal back meanwhile removes it only when done, so a whole journal rolls back whatever mixture of pages step 2 has
// read; a new transaction makes a new journal, which step 3 sees.
std::optional<Snapshot> Snapshot::take(const std::string& file) {
  const std::optional<StatData> before = stat_data_of(file);
  const std::optional<StatData> journal_before = stat_data_of(journal_of(file));
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
    fail(folder, "cannot make a temporary folder", errno);
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

}  // namespace thumbs
