// Numbered parts, once each, all of one count.
#include "image/codec/jpeg_profile.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "image/colour_space.h"

namespace thumbs {
namespace {

constexpr std::string_view k_prefix("ICC_PROFILE\0", 12);
constexpr std::size_t k_head_bytes = k_prefix.size() + 2;  // number and count

bool is_profile(std::span<const std::byte> segment) {
  const std::string_view text(reinterpret_cast<const char*>(segment.data()), segment.size());
  return text.size() >= k_head_bytes && text.starts_with(k_prefix);
}

}  // namespace

void JpegProfile::add(std::span<const std::byte> segment) {
  if (!is_profile(segment)) return;
  const int number = std::to_integer<int>(segment[k_prefix.size()]);
  const int count = std::to_integer<int>(segment[k_prefix.size() + 1]);
  if (count_ == 0) count_ = count;
  consistent_ = consistent_ && count == count_ && number >= 1 && number <= count && !parts_.contains(number);
  const auto data = segment.subspan(k_head_bytes);
  too_large_ = too_large_ || data.size() > k_most_profile_bytes - bytes_;
  if (!consistent_ || too_large_) return;
  parts_.emplace(number, std::vector<std::byte>(data.begin(), data.end()));
  bytes_ += data.size();
}

std::vector<std::byte> JpegProfile::assembled(Warnings& warnings) const {
  if (parts_.empty() && consistent_ && !too_large_) return {};
  if (too_large_) {
    warnings.add("the embedded colour profile is ignored: it is too large");
    return {};
  }
  if (!consistent_ || parts_.size() != static_cast<std::size_t>(count_) || bytes_ == 0) {
    warnings.add("the embedded colour profile is ignored: its segments do not fit together");
    return {};
  }
  std::vector<std::byte> profile;
  profile.reserve(bytes_);
  for (const auto& [number, part] : parts_) profile.insert(profile.end(), part.begin(), part.end());
  return profile;
}

}  // namespace thumbs
