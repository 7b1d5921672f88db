// Parts are numbered and agree on their count; some writers get that wrong.
#include "image/codec/jpeg/profile.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "image/bytes.h"
#include "image/colour/colour_space.h"
#include "support/big_endian.h"

namespace thumbs::image {
namespace {

constexpr std::string_view k_prefix("ICC_PROFILE\0", 12);
constexpr std::size_t k_profile_head_bytes = k_prefix.size() + 2;  // number and count
constexpr std::size_t k_most_profile_parts = 1024;                 // far more than the 255 that can be numbered

/// The size that a profile's header gives; 0 if it is not a profile, or shorter than its header says.
std::size_t size_in_header(const std::vector<std::byte>& profile) {
  constexpr std::size_t k_header = 128, k_signature_at = 36;
  if (profile.size() < k_header || as_text(profile).substr(k_signature_at, 4) != "acsp") return 0;
  const std::size_t size = big_endian_32(profile);
  return size >= k_header && size <= profile.size() ? size : 0;
}

}  // namespace

/// Adds the part if it is new.
bool JpegProfile::is_known(const Part& part) {
  const std::size_t hash = std::hash<std::string_view>()(as_text(part.data));
  const auto [found, is_new] = at_.try_emplace({part.number, hash}, parts_.size());
  return !is_new && parts_[found->second].data == part.data && parts_[found->second].count == part.count;
}

void JpegProfile::add(std::span<const std::byte> segment) {
  if (segment.size() < k_profile_head_bytes || !as_text(segment).starts_with(k_prefix) || too_large_) return;
  const auto data = segment.subspan(k_profile_head_bytes);
  too_large_ = data.size() > k_most_profile_bytes - bytes_ || parts_.size() == k_most_profile_parts;
  if (too_large_) return;
  Part part{.number = std::to_integer<int>(segment[k_prefix.size()]),
            .count = std::to_integer<int>(segment[k_prefix.size() + 1]),
            .data = {data.begin(), data.end()}};
  if (is_known(part)) return;
  bytes_ += data.size();
  parts_.push_back(std::move(part));
}

/// Whether each number from 1 to the common count is there once.
bool JpegProfile::numbers_are_right() const {
  const std::vector<const Part*> ordered = by_number(true);
  if (ordered.size() != parts_.size()) return false;
  for (std::size_t i = 0; i < ordered.size(); ++i)
    if (ordered[i]->number != static_cast<int>(i) + 1 || ordered[i]->count != static_cast<int>(ordered.size()))
      return false;
  return true;
}

/// One part of each number, in their order: the first or the last in the file. An empty one counts only where the
/// number has no other.
std::vector<const JpegProfile::Part*> JpegProfile::by_number(bool first_of_each) const {
  std::map<int, const Part*> found;
  for (const Part& part : parts_) {
    const Part*& kept = found[part.number];
    if (kept == nullptr || kept->data.empty() || (!first_of_each && !part.data.empty())) kept = &part;
  }
  std::vector<const Part*> parts;
  for (const auto& [number, part] : found) parts.push_back(part);
  return parts;
}

std::vector<std::byte> JpegProfile::joined(const std::vector<const Part*>& parts) {
  std::vector<std::byte> profile;
  for (const Part* part : parts) profile.insert(profile.end(), part->data.begin(), part->data.end());
  return profile;
}

/// Joins parts that contradict each other as other readers do: first the last part of each number (libvips), then the
/// first of each, then all in the file's order (ImageMagick). Numbers may begin at 0 (Pillow). Empty if none of these
/// gives a profile.
std::vector<std::byte> JpegProfile::best_guess() const {
  std::vector<const Part*> in_file_order;
  for (const Part& part : parts_) in_file_order.push_back(&part);
  std::vector<std::byte> guesses[] = {joined(by_number(false)), joined(by_number(true)), joined(in_file_order)};
  const auto fits = [](const std::vector<std::byte>& guess) {
    return !guess.empty() && size_in_header(guess) == guess.size();
  };
  auto found = std::ranges::find_if(guesses, fits);
  if (found == std::end(guesses)) found = std::ranges::find_if(guesses, size_in_header);
  if (found == std::end(guesses)) return {};
  found->resize(size_in_header(*found));
  return std::move(*found);
}

std::vector<std::byte> JpegProfile::assembled(Warnings& warnings) const {
  if (too_large_) {
    warnings.add("the embedded colour profile is ignored: it is too large");
    return {};
  }
  if (parts_.empty()) return {};
  if (bytes_ > 0 && numbers_are_right()) return joined(by_number(true));
  std::vector<std::byte> profile = best_guess();
  warnings.add(profile.empty() ? "the embedded colour profile is ignored: its segments do not add up"
                               : "the embedded colour profile is used, though its segments are numbered wrongly");
  return profile;
}

}  // namespace thumbs::image
