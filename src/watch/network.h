// Whether the kernel can tell what changes in a folder: on a network drive it does not see what other machines write.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace thumbs::watch {

/// The type of the file system that the folder lies on, as statfs(2) has it; 0 where nobody can tell.
std::uint64_t file_system_of(const std::string& folder);

/// A warning that names the first of these folders that others may write to unseen; "" where there is none.
std::string network_warning(const std::vector<std::string>& folders,
                            const std::function<std::uint64_t(const std::string&)>& type_of);

}  // namespace thumbs::watch
