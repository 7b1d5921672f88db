// An item of a report, for the tests of what is printed of it.
#pragma once

#include <string>

#include "thumbs/report.h"

namespace thumbs::cli {

inline Item item_of(const std::string& output, Status status, Reason reason, const std::string& set = "s") {
  Item item;
  item.set = set;
  item.source = "in/a.jpg";
  item.variant = "v";
  item.output = output;
  item.status = status;
  item.reason = reason;
  return item;
}

}  // namespace thumbs::cli
