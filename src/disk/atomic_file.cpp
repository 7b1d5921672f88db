// Atomic replacement of files, and the removal of temporary files that a killed run left.
#include "disk/atomic_file.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <optional>
#include <utility>

#include "disk/content.h"
#include "parallel/parallel.h"
#include "path/path.h"
#include "support/hash.h"
#include "thumbs/error.h"

namespace thumbs::disk {
namespace {

// Ignores errors: the first one is reported, and the next run sweeps.
void remove_quietly(Disk& disk, const std::string& temporary) noexcept {
  try {
    disk.remove(temporary);
  } catch (const std::exception&) {
  }
}

// Where process ids mean something: 8 hex digits for this machine and its process namespace. Containers that share a
// folder have equal ids, and one often.
const std::string& process_place() {
  static const std::string place = [] {
    std::array<char, 256> text{};
    if (gethostname(text.data(), text.size() - 1) != 0) text = {};
    std::string names = text.data();
    const ssize_t size = readlink("/proc/self/ns/pid", text.data(), text.size());
    if (size > 0) names.append(text.data(), static_cast<std::size_t>(size));
    return hash_text(names).hex().substr(0, 8);
  }();
  return place;
}

// Short, so that it fits wherever the output's name fits: process, count, place. The sweep reads the process and the
// place.
std::string temporary_name() {
  static std::atomic<std::uint64_t> count{0};
  return std::string(k_temporary_prefix) + std::to_string(getpid()) + "-" + std::to_string(++count) + "-" +
         process_place();
}

// Nobody has asked yet how it ended.
bool is_zombie(const std::string& process) {
  std::ifstream file("/proc/" + process + "/stat");
  std::string stat;
  std::getline(file, stat);
  const std::size_t name_end = stat.rfind(')');  // "PID (NAME) STATE …"; a name may hold anything
  return name_end != std::string::npos && stat.substr(name_end + 1).starts_with(" Z");
}

// The name of a process's program; empty if unknown.
std::string program_of(const std::string& process) {
  std::ifstream file("/proc/" + process + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

// Process ids are reused: if it runs another program, the owner of the temporary file is dead.
bool is_one_of_us(pid_t process) {
  const std::string name = program_of(std::to_string(process));
  return name.empty() || name == program_of("self");
}

// The place in a temporary file's name; "" where it has none, as earlier versions made them.
std::string_view place_in(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  constexpr std::size_t k_digits = 8;
  return std::ranges::count(name, '-') == 4 && name.size() - dash - 1 == k_digits ? name.substr(dash + 1) : "";
}

bool is_of_elsewhere(std::string_view name) {
  const std::string_view place = place_in(name);
  return !place.empty() && place != process_place();
}

// Of a process that cannot be asked, a file counts as dead once it is this old.
constexpr std::int64_t k_longest_write_ns = std::int64_t{3600} * 1'000'000'000;

bool was_left_elsewhere(const DiskReader& disk, const std::string& path) {
  return disk.now_ns() - disk.stat(path, false).stat_data.mtime_ns > k_longest_write_ns;
}

// A staging folder with its temporary files, and with the empty folder that is in one which was not yet finished.
// Returns how many files. Another's folder that is only named like one keeps what is in it.
std::size_t remove_staging(Disk& disk, const std::string& staging) {
  std::size_t removed = 0;
  const auto temporaries = disk.list(staging, [](std::string_view name, FileKind kind) {
    return (kind == FileKind::regular || kind == FileKind::directory) && name.starts_with(k_temporary_prefix);
  });
  for (const DirEntry& entry : temporaries) {
    const std::string path = join_path(staging, entry.name);
    if (entry.stat.kind == FileKind::directory)
      disk.remove_empty_directory(path);
    else
      removed += disk.remove(path) ? 1 : 0;
  }
  disk.remove_empty_directory(staging);
  return removed;
}

bool owner_lives(std::string_view name) {
  name.remove_prefix(k_temporary_prefix.size());
  pid_t owner = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), owner);
  if (error != std::errc{} || owner <= 0 || end == name.data() + name.size() || *end != '-') return false;
  // Our own process id belongs to a dead process: this run sweeps before it writes.
  if (owner == getpid() || (kill(owner, 0) != 0 && errno != EPERM)) return false;
  return is_one_of_us(owner) && !is_zombie(std::to_string(owner));
}

std::size_t sweep_folder(Disk& disk, const std::string& folder) {
  std::size_t removed = 0;
  const auto leftovers = disk.list(folder, [](std::string_view name, FileKind kind) {
    return (kind == FileKind::regular || kind == FileKind::directory) && name.starts_with(k_temporary_prefix) &&
           (is_of_elsewhere(name) || !owner_lives(name));
  });
  for (const DirEntry& entry : leftovers) {
    const std::string path = join_path(folder, entry.name);
    if (is_of_elsewhere(entry.name) && !was_left_elsewhere(disk, path)) continue;
    removed += entry.stat.kind == FileKind::directory ? remove_staging(disk, path) : disk.remove(path) ? 1 : 0;
  }
  return removed;
}

}  // namespace

Publisher::~Publisher() {
  drop_spares();
  for (const auto& [path, folder] : folders_)
    for (const std::string& staging : folder.staging) disk_.remove_empty_directory(staging);
}

// The output's folder, or its staging folder.
Publisher::Place Publisher::place_for_temporaries(const std::string& folder) {
  const std::lock_guard lock(mutex_);
  const auto known = folders_.find(folder);
  if (known != folders_.end()) {
    const Folder& here = known->second;
    return {here.staging.empty() ? folder : here.staging.back(), here.traits};
  }
  for (std::string& made : disk_.make_directories(folder)) made_folders_.push_back(std::move(made));
  folders_.emplace(folder, Folder{});
  return {folder, std::nullopt};
}

// Returns the temporary file.
std::string Publisher::write(const std::string& folder, std::span<const std::byte> bytes) {
  const Place place = place_for_temporaries(folder);
  if (place.traits) {
    if (std::optional<std::string> spare = write_over(*place.traits, bytes)) return std::move(*spare);
  }
  try {
    return write_new(folder, place, bytes);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::no_space || !drop_spares()) throw;
    return write_new(folder, place, bytes);
  }
}

