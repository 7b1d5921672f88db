// Loaded before the program (LD_PRELOAD): what a decoder would do that a hostile picture has taken over. It is called
// wherever the program reads the header of a PNG. It tries each thing that the sandbox is to prevent, writes a line
// "planted: NAME: RESULT" about it to standard error, and then fails as libpng does.
//
// THUMBS_PLANTED_OUTSIDE is a folder outside of the project, THUMBS_PLANTED_SOURCE a source.
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <png.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

void tell(const char* name, bool done) {
  const std::string line = std::string("planted: ") + name + ": " + (done ? "done" : strerrorname_np(errno)) + "\n";
  static_cast<void>(!write(STDERR_FILENO, line.data(), line.size()));
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool reads(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY);
  char byte = 0;
  return fd >= 0 && read(fd, &byte, 1) == 1;
}

bool lists(const char* path) { return opendir(path) != nullptr; }

bool starts_a_program() {
  int ends[2];
  if (pipe(ends) != 0) return false;
  const pid_t child = fork();
  if (child == 0) {
    char* const arguments[] = {const_cast<char*>("true"), nullptr};
    execve("/bin/true", arguments, nullptr);
    const int error = errno;
    static_cast<void>(!write(ends[1], &error, sizeof error));
    _exit(1);
  }
  close(ends[1]);
  int error = 0;
  const bool refused = read(ends[0], &error, sizeof error) == sizeof error;
  waitpid(child, nullptr, 0);
  errno = error;
  return child > 0 && !refused;
}

bool connects() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return false;
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(9);
  there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(fd, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0 || errno == ECONNREFUSED;
}

bool reads_memory_of(pid_t process) {
  char byte = 0;
  iovec here{&byte, 1};
  iovec there{reinterpret_cast<void*>(0x1000), 1};
  return process_vm_readv(process, &here, 1, &there, 1, 0) == 1 || errno == EFAULT;
}

bool types_into_the_terminal() {
  const char letter = 'x';
  return ioctl(STDIN_FILENO, TIOCSTI, &letter) == 0;
}

void misbehave() {
  const std::string outside = variable("THUMBS_PLANTED_OUTSIDE");
  const std::string source = variable("THUMBS_PLANTED_SOURCE");
  const pid_t parent = getppid();
  tell("read /etc/passwd", reads("/etc/passwd"));
  tell("list /etc", lists("/etc"));
  tell("read outside", reads(outside + "/secret"));
  tell("read the parent's environment", reads("/proc/" + std::to_string(parent) + "/environ"));
  tell("write outside", open((outside + "/new").c_str(), O_CREAT | O_WRONLY, 0666) >= 0);
  tell("make a folder outside", mkdir((outside + "/folder").c_str(), 0777) == 0);
  tell("write a source", open(source.c_str(), O_WRONLY) >= 0);
  tell("shorten a source", truncate(source.c_str(), 1) == 0);
  tell("remove a source", unlink(source.c_str()) == 0);
  tell("connect", connects());
  tell("start a program", starts_a_program());
  tell("trace the parent", ptrace(PTRACE_ATTACH, parent, nullptr, nullptr) == 0);
  tell("read the parent's memory", reads_memory_of(parent));
  tell("signal the parent", kill(parent, SIGCONT) == 0);
  tell("have the parent signalled", fcntl(STDERR_FILENO, F_SETOWN, parent) == 0);
  tell("choose the signal", fcntl(STDERR_FILENO, F_SETSIG, SIGKILL) == 0);
  tell("be root elsewhere", unshare(CLONE_NEWUSER) == 0);
  tell("mount", mount("none", outside.c_str(), "tmpfs", 0, nullptr) == 0);
  tell("make a program in memory", syscall(SYS_memfd_create, "x", 0U) >= 0);
  tell("call what no run needs", syscall(SYS_io_uring_setup, 1U, nullptr) >= 0);
  tell("type into the terminal", types_into_the_terminal());
}

}  // namespace

extern "C" void png_read_info(png_structp png, png_infop) {
  misbehave();
  png_error(png, "planted");
}
