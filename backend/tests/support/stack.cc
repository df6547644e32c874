#include "tests/support/stack.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>

#include "base/supervisor.h"
#include "cli/private_broker.h"
#include "cli/private_postgres.h"

namespace dcim::tests {

namespace fs = std::filesystem;
namespace asio = boost::asio;
using namespace std::chrono_literals;

std::uint16_t free_port() {
  asio::io_context io;
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  return acceptor.local_endpoint().port();
}

bool eventually(const std::function<bool()>& is_true, std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!is_true()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

Process::Process(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment, const fs::path& log) {
  pid_ = fork();
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // also of a test that is killed nothing is left
  close_range(3, ~0U, 0);            // what the test listens on is not the program's
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  if (!freopen(log.c_str(), "a", stdout) || dup2(STDOUT_FILENO, STDERR_FILENO) < 0) _exit(126);
  std::vector<char*> arguments;
  for (const auto& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

Process::~Process() {
  if (running()) {
    signal(SIGTERM);
    if (!eventually([this] { return !running(); }, 20s)) signal(SIGKILL);
  }
  // A program that falls over while it stops, or afterwards, has failed its test.
  const int ended = wait();
  for (const int crash : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) {
    if (ended != -crash) continue;
    std::fprintf(stderr, "[stack] process %d was ended by signal %d\n", pid_, crash);
    std::abort();
  }
}

void Process::signal(int number) const { ::kill(pid_, number); }

bool Process::running() {
  if (ended_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return false;
}

int Process::wait() {
  if (ended_) return *ended_;
  int status = 0;
  waitpid(pid_, &status, 0);
  ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return *ended_;
}

// The supervisor of database and broker lives on a thread of its own.
struct Services::Parts {
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  base::Supervisor supervisor{io.get_executor(), [](const std::string& line) { std::fprintf(stderr, "[stack] %s\n", line.c_str()); }};
  std::optional<cli::DataFolder> data;
  std::optional<cli::PrivatePostgres> postgres;
  std::optional<cli::PrivateBroker> broker;
  std::uint16_t mqtt_port = 0;
  int databases = 0;
  std::thread thread;

  template <class Task>
  auto run(Task task) {
    return asio::co_spawn(io, std::move(task), asio::use_future).get();
  }
  void start(base::Child child) {
    auto started = run(supervisor.start(std::move(child)));
    if (!started) throw std::runtime_error(started.error().message);
  }
  // Asked where the supervisor lives, which may be replacing the child at this moment.
  int pid_of(std::string name) {
    return run(
        [](base::Supervisor& asked, std::string child) -> asio::awaitable<int> { co_return asked.pid_of(child); }(supervisor, std::move(name)));
  }
};

Services& Services::get() {
  static Services services;
  return services;
}

Services::Services() : parts_(std::make_unique<Parts>()) {
  std::string name = (fs::temp_directory_path() / "dcim-test-XXXXXX").string();
  folder_ = mkdtemp(name.data());
  fs::permissions(folder_, fs::perms::others_exec | fs::perms::group_exec, fs::perm_options::add);
  auto& p = *parts_;
  auto data = cli::DataFolder::open(folder_ / "data");
  p.data.emplace(std::move(data.value()));
  p.mqtt_port = free_port();
  p.postgres.emplace(cli::PrivatePostgres::prepare(*p.data).value());
  p.broker.emplace(cli::PrivateBroker::prepare(*p.data, p.mqtt_port).value());
  p.thread = std::thread([&p] { p.io.run(); });
  p.start(p.postgres->child());
  p.run(p.postgres->create_database());
  p.start(p.broker->child());
}

Services::~Services() {
  auto& p = *parts_;
  freeze_database(false);
  p.run(p.supervisor.stop());
  p.work.reset();
  p.io.stop();
  p.thread.join();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string Services::mqtt_url(const std::string& account) const { return parts_->broker->url(account); }
std::uint16_t Services::mqtt_port() const { return parts_->mqtt_port; }

int Services::pid_of(const std::string& name) const { return parts_->pid_of(name); }

std::string Services::new_database() {
  auto& p = *parts_;
  const auto name = "test" + std::to_string(++p.databases);
  // The role may not create databases. Not from the template "dcim": TimescaleDB's scheduler may be in it at any moment.
  auto url = p.postgres->url();
  const auto superuser = [&](const std::string& database) {
    return "postgresql://postgres:" + p.data->secret("postgres-superuser").value() + "@/" + database + url.substr(url.find("?host="));
  };
  Database(superuser("postgres")).query("CREATE DATABASE " + name + " OWNER dcim");
  Database(superuser(name)).query("CREATE EXTENSION timescaledb");
  return url.replace(url.find("@/dcim?"), 7, "@/" + name + "?");
}

void Services::restart_broker(bool kill) {
  auto& p = *parts_;
  const auto before = p.pid_of("Mosquitto");
  ::kill(before, kill ? SIGKILL : SIGTERM);
  eventually([&] { return p.pid_of("Mosquitto") != before && p.pid_of("Mosquitto") != 0 && cli::listens(p.mqtt_port); });
}

void Services::freeze_database(bool frozen) {
  const auto pid = parts_->pid_of("PostgreSQL");
  if (pid == 0) return;
  const auto command = std::string("pkill -") + (frozen ? "STOP" : "CONT") + " -P " + std::to_string(pid);
  ::kill(pid, frozen ? SIGSTOP : SIGCONT);
  [[maybe_unused]] const int result = std::system(command.c_str());
}

void Services::crash_database() {
  auto& p = *parts_;
  const auto before = p.pid_of("PostgreSQL");
  ::kill(before, SIGQUIT);
  const auto ready = p.postgres->child().ready;
  if (!eventually([&] { return p.pid_of("PostgreSQL") != before && p.pid_of("PostgreSQL") != 0 && ready(); }, 60s))
    throw std::runtime_error("PostgreSQL does not come back");
}

Database::Database(const std::string& url, std::chrono::seconds statement_timeout) : connection_(io_.get_executor(), url, statement_timeout) {}

store::Rows Database::query(const std::string& sql, store::Params params) {
  const auto ask = [&] {
    auto future = asio::co_spawn(io_, connection_.query(sql, params), asio::use_future);
    io_.restart();
    io_.run();
    return future.get();
  };
  try {
    return ask();
  } catch (const store::DatabaseError& error) {
    if (!error.disconnected()) throw;
    return ask();  // it was restarted since the last statement
  }
}

// Chunks, each with its length in hexadecimal before it (RFC 9112, §7.1), put together. One that is cut off gives what came.
static std::string joined(const std::string& chunks) {
  std::string out;
  for (std::size_t at = 0; at < chunks.size();) {
    const auto line = chunks.find("\r\n", at);
    if (line == chunks.npos) break;
    const auto size = std::stoul(chunks.substr(at, line - at), nullptr, 16);
    if (size == 0) break;
    out += chunks.substr(line + 2, size);
    at = line + 2 + size + 2;
  }
  return out;
}

boost::json::value Answer::json() const { return boost::json::parse(body); }

Answer Client::request(const std::string& method, const std::string& target, const std::string& body,
                       const std::map<std::string, std::string>& headers) {
  asio::io_context io;
  asio::ip::tcp::iostream stream;
  stream.expires_after(30s);
  stream.connect("127.0.0.1", std::to_string(port_));
  stream << method << ' ' << target << " HTTP/1.1\r\nHost: 127.0.0.1:" << port_ << "\r\nConnection: close\r\n";
  if (!cookie_.empty()) stream << "Cookie: dcim_session=" << cookie_ << "\r\n";
  for (const auto& [name, value] : headers) stream << name << ": " << value << "\r\n";
  if (!body.empty() && !headers.contains("Content-Type")) stream << "Content-Type: application/json\r\n";
  stream << "Content-Length: " << body.size() << "\r\n\r\n" << body << std::flush;

  Answer answer;
  std::string line;
  std::getline(stream, line);
  if (line.size() > 12) answer.status = static_cast<unsigned>(std::stoul(line.substr(9, 3)));
  while (std::getline(stream, line) && line != "\r") {
    const auto colon = line.find(':');
    auto name = line.substr(0, colon);
    for (auto& c : name) c = static_cast<char>(std::tolower(c));
    answer.headers[name] = line.substr(colon + 2, line.size() - colon - 3);
  }
  std::ostringstream rest;
  rest << stream.rdbuf();
  answer.body = answer.headers["transfer-encoding"] == "chunked" ? joined(rest.str()) : rest.str();
  if (const auto set = answer.headers.find("set-cookie"); set != answer.headers.end() && set->second.starts_with("dcim_session=")) {
    cookie_ = set->second.substr(13, set->second.find(';') - 13);
  }
  return answer;
}

Answer Client::post(const std::string& target, const std::string& body) { return request("POST", target, body, {{"X-CSRF-Token", csrf_token_}}); }

Answer Client::login(const std::string& email, const std::string& password) {
  auto answer = request("POST", "/api/auth/login", R"({"email":")" + email + R"(","password":")" + password + "\"}");
  if (answer.status == 200) csrf_token_ = answer.json().at("csrf_token").as_string().c_str();
  return answer;
}

Server::Server(std::map<std::string, std::string> environment) : environment_(std::move(environment)), port_(free_port()) {
  const auto given = environment_.find("DCIM_DATABASE_URL");
  database_url_ = given == environment_.end() ? Services::get().new_database() : given->second;
  log_ = Services::get().folder() / ("server-" + std::to_string(port_) + ".log");
  environment_.try_emplace("DCIM_DATABASE_URL", database_url_);
  environment_.try_emplace("DCIM_MQTT_URL", Services::get().mqtt_url("dcim-server"));
  environment_["DCIM_HTTP_PORT"] = std::to_string(port_);
  start();
}

void Server::launch() { process_ = std::make_unique<Process>(std::vector<std::string>{DCIM_BIN_DIR "/dcim", "serve"}, environment_, log_); }

void Server::start() {
  launch();
  if (!eventually([&] { return ready(); }, 30s)) throw std::runtime_error("dcim serve is not ready: " + log_.string());
}

double Server::peak_memory_mib() const {
  std::ifstream status("/proc/" + std::to_string(process_->pid()) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

void Server::kill() {
  process_->signal(SIGKILL);
  process_->wait();
}

int Server::stop() {
  process_->signal(SIGTERM);
  return process_->wait();
}

int Server::dcim(const std::vector<std::string>& arguments, const std::string& input) {
  std::vector<std::string> command{"/bin/sh", "-c", "printf '%s\\n' \"$DCIM_TEST_INPUT\" | \"$0\" \"$@\"", DCIM_BIN_DIR "/dcim"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  auto environment = environment_;
  environment["DCIM_TEST_INPUT"] = input;
  return Process(command, environment, log_.string() + ".cli").wait();
}

double Server::metric(const std::string& name_and_labels) {
  std::istringstream lines(Client(port_).get("/metrics").body);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name_and_labels + " ")) return std::stod(line.substr(name_and_labels.size() + 1));
  }
  return -1;
}

fs::path site_file(const std::string& code, int racks, double interval_s) {
  const auto path = Services::get().folder() / (code + ".toml");
  std::ofstream out(path);
  out << "[site]\ncode = \"" << code << "\"\nname = \"" << code
      << "\"\ntime_zone = \"UTC\"\nsimulated = true\n[[rooms]]\ncode = \"r\"\nname = \"R\"\n";
  for (int i = 1; i <= racks; ++i) {
    char rack[16];
    std::snprintf(rack, sizeof rack, "R%03d", i);
    const auto topic = "dc/" + code + "/r/rack-" + rack;
    out << "[[rooms.racks]]\nname = \"" << rack << "\"\n[[rooms.racks.devices]]\nname = \"" << rack << " climate\"\ntype = \"temperature-sensor\"\n"
        << "topic = \"" << topic << "/temperature\"\ninterval_s = " << interval_s
        << "\nsensors = [{ name = \"inlet\", kind = \"inlet-temperature\", unit = \"°C\" }]\n"
        << "[[rooms.racks.devices]]\nname = \"" << rack << " PDU\"\ntype = \"pdu\"\ntopic = \"" << topic << "/power\"\ninterval_s = " << interval_s
        << "\nsensors = [{ name = \"power\", kind = \"rack-power\", unit = \"kW\" }]\n";
  }
  return path;
}

void publish(const std::string& topic, const std::vector<std::string>& payloads, bool retain) {
  const auto lines = Services::get().folder() / "publish.txt";
  {
    std::ofstream out(lines);
    for (const auto& payload : payloads) out << payload << '\n';
  }
  const auto command = "mosquitto_pub -L '" + Services::get().mqtt_url("dcim-device") + "/" + topic + "' -q 1 -l" + (retain ? " -r" : "") + " < '" +
                       lines.string() + "'";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("mosquitto_pub failed: " + command);
}

}  // namespace dcim::tests
