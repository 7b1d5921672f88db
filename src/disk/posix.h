// Converts errno to Error and struct stat to FileStat.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <string>
#include <string_view>

#include "disk/disk.h"
#include "support/fd.h"
#include "thumbs/error.h"

namespace thumbs::disk {

/// fstatat(2), retried on EINTR. Kind is `missing` if the file does not or cannot exist. Returns 0, or the errno of
/// other failures. REQUIRES `path` shorter than PATH_MAX.
int stat_at(int folder, const char* path, bool follow_links, FileStat& out);

/// The same for paths of any length; "" is the folder itself.
int stat_path(int folder, const std::string& path, bool follow_links, FileStat& out);

FileKind kind_of(mode_t mode);
FileStat to_file_stat(const struct stat& from);

enum class Access { read, write };

/// Throws the Error for an errno value.
[[noreturn]] void throw_errno(int error, Access access, const std::string& path, std::string_view stage);

}  // namespace thumbs::disk
