// Shows the builds of `watch`: the first like any build, then a line each.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "cli/console.h"
#include "cli/options.h"
#include "thumbs/watch.h"

namespace thumbs::cli {

/// Thrown by the observer where nobody reads the output any more: that ends the watch.
struct OutputLost {};

class WatchOutput : public WatchObserver {
 public:
  /// `first_text`: what to print of the first build.
  WatchOutput(const CommandLine& line, std::function<std::string(const Report&)> first_text);

  void began(std::uint64_t number) override;
  void built(const Report& report, bool whole) override;
  void watching() override;
  void refused(const Error& error) override;

  void scanning(std::uint64_t files) override { progress().scanning(files); }
  void hashing(std::uint64_t done, std::uint64_t total) override { progress().hashing(done, total); }
  void building(std::uint64_t total) override { progress().building(total); }
  void finished(const Item& item) override;
  void warning(const std::string& text) override;
  void error(const std::string& text) override;

  bool failed() const { return failed_; }  ///< something did in the last build

 private:
  Progress& progress() { return console_->progress(); }
  bool is_told(const std::string& text) const { return told_.contains(text); }
  bool tell_faults(const Report& report, bool whole);
  void print(const std::string& text);
  void write_document(const std::string& document);

  const CommandLine& line_;
  std::function<std::string(const Report&)> first_text_;
  std::optional<Console> console_;  ///< a new one for each build: counts and bars begin anew
  std::set<std::string> told_;      ///< faults of the build before: what stays as it is is not told again
  std::string refusal_;             ///< the last one, until a build goes through
  std::uint64_t number_ = 0;
  std::uint64_t orphans_ = 0;
  bool failed_ = false;
};

}  // namespace thumbs::cli
