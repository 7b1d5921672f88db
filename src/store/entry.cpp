// Writes and reads the head line by line.
#include "store/entry.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace thumbs::store {
namespace {

constexpr std::string_view k_magic = "thumbs-store 1\n";
constexpr std::uint32_t k_most_milliseconds = 999999;
constexpr std::size_t k_digits = 6;
constexpr std::size_t k_look_digits = 2 * (3 + PictureLook::k_most_bytes);
constexpr std::size_t k_most_warnings = 100;
constexpr std::size_t k_most_warning = 4096;

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void line(std::string& out, std::string_view name, std::string_view value) {
  ((out += name) += ' ') += value;
  out += '\n';
}

void line(std::string& out, std::string_view name, std::uint64_t value) { line(out, name, std::to_string(value)); }

std::string look_text(const std::optional<PictureLook>& look) {
  std::string text = look ? "" : "-";
  const auto add = [&](std::uint8_t value) {
    constexpr std::string_view k_hex = "0123456789abcdef";
    text += k_hex[value >> 4];
    text += k_hex[value & 15];
  };
  if (look) std::ranges::for_each(look->dominant_colour, add);
  if (look) std::ranges::for_each(look->hash(), add);
  text.resize(k_look_digits, ' ');
  return text;
}

// Takes lines from the front of a text. Once one is not as it should be, all that follow are not either.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  std::string_view value(std::string_view name) {
    const std::string_view whole = take_line();
    if (!whole.starts_with(name) || whole.size() <= name.size() || whole[name.size()] != ' ') return fail();
    return whole.substr(name.size() + 1);
  }

  std::uint64_t number(std::string_view name) { return to_number(value(name)); }

  std::string warning() {
    const std::size_t space = std::min(text_.find(' '), text_.size());
    const std::uint64_t size = to_number(text_.substr(0, space));
    text_.remove_prefix(std::min(space + 1, text_.size()));
    if (size > k_most_warning || size >= text_.size() || text_[size] != '\n') return std::string(fail());
    std::string text(text_.substr(0, size));
    text_.remove_prefix(size + 1);
    return text;
  }

  void empty_line() {
    if (!text_.starts_with('\n')) fail();
    text_.remove_prefix(std::min<std::size_t>(1, text_.size()));
  }

  std::string_view rest() const { return text_; }
  bool failed() const { return failed_; }
  std::string_view fail() {
    failed_ = true;
    text_ = {};
    return {};
  }

 private:
  std::string_view take_line() {
    const std::size_t end = text_.find('\n');
    if (end == std::string_view::npos) return fail();
    const std::string_view whole = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return whole;
  }

  std::uint64_t to_number(std::string_view digits) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) fail();
    return number;
  }

  std::string_view text_;
  bool failed_ = false;
};

std::optional<PictureLook> look_in(std::string_view text, Lines& lines) {
  text = text.substr(0, text.find(' '));
  if (text == "-" || lines.failed()) return std::nullopt;
  PictureLook look;
  const std::size_t bytes = text.size() / 2;
  const std::size_t colours = look.dominant_colour.size();
  if (text.size() % 2 != 0 || bytes <= colours || bytes > colours + PictureLook::k_most_bytes) {
    lines.fail();
    return std::nullopt;
  }
  look.thumbhash_bytes = static_cast<std::uint8_t>(bytes - colours);
  for (std::size_t i = 0; i < bytes; ++i) {
    std::uint8_t& value = i < colours ? look.dominant_colour[i] : look.thumbhash[i - colours];
    const char* const digits = text.data() + 2 * i;
    if (std::from_chars(digits, digits + 2, value, 16).ptr != digits + 2) lines.fail();
  }
  return look;
}

// Numbers and looks are as wide whatever they are: who makes the same again sees by the length that it is there.
std::string rest_of_head(const Entry& entry) {
  std::string text;
  line(text, "format", entry.format);
  line(text, "width", entry.width);
  line(text, "height", entry.height);
  const std::string taken = std::to_string(std::min(entry.milliseconds, k_most_milliseconds));
  line(text, "milliseconds", std::string(k_digits - taken.size(), '0') + taken);
  line(text, "look", look_text(entry.look));
  line(text, "warnings", entry.warnings.size());
  for (const std::string& warning : entry.warnings) line(text, std::to_string(warning.size()), warning);
  line(text, "bytes", entry.bytes.size());
  return text + '\n';
}

}  // namespace

bool Entry::operator==(const Entry& other) const {
  return format == other.format && width == other.width && height == other.height &&
         milliseconds == other.milliseconds && look == other.look && warnings == other.warnings &&
         std::ranges::equal(bytes, other.bytes);
}

bool fits(const Entry& entry) {
  const auto is_short = [](const std::string& warning) { return warning.size() <= k_most_warning; };
  return entry.warnings.size() <= k_most_warnings && std::ranges::all_of(entry.warnings, is_short) &&
         entry.bytes.size() <= k_most_entry - (k_most_warnings + 1) * (k_most_warning + 16);
}

std::vector<std::byte> to_bytes(const Key& key, const Entry& entry) {
  const std::string rest = rest_of_head(entry);
  Hasher hasher;
  hasher.update(std::as_bytes(std::span(rest)));
  hasher.update(entry.bytes);
  std::string head(k_magic);
  line(head, "key", key.hex());
  line(head, "hash", hasher.digest().hex());
  head += rest;
  std::vector<std::byte> all;
  all.reserve(head.size() + entry.bytes.size());
  const auto head_bytes = std::as_bytes(std::span(head));
  all.insert(all.end(), head_bytes.begin(), head_bytes.end());
  all.insert(all.end(), entry.bytes.begin(), entry.bytes.end());
  return all;
}

std::optional<std::string> read_entry(const Key& key, std::span<const std::byte> answer, Entry& entry) {
  const std::string_view text = text_of(answer);
  if (!text.starts_with(k_magic)) return "it is no entry of thumbs, or one of another version";
  Lines lines(text.substr(k_magic.size()));
  if (lines.value("key") != key.hex()) return "it is another result than the one that was asked for";
  const std::string_view hash = lines.value("hash");
  if (lines.failed() || hash_text(lines.rest()).hex() != hash) return "its bytes are not those that were stored";
  entry.format = lines.value("format");
  entry.width = static_cast<std::uint32_t>(lines.number("width"));
  entry.height = static_cast<std::uint32_t>(lines.number("height"));
  entry.milliseconds = static_cast<std::uint32_t>(lines.number("milliseconds"));
  entry.look = look_in(lines.value("look"), lines);
  const std::uint64_t warnings = lines.number("warnings");
  if (warnings > k_most_warnings) lines.fail();
  entry.warnings.clear();
  for (std::uint64_t i = 0; i < warnings && !lines.failed(); ++i) entry.warnings.push_back(lines.warning());
  const std::uint64_t size = lines.number("bytes");
  lines.empty_line();
  if (lines.failed()) return "its head is malformed";
  if (lines.rest().size() != size)
    return "it has " + std::to_string(lines.rest().size()) + " bytes, not " + std::to_string(size);
  entry.bytes = answer.last(size);
  return std::nullopt;
}

}  // namespace thumbs::store
