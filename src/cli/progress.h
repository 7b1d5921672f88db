// Shows a run's progress on standard error: a bar that is redrawn in place, or a line from time to time. Prints
// warnings, errors and (with -v) outcomes above it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "cli/options.h"
#include "thumbs/build.h"

namespace thumbs::cli {

/// How and where to show progress. Functions, so that tests can replace terminal and clock.
struct ProgressStyle {
  ProgressMode mode = ProgressMode::plain;  ///< never `automatic`
  bool colour = false;
  bool quiet = false;      ///< only errors
  bool verbose = false;    ///< a line for each outcome
  bool asked = false;      ///< --progress was given: in plain mode each phase gets a line
  std::string group = {};  ///< lines stand in a log group of this name, as in GitHub Actions; "": in none
  std::function<void(std::string_view)> write;
  std::function<double()> now;   ///< monotonic, in seconds
  std::function<int()> columns;  ///< of the terminal; called for each redraw
};

/// The progress of a phase. `total` 0: unknown.
struct PhaseState {
  std::string_view name;  ///< "scan", "hash", "build"
  std::string_view unit;  ///< "files", "thumbnails"
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::uint64_t failed = 0;
  double seconds = 0;  ///< since the start of the phase
};

/// "build [#####-----]  50% 60/120, 12/s, 0:05 left, 2 failed" in at most `columns` columns. Where these are few, goes
/// without the rate, then the bar, the time left, and the failures. Without a total the bar only shows that it moves.
std::string bar_text(const PhaseState& phase, int columns);

/// A line for logs: "build 50% 60/120 thumbnails, 12/s, 0:05 left, 2 failed".
std::string plain_text(const PhaseState& phase);

/// Not thread-safe: calls must not overlap, as Observer guarantees.
class Progress : public Observer {
 public:
  explicit Progress(ProgressStyle style);
  ~Progress() override;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void scanning(std::uint64_t files) override;
  void hashing(std::uint64_t done, std::uint64_t total) override;
  void building(std::uint64_t total) override;
  void finished(const Item& item) override;
  void warning(const std::string& text) override;
  void error(const std::string& text) override;

  /// Ends the phase and the group, and removes the bar. Call it before printing results; may be called twice.
  void close();

 private:
  void enter(std::string_view name, std::string_view unit, std::uint64_t total);
  void advance(std::uint64_t done);
  void show_bar(double now, bool must);
  void show_plain(double now);
  void end_phase();
  void say(std::string_view label, std::string_view colour, const std::string& text);
  void line(const std::string& text);
  void erase();
  std::string erasure(int columns) const;
  void end_group();

  ProgressStyle style_;
  PhaseState phase_;
  double began_ = 0;
  double shown_ = 0;  ///< time of the last bar or plain line
  std::uint64_t milestone_ = 0;
  std::uint64_t told_ = 0;  ///< `done` in the last plain line
  std::size_t drawn_ = 0;   ///< columns of the bar on the screen
  bool in_group_ = false;
  std::set<std::string> said_;  ///< warnings and errors printed so far: the report repeats them
};

}  // namespace thumbs::cli
