// Its own names for what is newer than the headers of the oldest system that thumbs is built on.
#include "sandbox/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "support/fd.h"
#include "thumbs/error.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

namespace thumbs::sandbox {
namespace {

// Rights to files, by bit (linux/landlock.h).
constexpr std::uint64_t k_write_file = 1U << 1;
constexpr std::uint64_t k_read_file = 1U << 2;
constexpr std::uint64_t k_read_folder = 1U << 3;
constexpr std::uint64_t k_remove_folder = 1U << 4;
constexpr std::uint64_t k_remove_file = 1U << 5;
constexpr std::uint64_t k_make_folder = 1U << 7;
constexpr std::uint64_t k_make_file = 1U << 8;
constexpr std::uint64_t k_move = 1U << 13;      // rename and link across folders; ABI 2
constexpr std::uint64_t k_truncate = 1U << 14;  // ABI 3

constexpr std::uint64_t k_reading = k_read_file | k_read_folder;
constexpr std::uint64_t k_writing =
    k_reading | k_write_file | k_remove_folder | k_remove_file | k_make_folder | k_make_file | k_move | k_truncate;
constexpr std::uint64_t k_of_a_file = k_read_file | k_write_file | k_truncate;

constexpr std::uint64_t k_tcp = 0x3;     // bind, connect; ABI 4
constexpr std::uint64_t k_scopes = 0x3;  // abstract Unix sockets, signals; ABI 6

struct Ruleset {
  std::uint64_t files;
  std::uint64_t network;
  std::uint64_t scopes;
};

// As the kernel wants it: without padding.
struct __attribute__((packed)) BelowPath {
  std::uint64_t allowed;
  std::int32_t fd;
};

constexpr int k_rule_below_path = 1;
constexpr unsigned k_ask_version = 1;

// All that a kernel of this ABI can forbid.
Ruleset forbidden(int abi) {
  const int bits = abi >= 5 ? 16 : abi >= 3 ? 15 : abi == 2 ? 14 : 13;
  return {(std::uint64_t{1} << bits) - 1, abi >= 4 ? k_tcp : 0, abi >= 6 ? k_scopes : 0};
}

[[noreturn]] void fail(const char* what) {
  throw Error(ErrorCode::internal, std::string("Landlock: ") + what + ": " + std::strerror(errno), {}, "sandbox");
}

void allow(const Fd& ruleset, const std::string& path, std::uint64_t rights) {
  const Fd place = open_at(AT_FDCWD, path, O_PATH);
  struct stat status {};
  if (!place || fstat(place.get(), &status) != 0) return;
  if (!S_ISDIR(status.st_mode)) rights &= k_of_a_file;
  if (rights == 0) return;
  const BelowPath rule{rights, place.get()};
  if (syscall(SYS_landlock_add_rule, ruleset.get(), k_rule_below_path, &rule, 0U) != 0) fail(path.c_str());
}

}  // namespace

std::optional<int> landlock_abi() {
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0}, k_ask_version);
  return abi > 0 ? std::optional(static_cast<int>(abi)) : std::nullopt;
}

void restrict_files(int abi, const Rights& rights) {
  const Ruleset wanted = forbidden(abi);
  // Older kernels take the longer structure as long as its rest is zero.
  const Fd ruleset(static_cast<int>(syscall(SYS_landlock_create_ruleset, &wanted, sizeof wanted, 0U)));
  if (!ruleset) fail("cannot make a ruleset");
  for (const std::string& path : rights.read) allow(ruleset, path, k_reading & wanted.files);
  for (const std::string& path : rights.write) allow(ruleset, path, k_writing & wanted.files);
  for (const std::string& path : rights.tidy) allow(ruleset, path, k_remove_folder | k_read_folder);
  for (const std::string& path : rights.list) allow(ruleset, path, k_read_folder);
  if (syscall(SYS_landlock_restrict_self, ruleset.get(), 0U) != 0) fail("cannot restrict the process");
}

}  // namespace thumbs::sandbox
