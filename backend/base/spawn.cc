#include "base/spawn.h"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <list>
#include <mutex>

#include "base/log.h"

namespace dcim::base {
namespace {

struct Task {
  asio::any_io_executor executor;
  asio::cancellation_signal signal;  // touched only on `executor`
};

void log_end(const std::string& group, const std::string& name, const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& e) {
    if (e.code() != asio::error::operation_aborted) spdlog::error("{}/{} ended: {}", group, name, e.what());
  } catch (const std::exception& e) {
    spdlog::error("{}/{} ended: {}", group, name, e.what());
  }
}

}  // namespace

struct TaskGroup::State {
  State(asio::any_io_executor e, std::string n) : executor(e), name(std::move(n)), strand(asio::make_strand(e)), empty(strand) {
    empty.expires_at(asio::steady_timer::time_point::max());
  }

  asio::any_io_executor executor;
  std::string name;
  mutable std::mutex mutex;  // guards tasks and stopped
  std::list<std::shared_ptr<Task>> tasks;
  bool stopped = false;
  asio::strand<asio::any_io_executor> strand;
  asio::steady_timer empty;  // on strand: cancelled whenever a task ends
};

TaskGroup::TaskGroup(asio::any_io_executor executor, std::string name) : state_(std::make_shared<State>(std::move(executor), std::move(name))) {}

TaskGroup::~TaskGroup() = default;

void TaskGroup::spawn(std::string name, std::function<asio::awaitable<void>()> task) {
  spawn(asio::make_strand(state_->executor), std::move(name), std::move(task));
}

void TaskGroup::spawn(asio::any_io_executor on, std::string name, std::function<asio::awaitable<void>()> task) {
  auto entry = std::make_shared<Task>();
  entry->executor = on;
  bool cancel_now = false;
  {
    const std::scoped_lock lock(state_->mutex);
    state_->tasks.push_back(entry);
    cancel_now = state_->stopped;
  }
  auto ended = [state = state_, entry, name = std::move(name)](std::exception_ptr failure) {
    log_end(state->name, name, failure);
    asio::post(state->strand, [state, entry] {
      {
        const std::scoped_lock lock(state->mutex);
        state->tasks.remove(entry);
      }
      state->empty.cancel();
    });
  };
  // The coroutine starts on its own executor, where alone its signal is touched.
  asio::post(on, [entry, task = std::move(task), ended = std::move(ended)]() mutable {
    // The callable is kept in the coroutine's frame: a lambda's captures must live as long as the coroutine.
    auto body = [](std::function<asio::awaitable<void>()> t) -> asio::awaitable<void> { co_await t(); };
    asio::co_spawn(entry->executor, body(std::move(task)), asio::bind_cancellation_slot(entry->signal.slot(), std::move(ended)));
  });
  if (cancel_now) asio::post(on, [entry] { entry->signal.emit(asio::cancellation_type::terminal); });
}

void TaskGroup::stop() {
  const std::scoped_lock lock(state_->mutex);
  state_->stopped = true;
  for (const auto& task : state_->tasks) {
    asio::post(task->executor, [task] { task->signal.emit(asio::cancellation_type::terminal); });
  }
}

asio::awaitable<void> TaskGroup::join() {
  const auto state = state_;
  auto wait = [](std::shared_ptr<State> s) -> asio::awaitable<void> {
    while (true) {
      {
        const std::scoped_lock lock(s->mutex);
        if (s->tasks.empty()) co_return;
      }
      co_await s->empty.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  };
  co_await asio::co_spawn(state->strand, wait(state), asio::use_awaitable);
}

std::size_t TaskGroup::size() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->tasks.size();
}

}  // namespace dcim::base
