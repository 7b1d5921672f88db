#include "cli/option_words.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace thumbs::cli {
namespace {

const OptionRow* find_option(std::string_view name) {
  for (const OptionRow& row : options())
    if (!name.empty() && (row.letter() == name || row.long_name() == name)) return &row;
  return nullptr;
}

bool needs_value(const OptionRow& row) { return row.kind != ValueKind::none && row.kind != ValueKind::optional_file; }

class Separator {
 public:
  explicit Separator(std::span<const std::string> words) : words_(words) {}

  SeparatedWords run() {
    while (next_ < words_.size() && found_.fault.empty()) {
      const std::string& word = words_[next_++];
      if (word.starts_with("--")) {
        read_long(word);
      } else if (word.size() > 1 && word.starts_with('-')) {
        read_letters(word);
      } else {
        found_.others.push_back(word);
      }
    }
    return std::move(found_);
  }

 private:
  void add(const OptionRow& row, std::string value = {}) { found_.options.push_back({&row, std::move(value)}); }

  /// The value is the next word, whatever it looks like.
  void add_with_next_word(const OptionRow& row) {
    if (next_ == words_.size()) {
      found_.fault = std::string(row.name()) + " needs a value";
    } else {
      add(row, words_[next_++]);
    }
  }

  void read_long(const std::string& word) {
    const std::size_t equals = word.find('=');
    const OptionRow* const row = find_option(std::string_view(word).substr(0, equals));
    if (row == nullptr) {
      found_.others.push_back(word);
    } else if (equals == std::string::npos && needs_value(*row)) {
      add_with_next_word(*row);
    } else if (equals == std::string::npos) {
      add(*row);
    } else if (row->kind == ValueKind::none) {
      found_.fault = std::string(row->name()) + " takes no value";
    } else {
      add(*row, word.substr(equals + 1));
    }
  }

  void read_letters(const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const OptionRow* const row = find_option(std::string("-") + word[i]);
      if (row == nullptr) {
        found_.others.push_back("-" + word.substr(i));
        return;
      }
      if (needs_value(*row)) {
        const std::string value = word.substr(i + 1);
        return value.empty() ? add_with_next_word(*row) : add(*row, value);
      }
      add(*row);
    }
  }

  std::span<const std::string> words_;
  std::size_t next_ = 0;
  SeparatedWords found_;
};

}  // namespace

bool SeparatedWords::has(std::string_view name) const {
  return std::any_of(options.begin(), options.end(),
                     [name](const GivenOption& option) { return option.row->name() == name; });
}

SeparatedWords separate(std::span<const std::string> words) { return Separator(words).run(); }

}  // namespace thumbs::cli
