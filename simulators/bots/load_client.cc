#include "simulators/bots/load_client.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include "base/clock.h"

namespace dcim::bots {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kMessagesAtOnce = 64;
constexpr int kPatienceMs = 30'000;

// Packet types of MQTT 3.1.1, with their flags.
constexpr char kConnect = 0x10, kConnack = 0x20, kPublish = 0x30, kPuback = 0x40;
constexpr std::string_view kPingRequest("\xC0\x00", 2), kDisconnect("\xE0\x00", 2);
constexpr unsigned char kPingResponse = 0xD0;

void put_u16(std::string& out, std::size_t v) {
  out += static_cast<char>(v >> 8);
  out += static_cast<char>(v & 0xFF);
}
void put_text(std::string& out, std::string_view text) {
  put_u16(out, text.size());
  out += text;
}
std::string packet(char head, std::string_view body) {
  std::string out(1, head);
  auto length = body.size();
  do {
    out += static_cast<char>((length & 0x7F) | (length > 0x7F ? 0x80 : 0));
    length >>= 7;
  } while (length);
  return out.append(body);
}

}  // namespace

LoadFrame::LoadFrame(const LoadOptions& o, int device) : topic_(load_topic(o, device)) {
  std::string payload = R"({"ts":"2026-01-01T00:00:00.000Z")";
  for (int n = 0; n < load_fields(o, device); ++n) {
    const auto field = load_field(o, n);
    Sum sum{field, 0, 19 + (device * 7 + n * 3) % 8};  // a hall that is well: inside the limits
    payload += ",\"" + field.substr(1) + "\":" + std::to_string(sum.whole) + '.';
    sum.at = payload.size();
    payload += "00";
    sums_.push_back(std::move(sum));
  }
  payload += o.fields == 1 ? R"(,"unit":"°C"})" : "}";

  std::string body;
  put_text(body, topic_);
  if (o.qos) put_u16(body, 0);
  const auto payload_at = body.size();
  body += payload;
  bytes_ = packet(static_cast<char>(kPublish | o.qos << 1), body);
  const auto body_at = bytes_.size() - body.size();
  packet_id_at_ = o.qos ? body_at + payload_at - 2 : 0;
  time_at_ = body_at + payload_at + 7;
  for (auto& sum : sums_) sum.at += body_at + payload_at;
}

void LoadFrame::prepare(std::string_view time, std::uint16_t packet_id) {
  std::memcpy(bytes_.data() + time_at_, time.data(), 24);
  if (packet_id_at_) {
    bytes_[packet_id_at_] = static_cast<char>(packet_id >> 8);
    bytes_[packet_id_at_ + 1] = static_cast<char>(packet_id & 0xFF);
  }
  auto hundredths = static_cast<int>(count_ * 37 % 100);
  for (auto& sum : sums_) {
    bytes_[sum.at] = static_cast<char>('0' + hundredths / 10);
    bytes_[sum.at + 1] = static_cast<char>('0' + hundredths % 10);
    sum.hundredths += sum.whole * 100 + hundredths;
    hundredths = (hundredths + 11) % 100;
  }
  ++count_;
}

LoadClient::LoadClient(const LoadOptions& options, int number) : options_(options), number_(number) {
  for (int device = number; device < load_devices(options); device += options.clients) frames_.emplace_back(options, device);
}

LoadClient::~LoadClient() {
  if (socket_ >= 0) close(socket_);
}

bool LoadClient::connect() {
  addrinfo* addresses = nullptr;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(options_.broker.host.c_str(), std::to_string(options_.broker.port).c_str(), &hints, &addresses) != 0) return false;
  for (auto* address = addresses; address && socket_ < 0; address = address->ai_next) {
    socket_ = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
    if (socket_ >= 0 && ::connect(socket_, address->ai_addr, address->ai_addrlen) != 0) {
      close(socket_);
      socket_ = -1;
    }
  }
  freeaddrinfo(addresses);
  if (socket_ < 0) return false;
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

  const auto& broker = options_.broker;
  std::string body;
  put_text(body, "MQTT");
  body += '\x04';
  body += static_cast<char>(0x02 | (broker.username.empty() ? 0 : 0x80) | (broker.password.empty() ? 0 : 0x40));
  put_u16(body, 0);  // no keep-alive: the load itself shows that it lives
  put_text(body, "dcim-sim load " + std::to_string(number_));
  if (!broker.username.empty()) put_text(body, broker.username);
  if (!broker.password.empty()) put_text(body, broker.password);
  out_ = packet(kConnect, body);
  if (!send_all()) return false;
  pollfd ready{socket_, POLLIN, 0};
  char answer[4];
  return poll(&ready, 1, 5000) == 1 && recv(socket_, answer, 4, MSG_WAITALL) == 4 && answer[0] == kConnack && answer[3] == 0;
}

