// A build is bound by what takes the largest share of its workers' time. Waiting is what a stage took beyond its CPU
// time; in a stage that only computes that is waiting for a core.
#include "engine/stats.h"

#include <algorithm>
#include <array>
#include <utility>

namespace thumbs::engine {
namespace {

double waited(const StageTime& time) { return std::max(0.0, time.seconds - time.cpu_seconds); }

// Records are kept beside the workers. While that waits for the disk, these soon have nowhere to put what they made.
double held_up(const BuildStats& s, int jobs) { return std::min(s.idle_seconds, jobs * waited(s.record)); }

Bound bound_of(const BuildStats& s, int jobs) {
  const double computing = s.decode.seconds + s.resize.seconds + s.encode.seconds + s.read.cpu_seconds +
                           s.write.cpu_seconds + s.record.cpu_seconds;
  const std::array<std::pair<double, Bound>, 5> shares{{{computing, Bound::cpu},
                                                        {waited(s.read), Bound::reading},
                                                        {waited(s.write) + held_up(s, jobs), Bound::writing},
                                                        {s.memory.seconds, Bound::memory},
                                                        {s.idle_seconds - held_up(s, jobs), Bound::pictures}}};
  return std::ranges::max_element(shares, {}, [](const auto& share) { return share.first; })->second;
}

}  // namespace

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void fill_in_stats(const StageTimes& times, int jobs, double seconds, BuildStats& stats) {
  stats.build_seconds = seconds;
  stats.read = times.of(Stage::read);
  stats.decode = times.of(Stage::decode);
  stats.resize = times.of(Stage::resize);
  stats.encode = times.of(Stage::encode);
  stats.write = times.of(Stage::write);
  stats.record = times.of(Stage::record);
  stats.memory = times.of(Stage::memory);
  double busy = 0;
  for (const StageTime* const time :
       {&stats.read, &stats.decode, &stats.resize, &stats.encode, &stats.write, &stats.memory})
    busy += time->seconds;
  stats.idle_seconds = std::max(0.0, jobs * seconds - busy);
  if (stats.read.seconds + stats.write.seconds > 0) stats.bound = bound_of(stats, jobs);
}

}  // namespace thumbs::engine
