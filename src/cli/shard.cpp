// The variables are as the schedulers' manuals name them. A job array's come before those of the tasks in it: Slurm
// sets SLURM_PROCID=0 and SLURM_NTASKS=1 in each task of an array.
#include "cli/shard.h"

#include <charconv>
#include <cstdlib>
#include <vector>

#include "thumbs/error.h"
#include "thumbs/text.h"

namespace thumbs::cli {
namespace {

constexpr const char* k_own_count = "THUMBS_SHARD_COUNT";
constexpr std::uint32_t k_most_parts = 1000000;

struct Scheduler {
  std::string_view name;
  const char* index;
  const char* count;  ///< null: it sets none, see THUMBS_SHARD_COUNT
  std::uint32_t first;
};

constexpr Scheduler k_schedulers[] = {
    {"Kubernetes", "JOB_COMPLETION_INDEX", nullptr, 0},
    {"AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", 0},
    {"Google Batch", "BATCH_TASK_INDEX", "BATCH_TASK_COUNT", 0},
    {"Cloud Run", "CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT", 0},
    {"GitLab", "CI_NODE_INDEX", "CI_NODE_TOTAL", 1},
    {"CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0},
    {"Buildkite", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0},
    {"Azure Pipelines", "SYSTEM_JOBPOSITIONINPHASE", "SYSTEM_TOTALJOBSINPHASE", 1},
};

/// Digits alone; empty if it is anything else.
std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class Reader {
 public:
  Reader(std::string_view option, const Environment& environment) : option_(option), environment_(environment) {}

  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(ErrorCode::usage, std::string(option_) + ": " + why);
  }

  /// Whether it is set to something.
  bool has(const char* name) const {
    const char* const value = environment_(name);
    return value != nullptr && *value != '\0';
  }
  std::string stated(const char* name) const { return std::string(name) + "=" + environment_(name); }

  std::uint32_t value(const char* name) const {
    if (!has(name)) refuse(std::string(name) + " is not set");
    const std::optional<std::uint32_t> value = number(environment_(name));
    if (!value) refuse(stated(name) + " is not a number");
    return *value;
  }

  Shard checked(std::uint64_t index, std::uint32_t count, const std::string& from) const {
    if (count < 1 || count > k_most_parts || index < 1 || index > count)
      refuse("there is no part " + std::to_string(index) + " of " + std::to_string(count) + " (" + from + ")");
    return {static_cast<std::uint32_t>(index), count};
  }

  TakenShard taken(const Scheduler& scheduler) const {
    const bool says_count = scheduler.count != nullptr && has(scheduler.count);
    const char* const count = says_count ? scheduler.count : k_own_count;
    std::string from = std::string(scheduler.name) + ", " + stated(scheduler.index);
    if (!has(count)) refuse(from + " does not say of how many parts: set " + std::string(k_own_count));
    from += ", " + stated(count);
    if (says_count && has(k_own_count) && value(k_own_count) != value(count))
      refuse("both " + from + " and " + stated(k_own_count) + " name a count: give I/N");
    return {checked(std::uint64_t{value(scheduler.index)} + 1 - scheduler.first, value(count), from), from};
  }

  /// IDs from MIN to MAX in steps. Lists with gaps are refused: their tasks cannot know which number each has.
  TakenShard taken_from_array() const {
    const std::uint32_t id = value("SLURM_ARRAY_TASK_ID"), least = value("SLURM_ARRAY_TASK_MIN"),
                        most = value("SLURM_ARRAY_TASK_MAX"), count = value("SLURM_ARRAY_TASK_COUNT"),
                        step = has("SLURM_ARRAY_TASK_STEP") ? value("SLURM_ARRAY_TASK_STEP") : 1;
    const std::string from = "Slurm, " + stated("SLURM_ARRAY_TASK_ID") + ", " + stated("SLURM_ARRAY_TASK_COUNT");
    const bool even = step > 0 && least <= id && id <= most && (id - least) % step == 0 &&
                      (most - least) / step + 1 == count && (most - least) % step == 0;
    if (!even)
      refuse(from + ": not an even range of tasks from " + std::to_string(least) + " to " + std::to_string(most) +
             ": use --array=1-N");
    return {checked((id - least) / step + 1, count, from), from};
  }

  std::vector<TakenShard> all_taken() const {
    std::vector<TakenShard> found;
    if (has("SLURM_ARRAY_TASK_ID")) {
      if (has("SLURM_STEP_NUM_TASKS") && value("SLURM_STEP_NUM_TASKS") > 1)
        refuse("both a job array and " + stated("SLURM_STEP_NUM_TASKS") + ": give I/N");
      found.push_back(taken_from_array());
    } else if (has("SLURM_PROCID")) {
      const bool in_step = has("SLURM_STEP_NUM_TASKS");
      found.push_back(taken({"Slurm", "SLURM_PROCID", in_step ? "SLURM_STEP_NUM_TASKS" : "SLURM_NTASKS", 0}));
    }
    for (const Scheduler& scheduler : k_schedulers)
      if (has(scheduler.index)) found.push_back(taken(scheduler));
    return found;
  }

  TakenShard automatic() const {
    const std::vector<TakenShard> found = all_taken();
    if (found.empty()) refuse("no scheduler's variables are set: give I/N, such as 1/4, or run it in a job array");
    for (const TakenShard& other : found)
      if (other.shard != found.front().shard)
        refuse("both " + found.front().from + " and " + other.from + " name a part: give I/N");
    return found.front();
  }

 private:
  std::string_view option_;
  const Environment& environment_;
};

}  // namespace

TakenShard read_shard(std::string_view option, std::string_view text, const Environment& environment) {
  const Reader reader(option, environment);
  if (text == "auto") return reader.automatic();
  const std::size_t slash = text.find('/');
  const std::optional<std::uint32_t> index = number(text.substr(0, slash));
  const std::optional<std::uint32_t> count =
      slash == std::string_view::npos ? std::nullopt : number(text.substr(slash + 1));
  if (!index || !count) reader.refuse("\"" + std::string(text) + "\" is not I/N, such as 1/4, or auto");
  return {reader.checked(*index, *count, std::string(text)), ""};
}

std::optional<TakenShard> shard_of(const std::optional<std::string>& option, const Environment& environment) {
  if (option) return read_shard("--shard", *option, environment);
  const char* const given = environment("THUMBS_SHARD");
  if (given == nullptr || *given == '\0') return std::nullopt;
  return read_shard("THUMBS_SHARD", given, environment);
}

std::string take_shard(CommandLine& line) {
  const std::optional<TakenShard> taken = shard_of(line.shard, [](const char* name) { return std::getenv(name); });
  if (!taken) return {};
  line.options.shard = taken->shard;
  line.shard_from = taken->from;
  if (taken->from.empty()) return {};
  return "thumbs: part " + std::to_string(taken->shard.index) + " of " + std::to_string(taken->shard.count) + ": " +
         printable(taken->from);
}

}  // namespace thumbs::cli
