// Whoever writes a file tells when it is done (close, rename); only for those who do not is there a time to wait.
#include "watch/debounce.h"

#include <algorithm>
#include <utility>

namespace thumbs::watch {

void Debounce::add(const Events& events, double now) {
  for (const std::string& file : events.writing) writing_[file] = now;
  for (const std::string& file : events.files) writing_.erase(file);
  if (events.files.empty() && !events.everything) return;
  if (changes_.files.empty() && !changes_.everything) first_ = now;
  last_ = now;
  changes_.files.insert(events.files.begin(), events.files.end());
  changes_.everything = changes_.everything || events.everything;
}

std::optional<double> Debounce::due() const {
  std::optional<double> rested;
  for (const auto& [file, time] : writing_) rested = std::min(rested.value_or(time + k_patience), time + k_patience);
  if (changes_.files.empty() && !changes_.everything) return rested;
  const double due = std::min(last_ + quiet_, first_ + k_most * quiet_);
  // A scan would find half of what is being written. It is soon done, as a rule.
  return writing_.empty() ? due : std::max(due, std::min(*rested, first_ + k_patience));
}

Changes Debounce::take(double now) {
  for (auto file = writing_.begin(); file != writing_.end();) {
    if (file->second + k_patience > now) {
      ++file;
      continue;
    }
    changes_.files.insert(file->first);
    file = writing_.erase(file);
  }
  return std::exchange(changes_, {});
}

}  // namespace thumbs::watch
