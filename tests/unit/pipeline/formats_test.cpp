// Formats on their way through the stages: those that the build has, and those that it was made without.
#include <gtest/gtest.h>

#include "support/built_formats.h"
#include "unit/pipeline/stage_world.h"

namespace thumbs::pipeline {
namespace {

using std::string_literals::operator""s;

TEST(Formats, ASourceInAFormatThatTheBuildLacksIsNamedWithTheOption) {
  const struct {
    const char* path;
    std::string head;
    bool built;
    const char* message;
  } cases[] = {
      {"in/a.avif", "\0\0\0\x10"s + "ftypavif\0\0\0\0"s, built_formats().avif,
       "decode: this thumbs was built without AVIF (THUMBS_AVIF=OFF)"},
      {"in/a.webp", "RIFF\x10\0\0\0WEBPVP8 "s, built_formats().webp,
       "decode: this thumbs was built without WebP (THUMBS_WEBP=OFF)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.path);
    StageWorld world;
    world.add(c.path, c.head);
    world.plan();
    const Work work = world.run();
    ASSERT_TRUE(work.made.front().result().error);
    if (c.built) {
      EXPECT_NE(to_string(work.made.front().result().error->code), "unsupported");
    } else {
      EXPECT_EQ(to_string(work.made.front().result().error->code), "unsupported");
      EXPECT_EQ(work.made.front().result().error->message, c.message);
    }
  }
}

TEST(Formats, WhatTheBuildWritesItReads) {
  for (const auto& [name, built] : {std::pair{"webp", built_formats().webp}, {"avif", built_formats().avif}}) {
    SCOPED_TRACE(name);
    StageWorld world(R"({"name": "a", "width": 16, "effort": 0, "format": ")" + std::string(name) + "\"}");
    world.add("in/a.png", some_png());
    world.plan();
    const Work work = world.run();
    if (!built) {
      ASSERT_TRUE(work.made.front().result().error);
      EXPECT_EQ(to_string(work.made.front().result().error->code), "unsupported");
      continue;
    }
    ASSERT_FALSE(work.made.front().result().error) << work.made.front().result().error->message;
    StageWorld second;
    second.add("in/a." + std::string(name), *world.disk.text("out/a-a." + std::string(name)));
    second.plan();
    const Work again = second.run();
    EXPECT_FALSE(again.made.front().result().error) << again.made.front().result().error->message;
    EXPECT_EQ(again.made.front().result().width, 16);
  }
}

}  // namespace
}  // namespace thumbs::pipeline
