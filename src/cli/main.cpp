// The program `thumbs`: everything is in the library thumbs_cli.
#include "cli/app.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

int main(int argc, char** argv) {
#ifdef __GLIBC__
  // Large blocks go back to the system when they are freed. Left to itself, glibc raises this threshold to the largest
  // block it saw, and a picture's memory stays for ever between small allocations that live on (404 → 29 MiB at the
  // peak of 1,000 pictures).
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
#endif
  return thumbs::cli_main(argc, argv);
}
