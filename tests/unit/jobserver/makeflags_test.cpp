// Where MAKEFLAGS says that the jobserver is.
#include "jobserver/makeflags.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace thumbs::jobserver {
namespace {

TEST(Makeflags, NameAJobserverOrNone) {
  struct Case {
    std::string flags;
    std::optional<Place> place;
  };
  const Case cases[] = {
      {"", std::nullopt},
      {"ks", std::nullopt},
      {" -j3 --jobserver-auth=3,4", Place{{}, 3, 4}},                        // GNU make 4.2 and 4.3
      {"s -j --jobserver-fds=10,11", Place{{}, 10, 11}},                     // before
      {" -j3 --jobserver-auth=fifo:/tmp/GMfifo12", Place{"/tmp/GMfifo12"}},  // 4.4, ninja 1.13
      {" --jobserver-auth=3,4 --jobserver-auth=5,6", Place{{}, 5, 6}},
      {" --jobserver-fds=3,4 --jobserver-auth=fifo:/x", Place{"/x"}},
      {" --jobserver-auth=3,4 --jobserver-auth=-2,-2", std::nullopt},  // switched off: no "+" in front of the recipe
      {" -j2 -- --jobserver-auth=3,4", std::nullopt},                  // a variable's value
      {" -j2 --jobserver-auth=3,4 -- CFLAGS=--jobserver-auth=5,6", Place{{}, 3, 4}},
      {" --jobserver-auth=", std::nullopt},
      {" --jobserver-auth=fifo:", std::nullopt},
      {" --jobserver-auth=3", std::nullopt},
      {" --jobserver-auth=3,", std::nullopt},
      {" --jobserver-auth=3,4x", std::nullopt},
      {" --jobserver-auth=3;4", std::nullopt},
      {" --jobserver-auth=99999999999,4", std::nullopt},
      {" --jobserver-authority=3,4", std::nullopt},
  };
  for (const Case& one : cases) EXPECT_EQ(place_in(one.flags), one.place) << one.flags;
}

}  // namespace
}  // namespace thumbs::jobserver
