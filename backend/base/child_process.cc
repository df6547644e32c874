#include "base/child_process.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/use_awaitable.hpp>
#include <cstring>

namespace dcim::base {
namespace {

struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
};

Result<Identity> identity_of(const std::string& user) {
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  if (getpwnam_r(user.c_str(), &entry, buffer, sizeof buffer, &found) != 0 || !found) {
    return Error::not_found("there is no system user " + user);
  }
  Identity out{entry.pw_uid, entry.pw_gid, std::vector<gid_t>(64)};
  int count = static_cast<int>(out.groups.size());
  if (getgrouplist(user.c_str(), entry.pw_gid, out.groups.data(), &count) < 0) return Error::internal(user + " is in too many groups");
  out.groups.resize(static_cast<std::size_t>(count));
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    if (!added.contains(std::string(text.substr(0, text.find('='))))) out.emplace_back(text);
  }
  for (const auto& [name, value] : added) out.push_back(name + "=" + value);
  return out;
}

// What a child is started with, prepared before the fork: after it only async-signal-safe calls are allowed.
struct Prepared {
  std::vector<std::string> arguments, environment;
  std::optional<Identity> identity;
  int output = -1;  // file descriptor for standard output and error
  pid_t parent = getpid();

  ~Prepared() {
    if (output >= 0) ::close(output);
  }
};

[[noreturn]] void become(Prepared& p, char* const* argv, char* const* envp, int failure_pipe) {
  auto fail = [&] {
    const int error = errno;
    if (::write(failure_pipe, &error, sizeof error) < 0) _exit(126);
    _exit(127);
  };
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);  // Ctrl-C at the terminal reaches the supervisor alone, which stops its children in order
  if (p.output >= 0 && (dup2(p.output, STDOUT_FILENO) < 0 || dup2(p.output, STDERR_FILENO) < 0)) fail();
  if (p.identity) {
    const auto& id = *p.identity;
    if (setgroups(id.groups.size(), id.groups.data()) || setgid(id.gid) || setuid(id.uid)) fail();
  }
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // after setuid, which clears it
  if (getppid() != p.parent) _exit(125);
  if (p.identity && chdir("/")) fail();
  execve(argv[0], argv, envp);
  fail();
  _exit(127);
}

Result<void> prepare(const Command& command, Prepared& p) {
  p.arguments.push_back(command.program.string());
  p.arguments.insert(p.arguments.end(), command.arguments.begin(), command.arguments.end());
  p.environment = environment_with(command.environment);
  if (!command.user.empty()) {
    auto identity = identity_of(command.user);
    if (!identity) return identity.error();
    p.identity = std::move(*identity);
  }
  if (!command.log_file.empty() || command.quiet) {
    const auto path = command.quiet ? std::filesystem::path("/dev/null") : command.log_file;
    p.output = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (p.output < 0) return Error::unavailable("cannot write " + path.string() + ": " + std::strerror(errno));
  }
  return {};
}

Result<pid_t> spawn(Prepared& p) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return Error::internal(std::string("no pipe: ") + std::strerror(errno));
  auto argv = pointers(p.arguments);
  auto envp = pointers(p.environment);
  const pid_t pid = fork();
  if (pid == 0) become(p, argv.data(), envp.data(), pipe_ends[1]);
  ::close(pipe_ends[1]);
  if (pid < 0) {
    ::close(pipe_ends[0]);
    return Error::internal(std::string("cannot fork: ") + std::strerror(errno));
  }
  int error = 0;
  const auto n = ::read(pipe_ends[0], &error, sizeof error);  // ends at exec, which closes the other end
  ::close(pipe_ends[0]);
  if (n == sizeof error) {
    waitpid(pid, nullptr, 0);
    return Error::unavailable("cannot run " + p.arguments[0] + ": " + std::strerror(error));
  }
  return pid;
}

}  // namespace

std::string ExitStatus::text() const { return signal ? "was killed by signal " + std::to_string(signal) : "exited with " + std::to_string(code); }

Result<ChildProcess> ChildProcess::start(boost::asio::any_io_executor executor, const Command& command) {
  Prepared prepared;
  if (auto ok = prepare(command, prepared); !ok) return ok.error();
  const auto pid = spawn(prepared);
  if (!pid) return pid.error();
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, *pid, 0));
  if (fd < 0) {
    kill(*pid, SIGKILL);
    waitpid(*pid, nullptr, 0);
    return Error::internal(std::string("pidfd_open: ") + std::strerror(errno));
  }
  return ChildProcess(*pid, boost::asio::posix::stream_descriptor(executor, fd));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept : pid_(std::exchange(other.pid_, 0)), pidfd_(std::move(other.pidfd_)) {}

ChildProcess::~ChildProcess() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void ChildProcess::signal(int number) {
  if (pid_ > 0) kill(pid_, number);
}

boost::asio::awaitable<ExitStatus> ChildProcess::wait() {
  co_await pidfd_.async_wait(boost::asio::posix::descriptor_base::wait_read, boost::asio::use_awaitable);
  int status = 0;
  waitpid(std::exchange(pid_, 0), &status, 0);
  ExitStatus out;
  if (WIFSIGNALED(status)) {
    out.signal = WTERMSIG(status);
  } else {
    out.code = WEXITSTATUS(status);
  }
  co_return out;
}

Result<void> run_to_end(const Command& command, const std::string& what) {
  Prepared prepared;
  if (auto ok = prepare(command, prepared); !ok) return ok.error();
  char path[] = "/tmp/dcim-output-XXXXXX";
  if (prepared.output < 0) {
    prepared.output = mkostemp(path, O_CLOEXEC);
    unlink(path);
  }
  const auto pid = spawn(prepared);
  if (!pid) return pid.error();
  int status = 0;
  waitpid(*pid, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  char text[2000];
  const auto n = pread(prepared.output, text, sizeof text, 0);
  std::string said(text, n > 0 ? static_cast<std::size_t>(n) : 0);
  while (!said.empty() && said.back() == '\n') said.pop_back();
  return Error::unavailable(what + " failed: " + said);
}

}  // namespace dcim::base
