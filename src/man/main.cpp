// Prints a manual page; the build runs it. It is not installed.
//   thumbs_man 1|5 DATE
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include "man/pages.h"

int main(int argc, char** argv) {
  const std::string section = argc == 3 ? argv[1] : "";
  try {
    if (section != "1" && section != "5") throw std::invalid_argument("usage: thumbs_man 1|5 DATE");
    const std::string page = section == "1" ? thumbs::man::command_page(argv[2]) : thumbs::man::manifest_page(argv[2]);
    return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() && std::fflush(stdout) == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "thumbs_man: %s\n", error.what());
    return 2;
  }
}
