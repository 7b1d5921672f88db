// For tests of abandoned work: runs steps under a limit that is already reached.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "image/codec/codec.h"
#include "support/pictures.h"
#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs::test {

inline constexpr int k_given_up_side = 640;

struct Step {
  std::string name;
  std::function<void()> run;
};

// Made ahead of the limit, for one run.
using Given = std::shared_ptr<image::Picture>;

inline Given given(image::ColourModel model, bool alpha = false) {
  return std::make_shared<image::Picture>(make_picture(model, k_given_up_side, k_given_up_side, texture(), alpha));
}

inline Variant given_up_settings(OutputFormat format, int effort = 4) {
  Variant v;
  v.format = format;
  v.quality = 80;
  v.effort = effort;
  return v;
}

inline Step decode_step(const std::string& name, const Bytes& bytes) {
  return {name, [=] {
            image::MemorySource source(bytes);
            image::open_picture(source, Limits{})->decode({1}, FailOn::none);
          }};
}

inline void expect_given_up(const std::vector<Step>& steps, double seconds, const std::atomic<bool>* stop,
                            ErrorCode code) {
  for (const Step& step : steps) {
    SCOPED_TRACE(step.name);
    const WorkLimit limit(seconds, stop);
    try {
      step.run();
      ADD_FAILURE() << "it went on to its end";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code);
    }
  }
}

inline void expect_interrupted(const std::vector<Step>& steps) {
  const std::atomic<bool> stop{true};
  expect_given_up(steps, 0, &stop, ErrorCode::interrupted);
}
inline void expect_too_slow(const std::vector<Step>& steps) {
  expect_given_up(steps, 1e-9, nullptr, ErrorCode::too_slow);
}

}  // namespace thumbs::test