std::string Publisher::write_new(const std::string& folder, const Place& place, std::span<const std::byte> bytes) {
  std::string temporary = join_path(place.folder, temporary_name());
  const auto start = std::chrono::steady_clock::now();
  disk_.write_new(temporary, bytes);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  note_time(folder, elapsed.count());
  if (!place.traits) {
    const FileTraits traits = disk_.traits_of_new(temporary);
    const std::lock_guard lock(mutex_);
    folders_[folder].traits = traits;
  }
  return temporary;
}

// Whether the temporary file was made for an output of this folder.
bool Publisher::is_of_folder(std::string_view temporary, std::string_view folder) {
  const std::string_view own = parent_of(temporary);
  const std::string_view name = own.substr(own.rfind('/') + 1);
  return own == folder || (name.starts_with(k_temporary_prefix) && parent_of(own) == folder);
}

// Empty if there is no spare file, or somebody may still read it.
std::optional<std::string> Publisher::write_over(const FileTraits& traits, std::span<const std::byte> bytes) {
  std::optional<std::string> spare = spares_.take(traits, bytes.size());
  if (!spare || disk_.write_over(*spare, bytes)) return spare;
  drop(*spare);
  return std::nullopt;
}

// Returns whether there were any.
bool Publisher::drop_spares() noexcept {
  const std::vector<std::string> spares = spares_.take_all();
  for (const std::string& spare : spares) drop(spare);
  return !spares.empty();
}

// Makes a staging folder once several files in a row took long; fewer are enough where that was so in another folder. A
// staging folder may lie where others were deleted, too: then there is a next one.
void Publisher::note_time(const std::string& folder, double seconds) {
  constexpr double k_slow = 60e-6;  ///< seconds; usual are 15e-6 for a small file
  constexpr std::size_t k_most = 8;
  const std::lock_guard lock(mutex_);
  const int in_a_row = creating_was_slow_ ? 4 : 16;
  Folder& here = folders_[folder];
  if (!here.can_stage) return;
  here.seconds += seconds;
  if (++here.files < in_a_row) return;
  if (here.seconds > in_a_row * k_slow) {
    creating_was_slow_ = true;
    std::string staging = join_path(folder, temporary_name());
    here.can_stage =
        here.staging.size() < k_most && disk_.make_folder_apart(staging, join_path(folder, temporary_name()));
    if (here.can_stage) here.staging.push_back(std::move(staging));
  }
  here.files = 0;
  here.seconds = 0;
}

