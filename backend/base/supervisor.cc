#include "base/supervisor.h"

#include <signal.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>

#include "base/log.h"

namespace dcim::base {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto kFirstBackoff = 200ms;
constexpr auto kLongestBackoff = 30s;
constexpr auto kHealthy = 60s;  // who lived that long starts anew with the first backoff
constexpr auto kProbe = 50ms;
constexpr int kDeathsBeforeReady = 3;

asio::awaitable<void> wait_until(asio::steady_timer& timer, Steady::time_point when) {
  timer.expires_at(when);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

std::string seconds(std::chrono::milliseconds t) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", std::chrono::duration<double>(t).count());
  return text;
}

}  // namespace

Supervisor::Supervisor(asio::any_io_executor executor, std::function<void(const std::string&)> say)
    : executor_(executor), say_(std::move(say)), tasks_(executor, "supervisor") {}

asio::awaitable<Result<void>> Supervisor::start(Child child) {
  const auto entry = std::make_shared<Entry>(executor_, std::move(child));
  entries_.push_back(entry);
  tasks_.spawn(executor_, entry->child.name, [this, entry] { return keep_running(entry); });
  const auto deadline = Steady::now() + entry->child.ready_timeout;
  while (true) {
    if (entry->ended) co_return Error::unavailable(entry->child.name + ": " + entry->last_end);
    if (entry->deaths >= kDeathsBeforeReady) co_return Error::unavailable(entry->child.name + " does not stay up: it " + entry->last_end);
    if (entry->process && (!entry->child.ready || entry->child.ready())) co_return Result<void>();
    if (Steady::now() > deadline) {
      co_return Error::unavailable(entry->child.name + " is not ready after " + std::to_string(entry->child.ready_timeout.count()) + " s");
    }
    co_await wait_until(entry->changed, Steady::now() + kProbe);
  }
}

asio::awaitable<void> Supervisor::keep_running(std::shared_ptr<Entry> entry) {
  std::chrono::milliseconds backoff = kFirstBackoff;
  while (!entry->stopping) {
    const auto started = Steady::now();
    auto process = ChildProcess::start(executor_, entry->child.command);
    if (!process) {
      entry->last_end = process.error().message;
    } else {
      entry->process.emplace(std::move(*process));
      entry->changed.cancel();
      if (entry->deaths > 0) say_(entry->child.name + " runs again");
      const auto status = co_await entry->process->wait();
      entry->process.reset();
      entry->last_end = status.text();
    }
    entry->changed.cancel();
    if (entry->stopping) break;
    if (Steady::now() - started >= kHealthy) backoff = kFirstBackoff;
    ++entry->deaths;
    say_(entry->child.name + " " + entry->last_end + "; starting it again in " + seconds(backoff));
    const auto until = Steady::now() + backoff;
    while (!entry->stopping && Steady::now() < until) co_await wait_until(entry->changed, until);
    backoff = std::min<std::chrono::milliseconds>(backoff * 2, kLongestBackoff);
  }
  entry->ended = true;
  entry->changed.cancel();
}

asio::awaitable<void> Supervisor::stop() {
  std::set<int, std::greater<>> stages;
  for (const auto& entry : entries_) stages.insert(entry->child.stage);
  for (const int stage : stages) {
    TaskGroup stopping(executor_, "stop");
    for (const auto& entry : entries_) {
      if (entry->child.stage == stage) stopping.spawn(executor_, entry->child.name, [this, entry] { return stop_one(entry); });
    }
    co_await stopping.join();
  }
  co_await tasks_.join();
}

asio::awaitable<void> Supervisor::stop_one(std::shared_ptr<Entry> entry) {
  entry->stopping = true;
  entry->changed.cancel();
  if (entry->process) entry->process->signal(hurry_ ? SIGKILL : entry->child.stop_signal);
  const auto deadline = Steady::now() + entry->child.stop_timeout;
  bool killed = hurry_;
  while (!entry->ended) {
    if (!killed && (hurry_ || Steady::now() >= deadline)) {
      if (!hurry_) say_(entry->child.name + " does not stop; killing it");
      if (entry->process) entry->process->signal(SIGKILL);
      killed = true;
    }
    co_await wait_until(entry->changed, killed ? Steady::time_point::max() : deadline);
  }
}

void Supervisor::hurry() {
  hurry_ = true;
  for (const auto& entry : entries_) entry->changed.cancel();
}

std::size_t Supervisor::running() const {
  return static_cast<std::size_t>(std::ranges::count_if(entries_, [](const auto& e) { return e->process.has_value(); }));
}

pid_t Supervisor::pid_of(const std::string& name) const {
  const auto it = std::ranges::find_if(entries_, [&](const auto& e) { return e->child.name == name; });
  return it == entries_.end() || !(*it)->process ? 0 : (*it)->process->pid();
}

}  // namespace dcim::base
