#include "watch/network.h"

#include <gtest/gtest.h>

namespace thumbs::watch {
namespace {

TEST(NetworkWarning, NamesTheFirstFolderThatOthersWriteToUnseen) {
  const auto warned = [](std::uint64_t type) {
    return network_warning({"in", "photos"}, [type](const std::string& f) { return f == "photos" ? type : 0xef53U; });
  };
  EXPECT_EQ(warned(0xef53), "") << "ext4";
  EXPECT_EQ(warned(0), "") << "not known";
  EXPECT_EQ(warned(0x6969),
            "photos: lies on a shared file system (NFS), where the kernel does not see what other machines change: "
            "use --poll SECONDS");
  EXPECT_NE(warned(0xff534d42).find("(SMB)"), std::string::npos);
  EXPECT_NE(warned(0x65735546).find("(FUSE)"), std::string::npos);
}

TEST(NetworkWarning, AsksTheKernel) {
  EXPECT_EQ(file_system_of("/proc"), 0x9fa0U);
  EXPECT_EQ(file_system_of("/no/such/folder"), 0U);
}

}  // namespace
}  // namespace thumbs::watch
