#include "cli/stats_text.h"

#include <array>
#include <cstdio>
#include <string_view>

namespace thumbs::cli {
namespace {

std::string seconds_text(double seconds) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.2f s", seconds);
  return buffer.data();
}

std::string workers_text(int jobs) { return jobs == 1 ? "1 worker" : std::to_string(jobs) + " workers"; }

/// "  decode    62 %    7.90 s"; "" where it took no time.
std::string stage_line(std::string_view name, double seconds, double all) {
  if (seconds <= 0 || all <= 0) return {};
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "  %-8.*s %3.0f %%  %7.2f s\n", static_cast<int>(name.size()),
                name.data(), seconds / all * 100, seconds);
  return buffer.data();
}

std::string advice(Bound bound, int jobs, int cores) {
  constexpr std::string_view k_no_help = "more -j will not help: ";
  switch (bound) {
    case Bound::nothing: return {};
    case Bound::cpu:
      return jobs < cores ? "the processor bounds this run: -j" + std::to_string(cores) + " would use all cores\n"
                          : "the processor bounds this run: only more cores would help\n";
    case Bound::reading: return std::string(k_no_help) + "reading bounds this run\n";
    case Bound::writing: return std::string(k_no_help) + "writing bounds this run\n";
    case Bound::memory: return std::string(k_no_help) + "memory bounds this run; --memory SIZE allows more\n";
    case Bound::pictures:
      return std::string(k_no_help) + "there were too few pictures for " + workers_text(jobs) + "\n";
  }
  return {};
}

}  // namespace

std::string stats_text(const BuildStats& s, int jobs, int cores) {
  std::string text = seconds_text(s.decide_seconds) + " to find out what is stale";
  if (s.bound == Bound::nothing) return text + "; nothing was made\n";
  text += ", " + seconds_text(s.build_seconds) + " to build with " + workers_text(jobs) + ":\n";
  const double all = s.build_seconds * jobs;
  text += stage_line("read", s.read.seconds, all) + stage_line("decode", s.decode.seconds, all) +
          stage_line("resize", s.resize.seconds, all) + stage_line("encode", s.encode.seconds, all) +
          stage_line("write", s.write.seconds, all) + stage_line("record", s.record.seconds, all) +
          stage_line("memory", s.memory.seconds, all) + stage_line("idle", s.idle_seconds, all);
  return text + advice(s.bound, jobs, cores);
}

}  // namespace thumbs::cli
