// Devices' own accounts at the broker, as clients and roles of Mosquitto's dynamic security plugin.
#pragma once

#include "api/services.h"
#include "ingest/broker_control.h"

namespace dcim::app {

namespace asio = boost::asio;

class DeviceAccounts final : public api::DeviceAccounts {
 public:
  DeviceAccounts(asio::any_io_executor executor, ingest::BrokerAddress broker) : control_(std::move(executor), std::move(broker)) {}

  asio::awaitable<base::Result<void>> put(std::string username, std::string password, std::vector<std::string> topics) override;
  asio::awaitable<base::Result<void>> remove(std::string username) override;

 private:
  asio::awaitable<base::Result<void>> run(boost::json::array commands, std::size_t may_fail);

  ingest::BrokerControl control_;
};

}  // namespace dcim::app
