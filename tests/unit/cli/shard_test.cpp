// Parts: what is given, and what the variables of each scheduler say.
#include "cli/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "thumbs/error.h"

namespace thumbs::cli {
namespace {

using testing::HasSubstr;
using Variables = std::map<std::string, std::string>;

Variables with(Variables all, const Variables& more) {
  for (const auto& [name, value] : more) all[name] = value;
  return all;
}

Environment environment_of(const Variables& variables) {
  return [&variables](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

// "2/4", or the message of the refusal.
std::string part_of(const std::optional<std::string>& option, const Variables& variables) {
  try {
    const std::optional<TakenShard> taken = shard_of(option, environment_of(variables));
    return taken ? std::to_string(taken->shard.index) + "/" + std::to_string(taken->shard.count) : "all";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::usage);
    return error.what();
  }
}

TEST(ShardOption, AsItIsGiven) {
  const struct {
    std::optional<std::string> option;
    Variables variables;
    std::string part;  // or what the message has
  } cases[] = {
      {"1/1", {}, "1/1"},
      {"3/4", {}, "3/4"},
      {"1000000/1000000", {}, "1000000/1000000"},
      {std::nullopt, {}, "all"},
      {std::nullopt, {{"THUMBS_SHARD", ""}}, "all"},
      {std::nullopt, {{"THUMBS_SHARD", "2/3"}}, "2/3"},
      {"1/2", {{"THUMBS_SHARD", "2/3"}}, "1/2"},
      {std::nullopt, {{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "2"}}, "all"},
      {"0/4", {}, "--shard: there is no part 0 of 4"},
      {"5/4", {}, "--shard: there is no part 5 of 4"},
      {"1/0", {}, "--shard: there is no part 1 of 0"},
      {"1/1000001", {}, "--shard: there is no part"},
      {"1", {}, "--shard: \"1\" is not I/N"},
      {"", {}, "--shard: \"\" is not I/N"},
      {"1/", {}, "is not I/N"},
      {"/2", {}, "is not I/N"},
      {"+1/2", {}, "is not I/N"},
      {"1/2/3", {}, "is not I/N"},
      {" 1/2", {}, "is not I/N"},
      {"1/2 ", {}, "is not I/N"},
      {"-1/2", {}, "is not I/N"},
      {"1/4294967297", {}, "is not I/N"},
      {"Auto", {}, "is not I/N"},
      {std::nullopt, {{"THUMBS_SHARD", "9/3"}}, "THUMBS_SHARD: there is no part 9 of 3"},
      {std::nullopt, {{"THUMBS_SHARD", "x"}}, "THUMBS_SHARD: \"x\" is not I/N"},
      {"auto", {}, "--shard: no scheduler's variables are set"},
      {std::nullopt, {{"THUMBS_SHARD", "auto"}}, "THUMBS_SHARD: no scheduler's variables are set"},
  };
  for (const auto& c : cases)
    EXPECT_THAT(part_of(c.option, c.variables), HasSubstr(c.part)) << c.option.value_or("none") << " " << c.part;
}

const Variables k_array{{"SLURM_ARRAY_TASK_ID", "3"},   {"SLURM_ARRAY_TASK_MIN", "1"},   {"SLURM_ARRAY_TASK_MAX", "4"},
                        {"SLURM_ARRAY_TASK_STEP", "1"}, {"SLURM_ARRAY_TASK_COUNT", "4"}, {"SLURM_PROCID", "0"},
                        {"SLURM_NTASKS", "1"}};

TEST(ShardOption, AsSchedulersSay) {
  const struct {
    Variables variables;
    std::string part, from;
  } cases[] = {
      {k_array, "3/4", "Slurm, SLURM_ARRAY_TASK_ID=3"},
      {with(k_array, {{"SLURM_ARRAY_TASK_ID", "0"}, {"SLURM_ARRAY_TASK_MIN", "0"}, {"SLURM_ARRAY_TASK_MAX", "3"}}),
       "1/4", "Slurm"},
      {with(k_array, {{"SLURM_ARRAY_TASK_ID", "20"},
                      {"SLURM_ARRAY_TASK_MIN", "10"},
                      {"SLURM_ARRAY_TASK_MAX", "30"},
                      {"SLURM_ARRAY_TASK_STEP", "10"},
                      {"SLURM_ARRAY_TASK_COUNT", "3"}}),
       "2/3", "Slurm"},
      {{{"SLURM_PROCID", "5"}, {"SLURM_NTASKS", "6"}}, "6/6", "Slurm, SLURM_PROCID=5"},
      {{{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "8"}, {"SLURM_STEP_NUM_TASKS", "2"}}, "2/2", "SLURM_STEP_NUM_TASKS=2"},
      {{{"JOB_COMPLETION_INDEX", "0"}, {"THUMBS_SHARD_COUNT", "3"}}, "1/3", "Kubernetes, JOB_COMPLETION_INDEX=0"},
      {{{"AWS_BATCH_JOB_ARRAY_INDEX", "1"}, {"AWS_BATCH_JOB_ARRAY_SIZE", "2"}}, "2/2", "AWS Batch"},
      {{{"AWS_BATCH_JOB_ARRAY_INDEX", "1"}, {"THUMBS_SHARD_COUNT", "2"}}, "2/2", "AWS Batch"},
      {{{"BATCH_TASK_INDEX", "0"}, {"BATCH_TASK_COUNT", "5"}}, "1/5", "Google Batch"},
      {{{"CLOUD_RUN_TASK_INDEX", "4"}, {"CLOUD_RUN_TASK_COUNT", "5"}}, "5/5", "Cloud Run"},
      {{{"CI_NODE_INDEX", "1"}, {"CI_NODE_TOTAL", "5"}}, "1/5", "GitLab"},
      {{{"CI_NODE_INDEX", "5"}, {"CI_NODE_TOTAL", "5"}}, "5/5", "GitLab"},
      {{{"CIRCLE_NODE_INDEX", "0"}, {"CIRCLE_NODE_TOTAL", "2"}}, "1/2", "CircleCI"},
      {{{"BUILDKITE_PARALLEL_JOB", "1"}, {"BUILDKITE_PARALLEL_JOB_COUNT", "2"}}, "2/2", "Buildkite"},
      {{{"SYSTEM_JOBPOSITIONINPHASE", "2"}, {"SYSTEM_TOTALJOBSINPHASE", "2"}}, "2/2", "Azure Pipelines"},
      {{{"CI_NODE_INDEX", "2"}, {"CI_NODE_TOTAL", "2"}, {"JOB_COMPLETION_INDEX", "1"}, {"THUMBS_SHARD_COUNT", "2"}},
       "2/2",
       "Kubernetes"},
  };
  for (const auto& c : cases) {
    const TakenShard taken = read_shard("--shard", "auto", environment_of(c.variables));
    EXPECT_EQ(std::to_string(taken.shard.index) + "/" + std::to_string(taken.shard.count), c.part) << c.from;
    EXPECT_THAT(taken.from, HasSubstr(c.from));
    EXPECT_EQ(part_of(std::nullopt, with(c.variables, {{"THUMBS_SHARD", "auto"}})), c.part);
  }
}

TEST(ShardOption, WhatSchedulersDoNotSayIsRefused) {
  const struct {
    Variables variables;
    std::string message;
  } cases[] = {
      {{{"JOB_COMPLETION_INDEX", "0"}},
       "JOB_COMPLETION_INDEX=0 does not say of how many parts: set THUMBS_SHARD_COUNT"},
      {{{"SLURM_PROCID", "0"}}, "SLURM_PROCID=0 does not say of how many parts"},
      {{{"CI_NODE_INDEX", "0"}, {"CI_NODE_TOTAL", "2"}}, "CI_NODE_INDEX=0"},
      {{{"CI_NODE_INDEX", "3"}, {"CI_NODE_TOTAL", "2"}}, "no part 3 of 2 (GitLab, CI_NODE_INDEX=3"},
      {{{"BATCH_TASK_INDEX", "2"}, {"BATCH_TASK_COUNT", "2"}}, "no part 3 of 2 (Google Batch, BATCH_TASK_INDEX=2"},
      {{{"BATCH_TASK_INDEX", "two"}, {"BATCH_TASK_COUNT", "2"}}, "BATCH_TASK_INDEX=two is not a number"},
      {{{"BATCH_TASK_INDEX", "1"}, {"BATCH_TASK_COUNT", "many"}}, "BATCH_TASK_COUNT=many is not a number"},
      {{{"CI_NODE_INDEX", "1"}, {"CI_NODE_TOTAL", "2"}, {"JOB_COMPLETION_INDEX", "1"}, {"THUMBS_SHARD_COUNT", "2"}},
       "both Kubernetes, JOB_COMPLETION_INDEX=1, THUMBS_SHARD_COUNT=2 and GitLab, CI_NODE_INDEX=1"},
      {{{"AWS_BATCH_JOB_ARRAY_INDEX", "1"}, {"AWS_BATCH_JOB_ARRAY_SIZE", "2"}, {"THUMBS_SHARD_COUNT", "3"}},
       "AWS_BATCH_JOB_ARRAY_SIZE=2 and THUMBS_SHARD_COUNT=3"},
      {with(k_array, {{"SLURM_ARRAY_TASK_COUNT", "3"}}), "SLURM_ARRAY_TASK_ID=3"},
      {with(k_array, {{"SLURM_ARRAY_TASK_ID", "7"}}), "use --array=1-N"},
      {with(k_array, {{"SLURM_ARRAY_TASK_STEP", "0"}}), "use --array=1-N"},
      {with(k_array, {{"SLURM_ARRAY_TASK_STEP", "2"}}), "use --array=1-N"},
      {with(k_array, {{"SLURM_ARRAY_TASK_MAX", ""}}), "SLURM_ARRAY_TASK_MAX is not set"},
      {with(k_array, {{"SLURM_STEP_NUM_TASKS", "2"}}), "both a job array and SLURM_STEP_NUM_TASKS=2"},
  };
  for (const auto& c : cases) EXPECT_THAT(part_of("auto", c.variables), HasSubstr(c.message));
}

}  // namespace
}  // namespace thumbs::cli
