// write_seeds FOLDER: writes the inputs that libFuzzer starts from.
#include <cstdio>
#include <fstream>
#include <string>

#include "fuzz/seeds.h"

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("usage: fuzz_seeds FOLDER\n", stderr), 2;
  int number = 0;
  for (const auto& seeds : {thumbs::test::picture_seeds(), thumbs::test::other_seeds()}) {
    for (const thumbs::test::Bytes& bytes : seeds) {
      std::ofstream file(std::string(argv[1]) + "/seed-" + std::to_string(number++), std::ios::binary);
      file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
      if (!file.flush()) return 1;
    }
  }
  return 0;
}
