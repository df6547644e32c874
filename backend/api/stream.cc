#include "api/stream.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>

#include "api/http.h"

namespace dcim::api {
namespace {

constexpr const char* kSessionEnded = "the session ended";

}  // namespace

bool Stream::deliver(const live::Message& message) {
  {
    const std::scoped_lock lock(mutex_);
    if (closing_) return true;
    if (queue_.size() >= kQueueLength) {
      behind_ = true;
      metrics_.stream_messages_dropped.Increment();
      return false;
    }
    queue_.push_back(message);
    if (queue_.size() > 1) return true;  // the writer knows already
  }
  wake();
  return true;
}

void Stream::deliver_always(const live::Message& message) {
  bool full = false;
  {
    const std::scoped_lock lock(mutex_);
    if (closing_) return;
    full = queue_.size() >= kLongestQueue;
    if (!full) {
      queue_.push_back(message);
      if (queue_.size() > 1) return;
    }
  }
  if (full) return close(websocket::close_reason(websocket::close_code::try_again_later, "too much at once"));
  wake();
}

void Stream::close(websocket::close_reason reason) {
  {
    const std::scoped_lock lock(mutex_);
    if (closing_) return;
    closing_ = std::move(reason);
    queue_.clear();
  }
  wake();
}

void Stream::wake() {
  asio::post(strand_, [self = shared_from_this()] { self->wake_.cancel(); });
}

asio::awaitable<live::Message> Stream::next() {
  while (true) {
    bool resync = false;
    {
      const std::scoped_lock lock(mutex_);
      if (closing_) co_return nullptr;
      if (!queue_.empty()) {
        auto message = std::move(queue_.front());
        queue_.pop_front();
        co_return message;
      }
      resync = std::exchange(behind_, false);
    }
    if (resync) {
      const auto self = shared_from_this();
      co_await live_.read([&self](live::Live& live) {
        live.resync(*self);
        return true;
      });
    } else {
      co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }
}

websocket::close_reason Stream::reason() const {
  const std::scoped_lock lock(mutex_);
  return closing_.value_or(websocket::close_reason(websocket::close_code::normal));
}

void Stream::leave() {
  close(websocket::close_code::normal);
  asio::post(live_.strand(), [&live = live_, self = shared_from_this()] { live.unsubscribe(*self); });
}

void Stream::refuse(base::Error error) {
  JsonWriter json;
  json.begin_object().member("type", "error").member("code", base::name_of(error.code)).member("detail", error.message).end_object();
  deliver(std::make_shared<const std::string>(json.take()));
}

asio::awaitable<void> Stream::receive(std::string text) {
  const auto message = parse_json(text);
  if (!message) {
    close(websocket::close_reason(websocket::close_code::unknown_data, "not JSON"));
    co_return;
  }
  const auto* object = message->if_object();
  const auto* type = object ? object->if_contains("type") : nullptr;
  const auto* site = object ? object->if_contains("site") : nullptr;
  if (!type || *type != "subscribe" || !site || !site->is_string() || object->size() != 2) {
    refuse(base::Error::invalid("type", R"(expected {"type":"subscribe","site":"…"})"));
    co_return;
  }
  const std::string code(site->get_string().c_str());
  const auto inventory = live_.inventory();
  const auto* known = inventory->site(code);
  if (!known || !core::sees(session_->principal, known->id)) {
    refuse(base::Error::not_found("there is no site " + valid_utf8(code)));
    co_return;
  }
  const auto id = known->id;
  const auto self = shared_from_this();
  co_await live_.read([&self, id](live::Live& live) {
    live.subscribe(id, self);
    return true;
  });
}

void Streams::add(const std::shared_ptr<Stream>& stream) {
  const std::scoped_lock lock(mutex_);
  streams_[stream.get()] = stream;
}

void Streams::remove(const Stream& stream) {
  const std::scoped_lock lock(mutex_);
  streams_.erase(&stream);
}

std::vector<std::shared_ptr<Stream>> Streams::all() const {
  std::vector<std::shared_ptr<Stream>> out;
  const std::scoped_lock lock(mutex_);
  for (const auto& [_, weak] : streams_) {
    if (auto stream = weak.lock()) out.push_back(std::move(stream));
  }
  return out;
}

void Streams::close_all(websocket::close_reason reason) {
  for (const auto& stream : all()) stream->close(reason);
}

void Streams::close_session(const std::string& token_hash, websocket::close_reason reason) {
  for (const auto& stream : all()) {
    if (stream->session().token_hash == token_hash) stream->close(reason);
  }
}

std::vector<std::string> Streams::sessions() const {
  std::vector<std::string> out;
  for (const auto& stream : all()) out.push_back(stream->session().token_hash);
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void Streams::keep_only(const std::vector<std::string>& asked, const std::vector<store::Session>& open) {
  for (const auto& stream : all()) {
    const auto& session = stream->session();
    if (!std::ranges::binary_search(asked, session.token_hash)) continue;  // joined since
    const auto it = std::ranges::find(open, session.token_hash, &store::Session::token_hash);
    if (it != open.end() && it->principal == session.principal) continue;
    stream->close(websocket::close_reason(websocket::close_code::policy_error, kSessionEnded));
  }
}

}  // namespace dcim::api