std::vector<std::string> Publisher::take_made_folders() {
  const std::lock_guard lock(mutex_);
  return std::exchange(made_folders_, {});
}

// An error is the output's: people know nothing of temporary files.
template <class Body>
auto Publisher::or_drop(const std::string& temporary, const std::string& path, const Body& body) {
  try {
    return body();
  } catch (const Error& error) {
    drop(temporary);
    throw Error(error.code(), error.message(), path, "write");
  }
}

Publisher::Staged Publisher::stage(const std::string& path, std::span<const std::byte> bytes) {
  const std::string folder(parent_of(path));
  std::string temporary;
  --expected_;
  try {
    temporary = write(folder, bytes);
  } catch (const Error& error) {
    throw Error(error.code(), error.message(), path, "write");
  }
  // Stat before the rename, which keeps size and mtime: another program may write to `path` right after it.
  const FileStat stat = or_drop(temporary, path, [&] { return disk_.stat(temporary, false); });
  return {std::move(temporary), stat};
}

// Whether a file that is replaced in path's folder can be written over, and is needed for that. Else it is freed at
// once, beside the work.
bool Publisher::keeps_replaced(const std::string& path) {
  if (static_cast<std::ptrdiff_t>(spares_.count()) >= expected_) return false;
  const std::lock_guard lock(mutex_);
  const auto folder = folders_.find(std::string(parent_of(path)));
  return folder != folders_.end() && folder->second.traits && folder->second.traits->mount != 0;
}

void Publisher::rename_or_keep(const std::string& temporary, const std::string& path) {
  if (!keeps_replaced(path)) return disk_.rename(temporary, path);
  const std::optional<OldFile> old = disk_.rename_keeping(temporary, path);
  if (old && !spares_.add(*old, temporary)) drop(temporary);
}

// For a spare file of another folder that cannot be renamed into this one: a sandbox of Linux before 5.19 forbids that,
// and so may quotas. No more files are reused then.
void Publisher::copy_over(const std::string& temporary, const std::string& path) {
  spares_.close();
  drop_spares();
  replace_file(disk_, path, read_bytes(disk_, temporary, 0));
  drop(temporary);
}

void Publisher::place(const std::string& temporary, const std::string& path) {
  or_drop(temporary, path, [&] {
    try {
      rename_or_keep(temporary, path);
    } catch (const Error&) {
      if (is_of_folder(temporary, parent_of(path))) throw;
      copy_over(temporary, path);
    }
  });
}

bool Publisher::place_new(const std::string& temporary, const std::string& path) {
  const bool placed = or_drop(temporary, path, [&] { return disk_.rename_new(temporary, path); });
  if (!placed) drop(temporary);
  return placed;
}

void Publisher::drop(const std::string& temporary) noexcept { remove_quietly(disk_, temporary); }

std::vector<std::string> replace_file(Disk& disk, const std::string& path, std::span<const std::byte> bytes) {
  const std::string folder(parent_of(path));
  const std::string temporary = join_path(folder, temporary_name());
  std::vector<std::string> made = disk.make_directories(folder);
  disk.write_new(temporary, bytes);
  try {
    disk.sync({&temporary, 1});
    disk.rename(temporary, path);
  } catch (const Error&) {
    remove_quietly(disk, temporary);
    throw;
  }
  disk.sync({&path, 1});
  return made;
}

std::size_t sweep_temporaries(Disk& disk, const std::vector<std::string>& folders) {
  std::atomic<std::size_t> removed = 0;
  parallel::for_each_index(folders.size(), [&](std::size_t i) {
    try {
      removed += sweep_folder(disk, folders[i]);
    } catch (const Error&) {
      // The folder is missing or cannot be listed: writing will report it.
    }
  });
  return removed;
}

}  // namespace thumbs::disk
