// What the ingest could not use, for people to read: topics that no sensor listens to, and refused messages.
#pragma once

#include "store/pool.h"

namespace dcim::store {

struct DiscoveredTopic {
  std::string topic;
  base::Timestamp first_seen, last_seen;
  std::int64_t messages = 0;
  std::string last_payload;  // bytes, at most live::kDiscoveredPayload
};

struct RejectedMessage {
  base::Timestamp ts;
  std::string topic, reason, detail;
  std::string payload;  // bytes, at most 256
};

/// Of the site's topics, the newest first. Throws DatabaseError.
asio::awaitable<std::vector<DiscoveredTopic>> list_discovered_topics(Connection& connection, std::string site_code, int limit);
/// Of the site's topics, the newest first. Throws DatabaseError.
asio::awaitable<std::vector<RejectedMessage>> list_rejected_messages(Connection& connection, std::string site_code, int limit);

}  // namespace dcim::store
