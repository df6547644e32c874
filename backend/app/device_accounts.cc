#include "app/device_accounts.h"

#include <boost/json/object.hpp>

namespace dcim::app {
namespace {

namespace json = boost::json;

json::object allow(const char* what, const std::string& topic) { return {{"acltype", what}, {"topic", topic}, {"priority", 0}, {"allow", true}}; }
json::object deny(const char* what, const char* topic) { return {{"acltype", what}, {"topic", topic}, {"priority", -1}, {"allow", false}}; }

// What no rule of its own decides, the plugin leaves to the broker's ACL file, which lets anybody subscribe: so all else is denied in so many words.
json::array rules_for(const std::vector<std::string>& topics) {
  json::array out;
  for (const auto& topic : topics) {
    out.push_back(allow("publishClientSend", topic + "/#"));
    out.push_back(allow("subscribeLiteral", topic + "/set"));
    out.push_back(allow("publishClientReceive", topic + "/set"));
  }
  for (const auto* what : {"publishClientSend", "subscribePattern", "publishClientReceive"}) {
    for (const auto* topic : {"#", "$SYS/#", "$CONTROL/#"}) out.push_back(deny(what, topic));
  }
  return out;
}

// A role of the same name as the account holds what it may.
json::array removal_of(const std::string& username) {
  return {json::object{{"command", "deleteClient"}, {"username", username}}, json::object{{"command", "deleteRole"}, {"rolename", username}}};
}
constexpr std::size_t kRemovals = 2;

}  // namespace

asio::awaitable<base::Result<void>> DeviceAccounts::put(std::string username, std::string password, std::vector<std::string> topics) {
  if (password.empty()) {
    json::array change{json::object{{"command", "modifyRole"}, {"rolename", username}, {"acls", rules_for(topics)}}};
    co_return co_await run(std::move(change), 0);
  }
  auto commands = removal_of(username);
  commands.push_back(json::object{{"command", "createRole"}, {"rolename", username}, {"acls", rules_for(topics)}});
  commands.push_back(json::object{{"command", "createClient"},
                                  {"username", username},
                                  {"password", std::move(password)},
                                  {"roles", json::array{json::object{{"rolename", username}}}}});
  co_return co_await run(std::move(commands), kRemovals);
}

asio::awaitable<base::Result<void>> DeviceAccounts::remove(std::string username) {
  auto commands = removal_of(username);
  co_return co_await run(std::move(commands), kRemovals);
}

// The first `may_fail` remove what may not be there.
asio::awaitable<base::Result<void>> DeviceAccounts::run(json::array commands, std::size_t may_fail) {
  const auto answers = co_await control_.run(std::move(commands));
  if (!answers) co_return answers.error();
  for (std::size_t i = may_fail; i < answers->size(); ++i) {
    const auto* error = (*answers)[i].as_object().if_contains("error");
    if (error)
      co_return base::Error::unavailable("the broker refuses the account: " +
                                         (error->is_string() ? std::string(error->as_string()) : std::string("?")));
  }
  co_return base::Result<void>();
}

}  // namespace dcim::app
