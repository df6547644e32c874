// A network that can go wrong: a TCP proxy before a database or broker that can be slow, stand still, break, or be gone.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace dcim::tests {

/// Listens on a free port of loopback. The verbs hold for all its connections, and have taken effect when they return.
class TcpProxy {
 public:
  /// Leads to a port of loopback.
  explicit TcpProxy(std::uint16_t target);
  /// Leads to a unix socket.
  explicit TcpProxy(const std::string& socket_path);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  std::uint16_t port() const;
  /// As it should be; the beginning.
  void pass();
  /// Nothing comes through, and nobody is told: as when a cable is drawn.
  void stall();
  /// Each piece (at most 16 KiB) takes so long to come through, in both directions.
  void slow(std::chrono::milliseconds delay);
  /// All connections are reset now; new ones are taken.
  void reset();
  /// All connections are reset, new ones refused, until pass().
  void cut();
  /// Connections taken until now.
  std::size_t taken() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The same database URL, through a proxy: `url` names a socket's folder or a host.
std::string database_url_through(const TcpProxy& proxy, const std::string& url);
/// The unix socket that a database URL of the private cluster leads to.
std::string database_socket(const std::string& url);

}  // namespace dcim::tests
