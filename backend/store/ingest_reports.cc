#include "store/ingest_reports.h"

namespace dcim::store {

asio::awaitable<std::vector<DiscoveredTopic>> list_discovered_topics(Connection& connection, std::string site_code, int limit) {
  const auto rows = co_await connection.query(
      "SELECT topic, first_seen, last_seen, messages, last_payload FROM discovered_topics d WHERE site = $1 AND "
      "NOT EXISTS (SELECT FROM sensors s WHERE s.topic = d.topic) ORDER BY last_seen DESC, topic LIMIT $2",
      params(site_code, limit));
  std::vector<DiscoveredTopic> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    DiscoveredTopic topic{rows.text(i, 0), rows.time(i, 1), rows.time(i, 2), rows.i64(i, 3), rows.bytes(i, 4)};
    out.push_back(std::move(topic));
  }
  co_return out;
}

asio::awaitable<std::vector<RejectedMessage>> list_rejected_messages(Connection& connection, std::string site_code, int limit) {
  const auto rows = co_await connection.query(
      "SELECT ts, topic, reason, detail, payload FROM rejected_messages WHERE site = $1 ORDER BY id DESC LIMIT $2", params(site_code, limit));
  std::vector<RejectedMessage> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    RejectedMessage message{rows.time(i, 0), rows.text(i, 1), rows.text(i, 2), rows.text(i, 3), rows.bytes(i, 4)};
    out.push_back(std::move(message));
  }
  co_return out;
}

}  // namespace dcim::store
