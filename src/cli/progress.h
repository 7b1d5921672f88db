// What a run says while it goes: a bar that is redrawn in place, or now and then a line; and at once, above it, each
// warning, error and (with -v) outcome. All of it to standard error.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "cli/options.h"
#include "thumbs/build.h"

namespace thumbs {

/// Where progress goes and how it looks; functions, so that tests can stand in for terminal and clock.
struct ProgressStyle {
  ProgressMode mode = ProgressMode::plain;  ///< never `automatic`
  bool colour = false;
  bool quiet = false;    ///< nothing but errors
  bool verbose = false;  ///< a line for each outcome
  bool asked = false;    ///< for plain lines: each phase gets one, however short it is
  std::function<void(std::string_view)> write;
  std::function<double()> now;   ///< seconds, never going back
  std::function<int()> columns;  ///< of the terminal, asked at each redraw
};

/// Where a phase stands. A phase whose `total` is 0 does not know its end.
struct PhaseState {
  std::string_view name;  ///< "scan", "hash", "build"
  std::string_view unit;  ///< "files", "thumbnails"
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::uint64_t failed = 0;
  double seconds = 0;  ///< since the phase began
};

/// "build [#####-----]  50% 60/120, 12/s, 0:05 left, 2 failed" in at most `columns` columns: the bar gives way first,
/// then what stands last.
std::string bar_text(const PhaseState& phase, int columns);

/// The same as a line for a log: "build 50% 60/120 thumbnails, 12/s, 0:05 left, 2 failed".
std::string plain_text(const PhaseState& phase);

/// Calls must not overlap (Observer's own promise).
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

  /// Takes the bar away. Called before results are printed; harmless twice.
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

  ProgressStyle style_;
  PhaseState phase_;
  double began_ = 0;
  double shown_ = 0;  ///< when the bar or a plain line was last shown
  std::uint64_t milestone_ = 0;
  std::uint64_t told_ = 0;      ///< what a plain line last said is done
  bool drawn_ = false;          ///< a bar stands on the terminal's last line
  std::set<std::string> said_;  ///< each warning and error is said once: a report repeats what the run already said
};

}  // namespace thumbs
