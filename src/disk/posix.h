// What the files of the real disk share of POSIX: errno as Error, struct stat as FileStat.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <string>
#include <string_view>

#include "disk/disk.h"
#include "support/fd.h"
#include "thumbs/error.h"

namespace thumbs {

/// fstatat(2), EINTR retried, as a FileStat; kind `missing` where nothing is or can be of that name. Returns 0, or the
/// errno of any other failure. `path` is no longer than the kernel takes.
int stat_at(int folder, const char* path, bool follow_links, FileStat& out);

/// The same for a path of any length; "" is the folder itself.
int stat_path(int folder, const std::string& path, bool follow_links, FileStat& out);

FileKind kind_of(mode_t mode);
FileStat to_file_stat(const struct stat& from);

enum class Access { read, write };

/// Throws the Error that errno value `error` stands for.
[[noreturn]] void throw_errno(int error, Access access, const std::string& path, std::string_view stage);

}  // namespace thumbs
