// The numbers are those of statfs(2) and of the file systems' own sources; no header has them all.
#include "watch/network.h"

#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "thumbs/text.h"

namespace thumbs::watch {
namespace {

constexpr std::array<std::pair<std::uint64_t, std::string_view>, 12> k_kinds{{
    {0x6969, "NFS"},
    {0x517b, "SMB"},
    {0xff534d42, "SMB"},
    {0xfe534d42, "SMB"},
    {0x65735546, "FUSE"},
    {0x01021997, "9p"},
    {0x5346414f, "AFS"},
    {0x00c36400, "Ceph"},
    {0x0bd00bd0, "Lustre"},
    {0x47504653, "GPFS"},
    {0x786f4256, "VirtualBox"},
    {0xbacbacbc, "VMware"},
}};

}  // namespace

std::uint64_t file_system_of(const std::string& folder) {
  struct statfs found {};
  // 32 bits, which some systems sign.
  return statfs(folder.c_str(), &found) == 0 ? static_cast<std::uint32_t>(found.f_type) : 0;
}

std::string network_warning(const std::vector<std::string>& folders,
                            const std::function<std::uint64_t(const std::string&)>& type_of) {
  for (const std::string& folder : folders) {
    const auto* const kind = std::ranges::find(k_kinds, type_of(folder), &decltype(k_kinds)::value_type::first);
    if (kind == k_kinds.end()) continue;
    return display_name(folder.empty() ? "." : folder) + ": lies on a shared file system (" +
           std::string(kind->second) +
           "), where the kernel does not see what other machines change: use --poll SECONDS";
  }
  return {};
}

}  // namespace thumbs::watch
