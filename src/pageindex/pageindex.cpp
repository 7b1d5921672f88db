// A source is a line, so that changes of an index that is kept in git are short.
#include "pageindex/pageindex.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "pageindex/base64.h"
#include "pageindex/srcset.h"
#include "support/sorted_lines.h"
#include "text/json_text.h"
#include "thumbs/text.h"

namespace thumbs::pageindex {
namespace {

using text::append_quoted;  // writes as nlohmann::json does: an entry that was read is written as it was
using text::ObjectText;
using Json = nlohmann::ordered_json;

struct Format {
  std::string_view name;
  std::string_view type;
  std::string_view extension;
};

Format format_of(PictureFormat format) {
  switch (format) {
    case PictureFormat::png: return {"png", "image/png", "png"};
    case PictureFormat::webp: return {"webp", "image/webp", "webp"};
    case PictureFormat::avif: return {"avif", "image/avif", "avif"};
    case PictureFormat::jpeg: break;
  }
  return {"jpeg", "image/jpeg", "jpg"};
}

bool in_one_set(const Thumb& a, const Thumb& b) { return a.set == b.set && a.variant == b.variant; }

// A name alone, where it is the only one of the source. One set's variant in several formats is told apart by the
// extension, variants of several sets by the set.
std::vector<std::string> keys_of(const std::vector<Thumb>& thumbs) {
  std::vector<std::string> keys;
  keys.reserve(thumbs.size());
  for (const Thumb& thumb : thumbs) {
    const bool alone = std::ranges::count_if(thumbs, [&](const Thumb& other) { return in_one_set(thumb, other); }) == 1;
    std::string& key = keys.emplace_back(thumb.variant);
    if (!alone) (key += '.') += format_of(thumb.format).extension;
  }
  const std::vector<std::string> plain = keys;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (std::ranges::count(plain, plain[i]) > 1) keys[i] = std::string(thumbs[i].set) + "/" + plain[i];
  return keys;
}

constexpr std::string_view k_digits = "0123456789abcdef";

void append_thumb(std::string& out, const Thumb& thumb, std::string_view url) {
  const Format format = format_of(thumb.format);
  ObjectText object(out);
  object.text("path", json_path(thumb.path));
  object.text("url", url);
  object.number("width", thumb.width);
  object.number("height", thumb.height);
  object.number("bytes", thumb.bytes);
  object.text("format", format.name);
  object.text("type", format.type);
  object.text("hash", thumb.hash.hex());
  object.close();
}

std::string colour_text(const std::array<std::uint8_t, 3>& colour) {
  std::string text = "#";
  for (const std::uint8_t value : colour) text.append({k_digits[value >> 4U], k_digits[value & 15U]});
  return text;
}

void append_picture(ObjectText& object, const cache::PictureRecord& picture) {
  const bool known = picture.width != 0;
  object.key("width") += known ? std::to_string(picture.width) : "null";
  object.key("height") += known ? std::to_string(picture.height) : "null";
  object.key("alpha") += !known ? "null" : picture.alpha ? "true" : "false";
  if (picture.look) {
    object.text("dominantColour", colour_text(picture.look->dominant_colour));
    object.text("thumbhash", base64(picture.look->hash()));
  } else {
    object.key("dominantColour") += "null";
    object.key("thumbhash") += "null";
  }
  object.text("hash", picture.hash.hex());
}

void append_list(std::string& out, std::vector<std::string> values) {
  std::ranges::sort(values);
  const char* separator = "[";
  for (const std::string& value : values) {
    append_quoted(out += separator, value);
    separator = ",";
  }
  out += ']';
}

/// The key of a line of the file.
std::string key_in(std::string_view line) {
  const std::size_t first = line.find('"');
  std::size_t last = first + 1;
  while (line[last] != '"') last += line[last] == '\\' ? 2 : 1;
  const std::string_view quoted = line.substr(first, last + 1 - first);
  if (quoted.find('\\') == std::string_view::npos) return std::string(quoted.substr(1, quoted.size() - 2));
  return Json::parse(quoted).get<std::string>();
}

/// The lines of a file, one by one anew and the others as they are.
class EntryLines {
 public:
  explicit EntryLines(std::string_view whole) {
    if (whole.size() > k_start.size() + k_end.size())
      rest_ = whole.substr(k_start.size(), whole.size() - k_start.size() - k_end.size());
    text_.reserve(whole.size() + 4096);
    text_ = k_start;
  }

  /// REQUIRES keys in order.
  void put(const std::string& key, std::string_view entry) {
    const std::size_t first = first_line_not(rest_, [&](std::string_view line) { return key_in(line) < key; });
    const std::string_view from = rest_.substr(first);
    std::size_t size = from.find('\n') + 1;
    if (from.empty() || key_in(from) != key) size = 0;
    std::string line = "  ";
    append_quoted(line, key);
    (line += ": ").append(entry);
    const std::string_view former = from.substr(0, size);
    const bool same = entry.empty()
                          ? size == 0
                          : former.starts_with(line) && former.find_first_not_of(",\n", line.size()) == former.npos;
    if (same) return;
    changed_ = true;
    append(rest_.substr(0, first));
    if (!entry.empty()) append(line += '\n');
    rest_ = from.substr(size);
  }

  std::optional<std::string> finish() {
    if (!changed_) return std::nullopt;
    append(rest_);
    if (text_.size() == k_start.size()) return "{}\n";
    if (text_.ends_with(",\n")) text_.replace(text_.size() - 2, 2, "\n");
    return std::move(text_ += k_end);
  }

