// Who reads a replaced file must go on reading its old bytes. Those who have it open refuse us a lease. A server may
// have closed it while the network card still reads its pages (sendfile): the kernel does not give up pages that are in
// use, so a file that has none in memory is free. And the kernel's NFS server has clients that keep files without
// opening them.
#include "disk/write_over.h"

#ifdef __linux__
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <string>
#endif

namespace thumbs::disk {

#if defined(__linux__) && defined(STATX_MNT_ID) && defined(STATX_ATTR_DAX)
namespace {

// The page of all that thumbs runs on but a few ARM machines, where files are not reused.
constexpr std::size_t k_page = k_block;
// Freeing and creating costs as much for a small file as for a large one, encoding does not.
constexpr std::size_t k_most_pages = 4;

bool serves_nfs() {
  static const bool serves = [] {
    std::ifstream file("/proc/filesystems");
    bool found = !file;
    for (std::string word; file >> word;) found |= word == "nfsd";
    return found;
  }();
  return serves;
}

// Quotas of projects: a file cannot be renamed from one to the other.
bool is_in_project(int fd) {
  fsxattr attributes{};
  return ::ioctl(fd, FS_IOC_FSGETXATTR, &attributes) == 0 && attributes.fsx_projid != 0;
}

bool has_attributes(int fd) { return ::flistxattr(fd, nullptr, 0) > 0; }

// Nobody else has it open or mapped. The signal that asks for the lease back is ignored unless the program handles it;
// the usual one ends the process. Closing the file gives the lease back.
bool take_lease(int fd) { return ::fcntl(fd, F_SETSIG, SIGURG) == 0 && ::fcntl(fd, F_SETLEASE, F_WRLCK) == 0; }

// As in linux/mman.h of 6.5, where cachestat(2) came.
struct CacheRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  // 0: to the end
};
struct CacheCounts {
  std::uint64_t in_memory, dirty, written, evicted, recently_evicted;
};
constexpr long k_cachestat = 451;

// Empty on older kernels.
std::optional<std::uint64_t> pages_in_memory(int fd) {
  const CacheRange all;
  CacheCounts counts{};
  return ::syscall(k_cachestat, fd, &all, &counts, 0U) == 0 ? std::optional(counts.in_memory) : std::nullopt;
}

// The same by way of a map, which costs more.
bool maps_no_page(int fd, std::size_t pages) {
  void* const bytes = ::mmap(nullptr, pages * k_page, PROT_READ, MAP_SHARED, fd, 0);
  if (bytes == MAP_FAILED) return false;
  std::array<unsigned char, k_most_pages> in_memory{};
  const bool known = ::mincore(bytes, pages * k_page, in_memory.data()) == 0;
  ::munmap(bytes, pages * k_page);
  return known && std::ranges::none_of(in_memory, [](unsigned char page) { return (page & 1U) != 0; });
}

bool has_no_pages(int fd, std::size_t pages) {
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  if (const auto count = pages_in_memory(fd)) return *count == 0;
  return maps_no_page(fd, pages);
}

// Whole pages, so that the kernel need not read what is on the disk before it changes a part.
bool write_whole_pages(int fd, std::span<const std::byte> bytes) {
  static constexpr std::array<std::byte, k_page> k_zeros{};
  const std::size_t size = blocks_of(bytes.size()) * k_page;
  const std::array<iovec, 2> parts{iovec{const_cast<std::byte*>(bytes.data()), bytes.size()},
                                   iovec{const_cast<std::byte*>(k_zeros.data()), size - bytes.size()}};
  return ::writev(fd, parts.data(), parts.size()) == static_cast<ssize_t>(size) &&
         ::ftruncate(fd, static_cast<off_t>(bytes.size())) == 0;
}

// False for files that a rename cannot bring into every folder, and those whose pages are not in memory.
bool look_at(const ReachablePath& place, struct statx& found) {
  constexpr std::uint64_t k_unusual = STATX_ATTR_ENCRYPTED | STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND | STATX_ATTR_DAX;
  return ::statx(place.folder(), place.path(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_MNT_ID, &found) == 0 &&
         (found.stx_mask & STATX_MNT_ID) != 0 && (found.stx_attributes & k_unusual) == 0;
}

FileTraits traits_in(const struct statx& found) {
  return {found.stx_mnt_id, found.stx_uid, found.stx_gid, found.stx_mode};
}

}  // namespace

bool is_worth_reusing(const ReachablePath& place) {
  const Fd fd(::openat(place.folder(), place.path(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct statfs system {};
  if (!fd || ::fstatfs(fd.get(), &system) != 0) return false;
  const bool is_known = system.f_type == EXT4_SUPER_MAGIC || system.f_type == XFS_SUPER_MAGIC;
  return is_known && static_cast<std::size_t>(system.f_bsize) <= k_page && ::sysconf(_SC_PAGESIZE) == long{k_page} &&
         !has_attributes(fd.get()) && !is_in_project(fd.get()) && !serves_nfs();
}

FileTraits traits_of(const ReachablePath& place) {
  struct statx found {};
  return look_at(place, found) ? traits_in(found) : FileTraits{};
}

std::optional<OldFile> reusable_file(const ReachablePath& place) {
  struct statx found {};
  if (!look_at(place, found) || !S_ISREG(found.stx_mode) || found.stx_nlink != 1) return std::nullopt;
  if (found.stx_size == 0 || blocks_of(found.stx_size) > k_most_pages) return std::nullopt;
  return OldFile{traits_in(found), found.stx_size};
}

bool write_over(const ReachablePath& place, std::span<const std::byte> bytes) {
  const Fd fd(::openat(place.folder(), place.path(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat found {};
  if (!fd || ::fstat(fd.get(), &found) != 0 || !S_ISREG(found.st_mode) || found.st_nlink != 1) return false;
  const std::size_t pages = blocks_of(static_cast<std::uint64_t>(found.st_size));
  return pages != 0 && pages <= k_most_pages && !has_attributes(fd.get()) && take_lease(fd.get()) &&
         has_no_pages(fd.get(), pages) && write_whole_pages(fd.get(), bytes);
}

#else

bool is_worth_reusing(const ReachablePath& /*place*/) { return false; }

FileTraits traits_of(const ReachablePath& /*place*/) { return {}; }

std::optional<OldFile> reusable_file(const ReachablePath& /*place*/) { return std::nullopt; }

bool write_over(const ReachablePath& /*place*/, std::span<const std::byte> /*bytes*/) { return false; }

#endif

}  // namespace thumbs::disk