// All of out_; meanwhile takes what comes, so that neither side stands still because the other does.
bool LoadClient::send_all() {
  std::string_view rest = out_;
  while (!rest.empty()) {
    const auto n = send(socket_, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(n));
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) return false;
    pollfd ready{socket_, POLLIN | POLLOUT, 0};
    if (poll(&ready, 1, kPatienceMs) != 1) return false;
    if ((ready.revents & POLLIN) && !receive(0)) return false;
  }
  out_.clear();
  return true;
}

void LoadClient::wake_at(int bytes) const { setsockopt(socket_, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes); }

bool LoadClient::receive(int timeout_ms) {
  pollfd ready{socket_, POLLIN, 0};
  const int found = poll(&ready, 1, timeout_ms);
  if (found <= 0) return found == 0 || errno == EINTR;
  char buffer[16 * 1024];
  const auto n = recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT);
  if (n <= 0) return n < 0 && (errno == EAGAIN || errno == EINTR);
  in_.append(buffer, static_cast<std::size_t>(n));
  std::size_t at = 0;
  while (in_.size() - at >= 2) {
    const auto size = 2 + static_cast<std::size_t>(static_cast<unsigned char>(in_[at + 1]));  // both have a short body
    if (in_.size() - at < size) break;
    if (in_[at] == kPuback) ++acknowledged_;
    if (static_cast<unsigned char>(in_[at]) == kPingResponse) ++pongs_;
    at += size;
  }
  in_.erase(0, at);
  return true;
}

// Each device's own time moves on with every message, so that none repeats another.
void LoadClient::add_message(Steady::time_point start) {
  const auto turn = sent_ % frames_.size();
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - start).count();
  const auto ms = std::max(start_ms_ + elapsed, turn == 0 ? last_ms_ + 1 : last_ms_);
  if (ms != last_ms_) time_ = base::to_rfc3339(base::from_unix_us(ms * 1000));
  last_ms_ = ms;
  if (++packet_id_ == 0) packet_id_ = 1;
  frames_[turn].prepare(time_, packet_id_);
  out_ += frames_[turn].bytes();
  ++sent_;
}

void LoadClient::run(Steady::time_point start, double rate) {
  start_ms_ = base::to_unix_ms(base::SystemClock().now()) + std::chrono::duration_cast<std::chrono::milliseconds>(start - Steady::now()).count();
  std::this_thread::sleep_until(start);
  const auto total = std::chrono::duration<double>(options_.duration_s);
  const auto due_at = [&](std::uint64_t n) {
    return start + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(static_cast<double>(n) / rate));
  };
  bool alive = !frames_.empty();
  while (alive) {
    const auto now = Steady::now();
    const std::chrono::duration<double> elapsed = now - start;
    std::uint64_t wanted = kMessagesAtOnce;
    if (rate > 0) {
      const auto due = std::min(static_cast<std::uint64_t>(elapsed.count() * rate) + 1, static_cast<std::uint64_t>(total.count() * rate));
      if (sent_ >= due && elapsed >= total) break;
      if (sent_ >= due) {
        std::this_thread::sleep_until(std::min(due_at(sent_), start + std::chrono::duration_cast<Steady::duration>(total)));
        continue;
      }
      wanted = std::min<std::uint64_t>(wanted, due - sent_);
    } else if (elapsed >= total) {
      break;
    }
    if (options_.qos) {
      const auto in_flight = sent_ - acknowledged_;
      const auto window = static_cast<std::uint64_t>(options_.window);
      if (in_flight >= window) {
        if (rate == 0) wake_at(options_.window);  // a quarter of the acknowledgements, so that not each of them wakes us up
        alive = receive(kPatienceMs);
        continue;
      }
      wanted = std::min(wanted, window - in_flight);
    }
    const auto first = sent_;
    for (std::uint64_t i = 0; i < wanted; ++i) add_message(start);
    alive = send_all() && (!options_.qos || receive(0));
    if (rate > 0) {
      const auto done = Steady::now();
      for (auto n = first; n < sent_; ++n) slips_ms_.push_back(std::max(0.0F, std::chrono::duration<float, std::milli>(done - due_at(n)).count()));
    }
  }
  if (alive) finish();
  seconds_ = std::chrono::duration<double>(Steady::now() - start).count();
}

// The answer to a ping says that the broker has read all before it.
bool LoadClient::finish() {
  out_ = kPingRequest;
  wake_at(1);
  bool alive = send_all();
  const auto deadline = Steady::now() + std::chrono::milliseconds(kPatienceMs);
  while (alive && (pongs_ == 0 || (options_.qos && acknowledged_ < sent_)) && Steady::now() < deadline) alive = receive(1000);
  if (!options_.qos && pongs_ > 0) acknowledged_ = sent_;
  out_ = kDisconnect;
  return send_all();
}

}  // namespace dcim::bots