 private:
  static constexpr std::string_view k_start = "{\n";
  static constexpr std::string_view k_end = "}\n";

  /// Whole lines; the last one of the file has no comma.
  void append(std::string_view lines) {
    if (lines.empty()) return;
    if (text_.size() > k_start.size() && !text_.ends_with(",\n")) text_.replace(text_.size() - 1, 1, ",\n");
    text_ += lines;
  }

  std::string_view rest_;
  std::string text_;
  bool changed_ = false;
};

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::optional<Hash128> hash_in(const Json& entry) {
  const std::string text = entry.value("hash", "");
  std::array<std::byte, 16> bytes{};
  if (text.size() != 2 * bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    unsigned value = 0;
    const char* const first = text.data() + 2 * i;
    if (std::from_chars(first, first + 2, value, 16).ptr != first + 2) return std::nullopt;
    bytes[i] = static_cast<std::byte>(value);
  }
  return Hash128::from_bytes(bytes);
}

std::optional<PictureLook> look_in(const Json& entry) {
  PictureLook look;
  const std::string colour = entry.value("dominantColour", "");
  unsigned value = 0;
  if (colour.size() != 7 || std::from_chars(colour.data() + 1, colour.data() + 7, value, 16).ptr != colour.data() + 7)
    return std::nullopt;
  for (std::size_t i = 0; i < 3; ++i) look.dominant_colour[i] = static_cast<std::uint8_t>(value >> (16 - 8 * i) & 255U);
  const auto bytes = from_base64(entry.value("thumbhash", ""));
  if (!bytes || bytes->empty() || bytes->size() > PictureLook::k_most_bytes) return std::nullopt;
  look.thumbhash_bytes = static_cast<std::uint8_t>(bytes->size());
  std::ranges::copy(*bytes, look.thumbhash.begin());
  return look;
}

// Empty where anything is not known.
std::optional<cache::PictureRecord> picture_in(const Json& entry) {
  try {
    const std::optional<Hash128> hash = hash_in(entry);
    cache::PictureRecord picture;
    picture.look = look_in(entry);
    if (!hash || !picture.look) return std::nullopt;
    picture.hash = *hash;
    picture.width = entry.at("width").get<std::uint32_t>();
    picture.height = entry.at("height").get<std::uint32_t>();
    picture.alpha = entry.at("alpha").get<bool>();
    return picture;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

std::string text_of(const Entry& entry, std::string_view url_base) {
  const std::vector<std::string> keys = keys_of(entry.thumbs);
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) -> const std::string& { return keys[i]; });
  std::vector<std::string> urls;
  urls.reserve(keys.size());
  for (const Thumb& thumb : entry.thumbs) urls.push_back(url_of(url_base, thumb.path));

  std::string text;
  ObjectText object(text);
  append_picture(object, entry.picture);
  ObjectText variants(object.key("variants"));
  std::vector<Candidate> candidates;
  for (const std::size_t i : order) {
    const Thumb& thumb = entry.thumbs[i];
    append_thumb(variants.key(keys[i]), thumb, urls[i]);
    candidates.push_back({urls[i], format_of(thumb.format).type, thumb.width, thumb.height});
  }
  variants.close();
  if (!entry.left_out.empty()) append_list(object.key("leftOut"), entry.left_out);
  ObjectText srcset(object.key("srcset"));
  for (const auto& [type, list] : srcset_of(candidates, entry.picture.width, entry.picture.height))
    srcset.text(type, list);
  srcset.close();
  object.close();
  return text;
}

void FileText::append(std::string_view piece) {
  if (!text_ && before_.substr(equal_, piece.size()) == piece) {
    equal_ += piece.size();
    return;
  }
  if (!text_) text_ = std::string(before_.substr(0, equal_));
  *text_ += piece;
}

void FileText::add(std::string_view key, std::string_view entry) {
  std::string quoted;
  append_quoted(quoted, key);
  append(any_ ? ",\n  " : "{\n  ");
  append(quoted);
  append(": ");
  append(entry);
  any_ = true;
}

std::optional<std::string> FileText::finish() {
  append(any_ ? "\n}\n" : "{}\n");
  if (!text_ && equal_ != before_.size()) text_ = std::string(before_.substr(0, equal_));
  return std::move(text_);
}

std::optional<std::string> with_entries(std::string_view whole,
                                        const std::map<std::string, std::string, std::less<>>& entries) {
  EntryLines lines(whole);
  for (const auto& [key, entry] : entries) lines.put(key, entry);
  return lines.finish();
}

std::optional<Existing> parse(std::string_view text) {
  Existing existing;
  std::string key;
  bool is_index = true;
  // Entry by entry: the document keeps its keys in order, and looks for each among all before it.
  const auto take = [&](int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    if (depth != 1) return true;
    if (event == Event::key) key = parsed.get<std::string>();
    if (event == Event::value || event == Event::array_start) is_index = false;
    if (event != Event::object_end) return true;
    is_index &= parsed.contains("variants");
    existing.entries.insert_or_assign(key, dump(parsed));
    if (const auto picture = picture_in(parsed)) existing.pictures.push_back(*picture);
    return false;
  };
  const Json document = Json::parse(text, take, false);
  if (!document.is_object() || !is_index) return std::nullopt;
  std::ranges::sort(existing.pictures, {}, &cache::PictureRecord::hash);
  existing.pictures.erase(std::unique(existing.pictures.begin(), existing.pictures.end(),
                                      [](const auto& a, const auto& b) { return a.hash == b.hash; }),
                          existing.pictures.end());
  return existing;
}

}  // namespace thumbs::pageindex
